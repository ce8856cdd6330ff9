"""Trains the autoencoder on object-centred crops of the collected clips.

usage: train_ae.py [--minutes 22] [--decoder] [--work train-work]      reads WORK/clips, writes WORK/ae.pt and WORK/ae.png
With `--decoder` only the decoder of an existing ae.pt goes on: latents, and what was trained on them, stay as they are.
Loss: L1 with weight `--object` around the moving object + 0.5 gradient L1 + 1e-3 z^2; noise 0.1 on the latents makes
the decoder robust to generated ones. At the end the latents' mean and std go into the weights.
"""

import numpy as np
import torch
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode

import world
from common import Run, Weights, arguments, launch
from config import FULL
from model import Vae

CROP = 96
LENGTHS = {9: 1.0, 13: 0.75, 17: 0.5}  # frames -> share of --batch
VALIDATION = 12  # clips of each orientation kept out


def to_tensor(frames: np.ndarray) -> torch.Tensor:
    """[..., T, H, W, 3] u8 -> [..., T, 3, H, W] in [-1, 1]."""
    return torch.from_numpy(np.array(frames)).movedim(-1, -3).float().div_(127.5).sub_(1)


def crop(clip: tuple, length: int, rng) -> tuple:
    """A random crop near the object: ([T, 96, 96, 3] u8, [T, 96, 96] true on the object)."""
    frames, track, _ = clip
    i = rng.integers(len(frames) - VALIDATION)
    start = 0 if rng.random() < 0.2 else rng.integers(0, frames.shape[1] - length + 1)
    x, y, _ = track[i, start + length // 2]
    height, width = frames.shape[2:4]
    left = int(np.clip(x - CROP / 2 + rng.normal(0, 24), 0, width - CROP))
    top = int(np.clip(y - CROP / 2 + rng.normal(0, 24), 0, height - CROP))
    if rng.random() < 0.2:
        left, top = rng.integers(0, width - CROP + 1), rng.integers(0, height - CROP + 1)
    pixels = frames[i, start : start + length, top : top + CROP, left : left + CROP]
    rows, columns = np.mgrid[top : top + CROP, left : left + CROP]
    path = track[i, start : start + length, :, None, None]
    return pixels, np.hypot(columns - path[:, 0], rows - path[:, 1]) < 1.2 * path[:, 2]


def batch(data: dict, size: int, rng) -> tuple:
    length = int(rng.choice(list(LENGTHS)))
    ways = rng.choice(["landscape", "portrait"], int(LENGTHS[length] * size), p=[0.75, 0.25])
    pixels, masks = zip(*(crop(data[way], length, rng) for way in ways))
    return to_tensor(np.stack(pixels)), torch.from_numpy(np.stack(masks)).float()[:, :, None]


def losses(y: torch.Tensor, video: torch.Tensor, weight: torch.Tensor) -> tuple:
    """Weighted L1 and weighted L1 of the two spatial gradients; all (B, T, 3, H, W), weight with one channel."""
    plain = ((y - video).abs() * weight).mean() / weight.mean()
    edges = 0.0
    for axis in (3, 4):
        difference = (y.diff(dim=axis) - video.diff(dim=axis)).abs()
        edges = edges + (difference * weight.narrow(axis, 1, CROP - 1)).mean() / weight.mean()
    return plain, edges


def psnr(y: torch.Tensor, video: torch.Tensor) -> float:
    return float(-10 * torch.log10((y - video).square().mean() / 4))


def box(track: np.ndarray, height: int, width: int) -> tuple:
    """Slices of the object's square, inside the frame."""
    x, y, r = track
    rows = slice(int(np.clip(y - r, 0, height - 8)), int(np.clip(y + r, 8, height)))
    return rows, slice(int(np.clip(x - r, 0, width - 8)), int(np.clip(x + r, 8, width)))


@torch.no_grad()
def evaluate(model: Vae, data: dict, clips: int, picture=None) -> tuple:
    """PSNR of the whole frame and of the object's box on validation clips; latents of all of them."""
    whole, part, latents, sheet = [], [], [], []
    for way, (frames, track, _) in data.items():
        for i in range(len(frames) - clips, len(frames)):
            video = to_tensor(frames[i : i + 1])
            with torch.autocast("cpu", torch.bfloat16):
                z = model.encoder(video).float()
                y = model.decoder(z).float().clamp(-1, 1)
            latents.append(z.transpose(0, 1).flatten(1))
            whole.append(psnr(y, video))
            for t in range(0, frames.shape[1], 6):
                rows, columns = box(track[i, t], *frames.shape[2:4])
                part.append(psnr(y[0, t, :, rows, columns], video[0, t, :, rows, columns]))
            if way == "landscape":
                sheet += [torch.cat([v[0, t] for t in (0, 7, 14, 21, 30, 42)], 2) for v in (video, y)]
    if picture:
        pixels = (torch.cat(sheet[:16], 1).movedim(0, -1) + 1) * 127.5
        Image.fromarray(pixels.numpy().astype(np.uint8)).save(picture)
    return float(np.mean(whole)), float(np.mean(part)), torch.cat(latents, 1)


def train(args) -> None:
    torch.manual_seed(args.seed)
    model = Vae(FULL["vae"]).to(memory_format=torch.channels_last)
    weights = Weights(model, lambda n, p: p.ndim == 4 and "conv_in" not in n and "conv_out" not in n, 0.02, 2e-3, 0.99)
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        model.decoder(model.encoder(torch.zeros(1, 9, 3, CROP, CROP)))
    gflop = 3e-9 * flops.get_total_flops()
    run = Run(args, weights, {"stage": "decoder" if args.decoder else "ae"})
    model.encoder.requires_grad_(not args.decoder)
    data = world.clips(args.work)
    while run.going():
        video, mask = batch(data, args.batch, run.rng)
        with torch.autocast("cpu", torch.bfloat16):
            z = model.encoder(video)
            y = model.decoder(z + (0.1 if run.progress() < 0.85 else 0.05) * torch.randn_like(z)).float()
        plain, edges = losses(y, video, 1 + (args.object - 1) * mask)
        total = plain + 0.5 * edges + 1e-3 * z.float().square().mean()
        if run.step(total, {"l1": plain.item()}, len(video), args.rate * run.rate(50, 0.0, 0.02), gflop):
            whole, part, _ = evaluate(model, data, 3, args.work / "ae.png")
            run.log(f"psnr {whole:.2f} object {part:.2f}")
    if run.rank == 0:
        finish(run, model, data)


def finish(run: Run, model: Vae, data: dict) -> None:
    """Measures the averaged weights and, if the encoder was trained, stores the latents' statistics."""
    averaged = run.weights.ema
    model.load_state_dict(averaged)
    whole, part, latents = evaluate(model, data, VALIDATION, run.args.work / "ae.png")
    for values in () if run.args.decoder else (model.state_dict(), averaged):
        values["mean"].copy_(latents.mean(1))
        values["std"].copy_(latents.std(1))
    run.save()
    run.log(f"final psnr {whole:.2f} object {part:.2f} std {[round(s, 2) for s in latents.std(1).tolist()]}")


def main() -> None:
    parser = arguments(__doc__, "ae.pt", minutes=22, batch=8)
    parser.add_argument("--object", type=float, default=4)
    parser.add_argument("--rate", type=float, default=1.0, help="factor of both learning rates; 0.4 to go on gently")
    parser.add_argument("--decoder", action="store_true", help="train the decoder alone, encoder and statistics frozen")
    launch(train, parser.parse_args())


if __name__ == "__main__":
    main()
