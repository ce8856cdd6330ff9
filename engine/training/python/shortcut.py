"""Stage D: long steps with guidance within, so that four predictions make a clip where sixteen did.

A quarter of the way from noise to clip (in u, see `shifted`) is the most that a shortcut takes at once. The teacher, the averaged
weights that the stage began with, takes it in two guided Euler steps; the student, told by a vector that is added to the time
embedding, times the length, learns the mean velocity of both: progressive distillation (Salimans and Ho, arXiv 2202.00512) with the guidance
distilled as well (Meng et al., arXiv 2210.03142), in the one network as in shortcut models (Frans et al., arXiv 2410.12557).
"""

import torch

from common import autocast
from dit import SHORTCUT_MAX, guided, shifted

NEW = 0.7  # share of samples that are a step of a new clip; the others are one of a remix, which begins anywhere


def spans(size: int, device) -> tuple:
    """u at the beginning of a step, and its length: (B, 1) each. A way is gone in as few even steps as may be."""
    way = torch.rand(size, 1, device=device).clamp(min=0.05)
    way = torch.where(torch.rand(size, 1, device=device) < NEW, torch.ones_like(way), way)
    steps = (way / SHORTCUT_MAX).ceil()
    which = (torch.rand(size, 1, device=device) * steps).floor()
    return way * (1 - which / steps), way / steps


def rows(values: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """(B, 1) -> (B, 1, ...) with the axes of `like`."""
    return values.view(-1, *[1] * (like.ndim - 1))


@torch.no_grad()
def guided_steps(teacher, sampling: dict, noisy, us: list, text, empty, refs) -> tuple:
    """Mean velocities over the way from us[0] to us[-1], each (B, 1), by Euler steps with guidance."""
    shift, guidance = sampling["shift"], sampling["guidance"]
    levels = [shifted(u, shift) for u in us]
    video, sound = noisy.video.clone(), noisy.sound.clone()
    for now, after in zip(levels, levels[1:]):
        clean = torch.zeros_like(now)
        t = 1000 * torch.cat([clean, now, clean, now], 1)
        seen, heard = guided(teacher.transformer, video, sound, t, noisy.lengths, text, empty, guidance, refs)
        video[:, :, noisy.prefix :] += rows(after - now, video) * seen[:, :, noisy.prefix :]
        sound[:, noisy.heard :] += rows(after - now, sound) * heard[:, noisy.heard :]
    whole = levels[-1] - levels[0]
    return (video - noisy.video) / rows(whole, video), (sound - noisy.sound) / rows(whole, sound)


def shortcut_loss(model, teacher, sampling: dict, batch, prefix: int, noised, weighted) -> tuple:
    """Squared differences between the student's one step and the teacher's two, of video and sound."""
    size, device = len(batch.z), batch.z.device
    begin, length = spans(size, device)
    end = (begin - length).clamp(min=0)
    sigma = shifted(begin, sampling["shift"])
    noisy = noised(batch, sigma, sigma, prefix)
    with autocast(device.type):
        with torch.no_grad():
            told = teacher.text(batch.ids)
            us, empty = [begin, (begin + end) / 2, end], torch.zeros_like(told)
            aim = guided_steps(teacher, sampling, noisy, us, told, empty, batch.refs)
        mark = length[:, 0] / SHORTCUT_MAX
        text = model.text(batch.ids)
        found = model.transformer(noisy.video, noisy.sound, noisy.t, noisy.lengths, text, batch.refs, mark)
    return weighted(batch, noisy, found[0] - aim[0], found[1] - aim[1])
