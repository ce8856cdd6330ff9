"""Trains the autoencoder on object-centred crops of the collected clips.

usage: train_ae.py [--minutes 22] [--clips 1500] [--decoder] [--device cpu|cuda] [--work train-work]
reads WORK/clips, writes WORK/ae.pt, ae.png and, when it is finished, ae.pt.done
With `--decoder` only the decoder of an existing ae.pt goes on: latents, and what was trained on them, stay as they are.
Loss: L1 with weight `--object` around who acts and twice that on a face + 0.5 gradient L1 + 1e-3 z^2; `--noise` on the
latents, in the end half of it, makes the decoder robust to generated ones. At the end the latents' mean and std go into the weights.
"""

import numpy as np
import torch
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode

import world
from common import Run, Weights, arguments, autocast, launch
from config import of
from encode import to_tensor
from model import Vae

CROP = 96
LENGTHS = {9: 1.0, 13: 0.75, 17: 0.5}  # frames -> share of --batch
PORTRAIT = 0.25
ANYWHERE = 0.2  # share of the crops that are not near anyone
VALIDATION = 12  # clips of each orientation kept out


class Raw:
    """Raw clips of one orientation on the device: frames (n, T, H, W, 3) u8, tracks (n, 3, T, 3)."""

    def __init__(self, device: str):
        self.device, self.parts = device, []

    def add(self, one: world.Record) -> None:
        self.parts.append((torch.from_numpy(one.frames).to(self.device), torch.from_numpy(one.tracks).to(self.device)))

    def whole(self) -> None:
        """After the last clip."""
        frames, tracks = zip(*self.parts)
        self.frames, self.tracks = torch.stack(frames), torch.stack(tracks)
        self.parts.clear()

    def crops(self, size: int, length: int, object_weight: float, rng) -> tuple:
        """Random crops near somebody: ([B, L, 3, 96, 96], loss weights [B, L, 1, 96, 96])."""
        device = self.frames.device
        _, total, height, width, _ = self.frames.shape
        clip = torch.from_numpy(rng.integers(0, len(self.frames) - VALIDATION, size)).to(device)
        start = rng.integers(0, total - length + 1, size) * (rng.random(size) >= 0.2)
        times = torch.from_numpy(start).to(device)[:, None] + torch.arange(length, device=device)
        paths = self.tracks[clip[:, None], :, times]  # (B, L, 3, 3)
        middle, chosen = paths[:, length // 2], torch.from_numpy(rng.integers(0, 3, size)).to(device)
        picked = middle[torch.arange(size, device=device), chosen]
        centre = torch.where(picked[:, 2:] > 0, picked, middle[:, 0])[:, :2]
        jitter = torch.from_numpy(rng.normal(0, 24, (size, 2))).to(device)
        limit = torch.tensor([width - CROP, height - CROP], device=device)
        anywhere = torch.from_numpy(rng.random((size, 2))).to(device) * (limit + 1)
        near = (centre - CROP / 2 + jitter).clamp(min=0)
        free = torch.from_numpy(rng.random(size) < ANYWHERE).to(device)[:, None]
        corner = torch.minimum(torch.where(free, anywhere, near).long(), limit)
        side = torch.arange(CROP, device=device)
        columns, rows = corner[:, :1] + side, corner[:, 1:] + side
        pixels = self.frames[clip[:, None, None, None], times[:, :, None, None], rows[:, None, :, None], columns[:, None, None]]
        dx = columns[:, None, None, None, :] - paths[..., 0, None, None]
        dy = rows[:, None, None, :, None] - paths[..., 1, None, None]
        radius = paths[..., 2, None, None]
        inside = (dx.square() + dy.square() < (1.2 * radius).square()) & (radius > 0)
        weight = 1 + (object_weight - 1) * inside[:, :, :2].any(2) + object_weight * inside[:, :, 2]
        return to_tensor(pixels), weight[:, :, None].float()


def batch(data: dict, args, rng) -> tuple:
    length = int(rng.choice(list(LENGTHS)))
    way = "portrait" if rng.random() < PORTRAIT else "landscape"
    return data[way].crops(max(1, int(LENGTHS[length] * args.batch)), length, args.object, rng)


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


def box(track, height: int, width: int) -> tuple:
    """Slices of the square around a track's point, inside the frame."""
    x, y, r = (float(value) for value in track)
    rows = slice(int(np.clip(y - r, 0, height - 8)), int(np.clip(y + r, 8, height)))
    return rows, slice(int(np.clip(x - r, 0, width - 8)), int(np.clip(x + r, 8, width)))


@torch.no_grad()
def evaluate(model: Vae, data: dict, clips: int, picture=None) -> tuple:
    """PSNR of the whole frame, of the first actor's box and of faces on validation clips; latents of all of them."""
    whole, parts, latents, sheet = [], {0: [], 2: []}, [], []
    for raw in data.values():
        for i in range(len(raw.frames) - clips, len(raw.frames)):
            video = to_tensor(raw.frames[i : i + 1])
            with autocast(video.device.type):
                z = model.encoder(video).float()
                y = model.decoder(z).float().clamp(-1, 1)
            latents.append(z.transpose(0, 1).flatten(1))
            whole.append(psnr(y, video))
            for which, found in parts.items():
                for t in range(0, video.shape[1], 6):
                    if raw.tracks[i, which, t, 2] > 0:
                        rows, columns = box(raw.tracks[i, which, t], *video.shape[3:])
                        found.append(psnr(y[0, t, :, rows, columns], video[0, t, :, rows, columns]))
            if raw.frames.shape[3] > raw.frames.shape[2]:
                sheet += [torch.cat([v[0, t] for t in (0, 7, 14, 21, 30, 42)], 2).cpu() for v in (video, y)]
    if picture:
        pixels = (torch.cat(sheet[:24], 1).movedim(0, -1) + 1) * 127.5
        Image.fromarray(pixels.numpy().astype(np.uint8)).save(picture)
    means = [float(np.mean(found)) if found else 0.0 for found in (whole, *parts.values())]
    return "psnr {:.2f} object {:.2f} face {:.2f}".format(*means), torch.cat(latents, 1)


def train(args) -> None:
    if (args.work / "ae.pt.done").exists() and not (args.again or args.decoder):
        print("the autoencoder is done: latents made from it would be wrong if it went on (--again)", flush=True)
        return
    torch.manual_seed(args.seed)
    model = Vae(of(args.work)["vae"]).to(args.device, memory_format=torch.channels_last)
    weights = Weights(model, lambda n, p: p.ndim == 4 and "conv_in" not in n and "conv_out" not in n, 0.02, 2e-3, args.average)
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        model.decoder(model.encoder(torch.zeros(1, 9, 3, CROP, CROP, device=args.device)))
    gflop = 3e-9 * flops.get_total_flops()
    data = {way: Raw(args.device) for way in world.SIZES}
    for one in world.arriving(args.work, args.clips, args.wait):
        data[one.way].add(one)
    for raw in data.values():
        raw.whole()
    run = Run(args, weights, {"stage": "decoder" if args.decoder else "ae"})
    model.encoder.requires_grad_(not args.decoder)
    print(f"{ {way: len(raw.frames) for way, raw in data.items()} } clips, {gflop:.1f} GFLOP for 9 frames", flush=True)
    while run.going():
        video, weight = batch(data, args, run.rng)
        with autocast(args.device):
            z = model.encoder(video)
            y = model.decoder(z + args.noise * (1.0 if run.progress() < 0.85 else 0.5) * torch.randn_like(z)).float()
        plain, edges = losses(y, video, weight)
        total = plain + 0.5 * edges + 1e-3 * z.float().square().mean()
        cost = gflop * video.shape[1] / 9
        if run.step(total, {"l1": plain}, len(video), args.rate * run.rate(50, 0.0, 0.02), cost):
            run.log(evaluate(model, data, 3, args.work / "ae.png")[0])
    if run.rank == 0:
        finish(run, model, data)


def finish(run: Run, model: Vae, data: dict) -> None:
    """Measures the averaged weights and, if the encoder was trained, stores the latents' statistics."""
    averaged = run.weights.ema
    model.load_state_dict(averaged)
    found, latents = evaluate(model, data, VALIDATION, run.args.work / "ae.png")
    for values in () if run.args.decoder else (model.state_dict(), averaged):
        values["mean"].copy_(latents.mean(1))
        values["std"].copy_(latents.std(1))
    run.save()
    (run.args.work / "ae.pt.done").touch()
    run.log(f"final {found} std {[round(s, 2) for s in latents.std(1).tolist()]}")


def main() -> None:
    parser = arguments(__doc__, "ae.pt", minutes=22, batch=8)
    parser.add_argument("--clips", type=int, default=1500, help="raw clips to train on")
    parser.add_argument("--wait", type=float, default=0, help="minutes to wait for more clips")
    parser.add_argument("--object", type=float, default=4)
    parser.add_argument("--noise", type=float, default=0.1, help="standard deviation")
    parser.add_argument("--average", type=float, default=0.99)
    parser.add_argument("--rate", type=float, default=1.0, help="factor of both learning rates; 0.4 to go on gently")
    parser.add_argument("--decoder", action="store_true", help="train the decoder alone, encoder and statistics frozen")
    launch(train, parser.parse_args())


if __name__ == "__main__":
    main()
