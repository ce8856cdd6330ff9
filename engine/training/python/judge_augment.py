"""What is done to renders before the judge sees them: the mirror, the faults of generated clips, the autoencoder."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from config import of
from model import Vae


def video_of(frames: torch.Tensor) -> torch.Tensor:
    """(B, T, H, W, 3) u8 -> (B, T, 3, H, W) in [-1, 1]."""
    return frames.movedim(-1, -3).float().div_(127.5).sub_(1)


def mirrored(part: dict, table: torch.Tensor) -> dict:
    """Half of the clips that may be are mirrored, and what is known of them."""
    numbers, tracks = part["numbers"], part["tracks"]
    chosen = part["mirror"] & (torch.rand(len(numbers), device=numbers.device) < 0.5)
    turned = {name: torch.where(chosen[:, None, None, None, None], part[name].flip(-1), part[name]) for name in ("stills", "motion")}
    heads = torch.arange(numbers.shape[1], device=numbers.device)
    other = table[heads, numbers.clamp(min=0)]
    across = tracks * tracks.new_tensor([-1, 1, 1]) + tracks.new_tensor([part["size_px"][1], 0, 0])
    turned["numbers"] = torch.where(chosen[:, None] & (numbers >= 0), other, numbers)
    turned["tracks"] = torch.where(chosen[:, None, None, None], across, tracks)
    return part | turned


def blurred(video: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """Towards every pixel's neighbourhood of 5 x 5, by a share of each clip."""
    soft = F.avg_pool2d(F.avg_pool2d(video.flatten(0, 1), 3, 1, 1, count_include_pad=False), 3, 1, 1, count_include_pad=False)
    return torch.lerp(video, soft.view_as(video), share)


def worn(stills: torch.Tensor, motion: torch.Tensor) -> tuple:
    """Both in [-1, 1]; blur, noise, brightness and contrast, the same for both, each clip its own, a quarter of them none."""
    batch, device = len(stills), stills.device

    def draw(low: float, high: float) -> torch.Tensor:
        value = low + (high - low) * torch.rand(batch, 1, 1, 1, 1, device=device)
        return value * (keep > 0)

    keep = (torch.rand(batch, 1, 1, 1, 1, device=device) > 0.25).float()
    share, noise, contrast, light = draw(-0.5, 1).clamp(min=0), draw(-0.1, 0.12).clamp(min=0), draw(-0.15, 0.1), draw(-0.1, 0.1)
    out = []
    for video, fine in ((stills, 1.0), (motion, 0.5)):
        x = blurred(video, share * fine)
        out.append(((x + fine * noise * torch.randn_like(x)) * (1 + contrast) + light).clamp(-1, 1))
    return tuple(out)


class Rebuilder:
    """Clips through the autoencoder in DIR/ae.pt, which may appear, or change, while the judge is trained."""

    def __init__(self, folder: Path, device: str, noise: float):
        """`noise` is the most on the latents, in their standard deviations; each clip has its own."""
        self.path, self.device, self.noise, self.vae, self.changed = folder / "ae.pt", device, noise, None, 0.0

    def refresh(self) -> None:
        """Loads the averaged weights if the file is new. A file of another shape is reported, and done without."""
        if not self.path.exists() or self.path.stat().st_mtime == self.changed:
            return
        self.changed = self.path.stat().st_mtime
        before = self.vae
        try:
            self.vae = vae_of(torch.load(self.path, weights_only=False, map_location="cpu")["ema"], of(self.path.parent)["vae"], self.device)
            self(np.zeros((5, 64, 64, 3), np.uint8))
            print(f"autoencoder from {self.path}", flush=True)
        except Exception as failure:  # whatever is wrong with it, the judge is trained
            self.vae = before
            print(f"NO new autoencoder, {self.path} cannot be used: {str(failure)[:300]}", flush=True)

    @torch.no_grad()
    def __call__(self, frames: np.ndarray) -> np.ndarray:
        """u8 [T, H, W, 3] -> the same after the autoencoder; without one, themselves."""
        if not self.vae:
            return frames
        whole = -(-(len(frames) - 1) // 4) * 4 + 1  # it takes 1 + 4k frames
        video = video_of(torch.from_numpy(frames[np.minimum(np.arange(whole), len(frames) - 1)]).to(self.device)[None])
        with torch.autocast(self.device, torch.bfloat16):
            z = self.vae.encode(video)
            z = z + self.noise * torch.rand((), device=z.device) * torch.randn_like(z)
            video = self.vae.decode(z)[0, : len(frames)]
        return ((video.float().clamp(-1, 1) + 1) * 127.5).round().byte().movedim(1, -1).cpu().numpy()


def vae_of(state: dict, cfg: dict, device: str) -> Vae:
    """The autoencoder of its tensors, which are named as in the checkpoint of `train_ae.py`."""
    vae = Vae(cfg)
    vae.load_state_dict({name: value.float() for name, value in state.items()})
    return vae.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
