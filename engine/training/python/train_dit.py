"""Trains the diffusion transformer and the text encoder on encoded clips.

usage: train_dit.py --stage A|B|C [--minutes M] [--batch N] [--work train-work]
reads WORK/latents and text_table.pt, writes WORK/dit.pt; a stage starts from the checkpoint of the stage before.
    A  stills, 1 latent frame (28 video + 1 sound token)     C  49 frames, 13 latent frames (364 + 51 tokens)
    B  17 frames, 5 latent frames (140 + 17 tokens)
In stage C half of the batches are B's and 15 % are A's: more clips are seen for the same work.
Every batch has one orientation and, in 15 % of the batches of B and C, a clean prefix of 1 to 3 latent frames with the
sound of their span. Noise is independent for video and sound in 30 % of the samples, else equal.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

import checkpoint
from common import Run, Weights, arguments, launch
from config import FULL, audio_tokens, latent_frames
from dit import Transformer, shifted
from model import Text
from world import SIZES

STAGES = {  # frames, minutes, batch, training shift, start of the learning-rate decay
    "A": (1, 8, 96, 1.5, 1.0),
    "B": (17, 14, 24, 2.0, 1.0),
    "C": (49, 35, 10, 2.0, 0.3),
}
MIX = {"A": 0.15, "B": 0.5, "C": 0.35}  # kinds of batches in stage C
VALIDATION = 24  # the first clips of each orientation are kept out


class Denoiser(nn.Module):
    """Text encoder and transformer: the parts that this stage trains."""

    def __init__(self, cfg: dict, table: torch.Tensor):
        super().__init__()
        self.text = Text(cfg["text"], len(table))
        self.text.table.copy_(table)
        self.transformer = Transformer(cfg["transformer"])


@dataclass
class Clips:
    """Encoded clips of one orientation, see encode.py for the shapes."""

    z: np.ndarray
    sound: np.ndarray
    ids: np.ndarray
    mask: np.ndarray


def load(folder) -> dict:
    """All shards by orientation, with latents of the full 13 frames."""
    out = {}
    for way in SIZES:
        parts = {}
        for part in ("z", "sound", "ids", "mask"):
            parts[part] = np.concatenate([np.load(p) for p in sorted(folder.glob(f"*.{way}.{part}.npy"))])
        out[way] = Clips(**parts)
    return out


@dataclass
class Batch:
    z: torch.Tensor  # (B, 8, G, h, w)
    sound: torch.Tensor  # (B, J, 320)
    ids: torch.Tensor  # (B, 32)
    weight: torch.Tensor  # (B, 1, G, h, w)


def pick(clips: Clips, rows, frames: int, weight: float) -> Batch:
    latents, tokens = latent_frames(frames), audio_tokens(frames)
    return Batch(
        torch.from_numpy(clips.z[rows, :, :latents]).float(),
        torch.from_numpy(clips.sound[rows, :tokens]).float(),
        torch.from_numpy(clips.ids[rows]).long(),
        1 + (weight - 1) * torch.from_numpy(clips.mask[rows, :latents]).float()[:, None],
    )


def sigmas(size: int, shift: float, generator=None) -> tuple:
    """Noise levels of video and sound, (B, 1) each."""
    normal = torch.randn(size, 2, generator=generator)
    same = torch.rand(size, generator=generator) < 0.7
    normal[same, 1] = normal[same, 0]
    return shifted(normal.sigmoid(), shift).split(1, 1)


def losses(model: Denoiser, batch: Batch, shift: float, prefix: int = 0, keep=None, generator=None) -> tuple:
    """Rectified-flow losses of video and sound; `prefix` latent frames are clean, false in `keep (B)` drops the text."""
    size, frame = len(batch.z), batch.z.shape[3] * batch.z.shape[4] // 16
    heard = audio_tokens(1 + 4 * (prefix - 1)) if prefix else 0
    seen_sigma, heard_sigma = sigmas(size, shift, generator)
    clean = torch.zeros(size, 1)
    counts = [prefix * frame, (batch.z.shape[2] - prefix) * frame, heard, batch.sound.shape[1] - heard]
    t = torch.cat([clean, seen_sigma, clean, heard_sigma], 1) * 1000
    used = [i for i, count in enumerate(counts) if count]
    seen_noise = torch.randn(batch.z.shape, generator=generator)
    heard_noise = torch.randn(batch.sound.shape, generator=generator)
    video = torch.lerp(batch.z, seen_noise, seen_sigma.view(-1, 1, 1, 1, 1))
    sound = torch.lerp(batch.sound, heard_noise, heard_sigma[..., None])
    video[:, :, :prefix], sound[:, :heard] = batch.z[:, :, :prefix], batch.sound[:, :heard]
    with torch.autocast("cpu", torch.bfloat16):
        text = model.text(batch.ids)
        text = text if keep is None else text * keep[:, None, None]
        seen, said = model.transformer(video, sound, t[:, used], [counts[i] for i in used], text)
    weight = batch.weight[:, :, prefix:]
    error = (seen - (seen_noise - batch.z))[:, :, prefix:].square()
    video_loss = (error * weight).mean() / weight.mean()
    return video_loss, (said - (heard_noise - batch.sound))[:, heard:].square().mean()


@torch.no_grad()
def validate(model: Denoiser, data: dict, frames: int, shift: float) -> str:
    """Losses of the averaged weights on clips kept out, same noise every time."""
    generator = torch.Generator().manual_seed(1)
    rows = {way: slice(VALIDATION) for way in data}
    pairs = [losses(model, pick(data[w], rows[w], frames, 1), shift, generator=generator) for w in data]
    seen, said = (np.mean([float(pair[i]) for pair in pairs]) for i in (0, 1))
    return f"val video {seen:.4f} sound {said:.4f}"


def gflop(model: Denoiser, frames: int) -> float:
    """GFLOP of one training sample: three passes over the block matrices and the attention products."""
    cfg = model.transformer.cfg
    tokens = latent_frames(frames) * math.prod(SIZES["landscape"]) // 1024 + audio_tokens(frames)
    matrices = sum(p.numel() for n, p in model.named_parameters() if "blocks" in n and p.ndim == 2)
    width = cfg["num_attention_heads"] * cfg["attention_head_dim"]
    return (6 * matrices * tokens + 12 * tokens**2 * width * cfg["num_layers"]) / 1e9


def hidden(name: str, param: torch.Tensor) -> bool:
    return param.ndim == 2 and ("blocks" in name or name == "text.proj.weight")


def draw(run: Run, data: dict) -> tuple:
    """A stage's random batch: (kind, frames, shift, batch). Stage C goes on seeing stills and short clips."""
    rng, args = run.rng, run.args
    kind = str(rng.choice(list(MIX), p=list(MIX.values()))) if args.stage == "C" else args.stage
    frames, _, size, shift, _ = STAGES[kind]
    size = max(1, round(args.batch * size / STAGES[args.stage][2]))
    share = len(data["landscape"].z) / sum(len(clips.z) for clips in data.values())
    way = "landscape" if rng.random() < share else "portrait"
    rows = rng.integers(VALIDATION, len(data[way].z), size)
    return kind, frames, shift, pick(data[way], rows, frames, args.object)


def steps(run: Run, model: Denoiser, shadow: Denoiser, data: dict) -> None:
    frames, _, _, shift, decay = STAGES[run.args.stage]
    while run.going():
        kind, length, noise, batch = draw(run, data)
        size = len(batch.z)
        prefix = int(run.rng.integers(1, 4)) if length > 9 and run.rng.random() < 0.15 else 0
        keep = torch.rand(size) >= 0.12
        video, sound = losses(model, batch, noise, prefix, keep)
        parts = {f"video {kind}": video.item(), f"sound {kind}": sound.item()}
        cost = gflop(model, length)
        if run.step(video + 0.5 * sound, parts, size, run.rate(30, decay, 0.03), cost):
            shadow.load_state_dict(run.weights.ema)
            run.log(validate(shadow, data, frames, shift))


def train(args) -> None:
    frames, minutes, size, shift, _ = STAGES[args.stage]
    args.minutes, args.batch = args.minutes or minutes, args.batch or size
    path = args.work / args.checkpoint
    if path.exists() and checkpoint.load(path)["extra"]["stage"] > args.stage and not args.again:
        print(f"stage {args.stage} is done", flush=True)
        return
    table = torch.load(args.work / "text_table.pt", weights_only=True)["table"]
    torch.manual_seed(args.seed)
    model, shadow = Denoiser(FULL, table), Denoiser(FULL, table)
    weights = Weights(model, hidden, args.muon, args.adam, args.average)
    if args.compile:
        model.transformer.compile_blocks()
    run = Run(args, weights, {"stage": args.stage})
    data = load(args.work / "latents")
    counts = {way: len(clips.z) for way, clips in data.items()}
    if run.rank == 0:
        print(f"stage {args.stage}: {counts} clips, {gflop(model, frames):.2f} GFLOP a sample", flush=True)
    steps(run, model, shadow, data)
    run.save()
    shadow.load_state_dict(weights.ema)
    if run.rank == 0:
        run.log(f"final {validate(shadow, data, frames, shift)}")


def main() -> None:
    parser = arguments(__doc__, "dit.pt", minutes=0, batch=0)
    parser.add_argument("--stage", choices=list(STAGES), required=True)
    parser.add_argument("--object", type=float, default=2.5, help="loss weight of the object's cells")
    parser.add_argument("--adam", type=float, default=1.5e-3)
    parser.add_argument("--muon", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--compile", action="store_true", help="fuse the blocks: a minute of start for 1.3 x the speed")
    launch(train, parser.parse_args())


if __name__ == "__main__":
    main()
