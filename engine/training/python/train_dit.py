"""Trains the diffusion transformer and the text encoder on encoded clips.

usage: train_dit.py --stage A|B|C|R [--minutes M] [--batch N] [--work train-work]
reads WORK/latents and text_table.pt, writes WORK/dit.pt; a stage starts from the checkpoint of the stage before.
    A  stills, 1 latent frame (28 video + 1 sound token)     C  49 frames, 13 latent frames (364 + 51 tokens)
    B  17 frames, 5 latent frames (140 + 17 tokens)            R  stills, 17 and 49 frames, to go on from given weights
In stage C half of the batches are B's and 15 % are A's: more clips are seen for the same work. R is for weights that
`import_weights.py` took from a weights folder: they learn what is new in the world and unlearn nothing.
Every batch has one orientation, one number of references and, in 15 % of the batches of B and C, a clean prefix of 1 to
3 latent frames (one in half of them) with the sound of their span. Noise is independent for video and sound in 30 % of
the samples, else equal. The text of 12 % of the samples and the references of 15 % are dropped, independently of each
other: zeros stand for them, as in guidance. A tenth of the batches with references have no reference tokens at all.
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
from encode import PARTS, REFERENCES
from model import Text
from world import SIZES

STAGES = {  # frames, minutes, batch, training shift, start of the learning-rate decay
    "A": (1, 8, 96, 1.5, 1.0),
    "B": (17, 14, 24, 2.0, 1.0),
    "C": (49, 35, 10, 2.0, 0.3),
    "R": (17, 60, 24, 2.0, 0.15),
}
MIX = {"A": 0.15, "B": 0.5, "C": 0.35}  # kinds of batches in stage C
LOOKS = 0.9  # the part of stage R, from its beginning, that is for looks
STILLS_FIRST, STILLS_LAST = 0.85, 0.3  # share of stills in that part and in the rest
MOVING = {"B": 0.6, "C": 0.4}  # and of what is not a still
KNOWN_SHARE = 0.5  # how much rarer than in the data clips without references are in stage R: the weights know them
TEXT_DROPPED, REFS_DROPPED, REFS_ABSENT = 0.12, 0.15, 0.1
VALIDATION = 24  # the first clips of each orientation and number of references are kept out


class Denoiser(nn.Module):
    """Text encoder and transformer: the parts that this stage trains."""

    def __init__(self, cfg: dict, table: torch.Tensor):
        super().__init__()
        self.text = Text(cfg["text"], len(table))
        self.text.table.copy_(table)
        self.transformer = Transformer(cfg["transformer"])


@dataclass
class Clips:
    """Encoded clips of one orientation and number of references, see encode.py for the shapes."""

    z: np.ndarray
    sound: np.ndarray
    ids: np.ndarray
    mask: np.ndarray
    refs: np.ndarray  # as many as there are


def load(folder) -> dict:
    """All shards by (orientation, number of references), with latents of the full 13 frames."""
    out = {}
    for way in SIZES:
        parts = {}
        for part in PARTS:
            parts[part] = np.concatenate([np.load(p) for p in sorted(folder.glob(f"*.{way}.{part}.npy"))])
        counts = parts["refs"].any(2).sum(1)
        for count in range(REFERENCES + 1):
            clips = Clips(**{part: values[counts == count] for part, values in parts.items()})
            clips.refs = clips.refs[:, :count]
            if len(clips.z) > VALIDATION:
                out[way, count] = clips
    return out


@dataclass
class Batch:
    z: torch.Tensor  # (B, 8, G, h, w)
    sound: torch.Tensor  # (B, J, 320)
    ids: torch.Tensor  # (B, 32)
    weight: torch.Tensor  # (B, 1, G, h, w)
    refs: torch.Tensor | None = None  # (B, R, 22)


def pick(clips: Clips, rows, frames: int, weight: float) -> Batch:
    latents, tokens = latent_frames(frames), audio_tokens(frames)
    return Batch(
        torch.from_numpy(clips.z[rows, :, :latents]).float(),
        torch.from_numpy(clips.sound[rows, :tokens]).float(),
        torch.from_numpy(clips.ids[rows]).long(),
        1 + (weight - 1) * torch.from_numpy(clips.mask[rows, :latents]).float()[:, None],
        torch.from_numpy(clips.refs[rows]) if clips.refs.shape[1] else None,
    )


def sigmas(size: int, shift: float, generator=None) -> tuple:
    """Noise levels of video and sound, (B, 1) each."""
    normal = torch.randn(size, 2, generator=generator)
    same = torch.rand(size, generator=generator) < 0.7
    normal[same, 1] = normal[same, 0]
    return shifted(normal.sigmoid(), shift).split(1, 1)


@dataclass
class Kept:
    """What is not dropped, (B) of true and false."""

    text: torch.Tensor
    refs: torch.Tensor

    @classmethod
    def draw(cls, size: int):
        return cls(torch.rand(size) >= TEXT_DROPPED, torch.rand(size) >= REFS_DROPPED)


def losses(model: Denoiser, batch: Batch, shift: float, prefix: int = 0, kept=None, generator=None) -> tuple:
    """Rectified-flow losses of video and sound; `prefix` latent frames are clean, `kept` says what is not dropped."""
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
        refs = batch.refs
        if kept is not None:
            text = text * kept.text[:, None, None]
            refs = None if refs is None else refs * kept.refs[:, None, None]
        seen, said = model.transformer(video, sound, t[:, used], [counts[i] for i in used], text, refs)
    weight = batch.weight[:, :, prefix:]
    error = (seen - (seen_noise - batch.z))[:, :, prefix:].square()
    video_loss = (error * weight).mean() / weight.mean()
    return video_loss, (said - (heard_noise - batch.sound))[:, heard:].square().mean()


@torch.no_grad()
def validate(model: Denoiser, data: dict, frames: int, shift: float) -> str:
    """Losses of the averaged weights on clips kept out, same noise every time, by number of references."""
    generator, out = torch.Generator().manual_seed(1), []
    for count in range(REFERENCES + 1):
        groups = [clips for (_, found), clips in data.items() if found == count]
        pairs = [losses(model, pick(c, slice(VALIDATION), frames, 1), shift, generator=generator) for c in groups]
        if pairs:
            seen, said = (np.mean([float(pair[i]) for pair in pairs]) for i in (0, 1))
            out.append(f"val {count} refs video {seen:.4f} sound {said:.4f}")
    return " ".join(out)


def gflop(model: Denoiser, frames: int, refs: int = 0) -> float:
    """GFLOP of one training sample: three passes over the block matrices and the attention products."""
    cfg = model.transformer.cfg
    tokens = latent_frames(frames) * math.prod(SIZES["landscape"]) // 1024 + audio_tokens(frames)
    tokens += refs * cfg["ref_tokens"]
    matrices = sum(p.numel() for n, p in model.named_parameters() if "blocks" in n and p.ndim == 2)
    width = cfg["num_attention_heads"] * cfg["attention_head_dim"]
    return (6 * matrices * tokens + 12 * tokens**2 * width * cfg["num_layers"]) / 1e9


def hidden(name: str, param: torch.Tensor) -> bool:
    return param.ndim == 2 and ("blocks" in name or name == "text.proj.weight")


def mixed(progress: float) -> dict:
    """Kinds of batches of stage R: looks are learned from stills, for a tenth of the work, and motion afterwards."""
    stills = STILLS_FIRST if progress < LOOKS else STILLS_LAST
    return {"A": stills} | {kind: (1 - stills) * share for kind, share in MOVING.items()}


def draw(run: Run, data: dict) -> tuple:
    """A stage's random batch: (kind, frames, shift, batch). Stages C and R go on seeing stills and short clips."""
    rng, args = run.rng, run.args
    mix = {"C": MIX, "R": mixed(run.progress())}.get(args.stage, {args.stage: 1.0})
    kind = str(rng.choice(list(mix), p=list(mix.values())))
    frames, _, size, shift, _ = STAGES[kind]
    size = max(1, round(args.batch * size / STAGES[args.stage][2]))
    known = KNOWN_SHARE if args.stage == "R" else 1.0
    shares = np.array([len(clips.z) * (1 if count else known) for (_, count), clips in data.items()])
    clips = list(data.values())[rng.choice(len(data), p=shares / shares.sum())]
    batch = pick(clips, rng.integers(VALIDATION, len(clips.z), size), frames, args.object)
    if rng.random() < REFS_ABSENT:
        batch.refs = None
    return kind, frames, shift, batch


def steps(run: Run, model: Denoiser, shadow: Denoiser, data: dict) -> None:
    frames, _, _, shift, decay = STAGES[run.args.stage]
    while run.going():
        kind, length, noise, batch = draw(run, data)
        size = len(batch.z)
        prefix = 0
        if length > 9 and run.rng.random() < 0.15:
            prefix = int(run.rng.choice([1, 2, 3], p=[0.5, 0.25, 0.25]))
        video, sound = losses(model, batch, noise, prefix, Kept.draw(size))
        parts = {f"video {kind}": video.item(), f"sound {kind}": sound.item()}
        cost = gflop(model, length, 0 if batch.refs is None else batch.refs.shape[1])
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
    counts = {f"{way}, {count} refs": len(clips.z) for (way, count), clips in data.items()}
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
