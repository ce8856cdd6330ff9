"""Measures whether a reference decides who is seen: 100 people that were never trained on, two clips of each.

usage: identity.py --world PATH --weights DIR [--people 100] [--frames 17] [--work train-work] [--sheet PNG]

An embedder (embedder.py, cached as WORK/embedder.pt) trained on renders of other people compares clips by cosine:
    same    pairs of clips of one person          EER   the error where as many strangers are taken for the same as
    other   pairs of clips of two people                the same for strangers; 50 % is chance
    first   how often the nearest of all people is the right one; 1 / people is chance
    median  the median rank of the right one
The two clips of a person have other prompts (PROMPTS, none says anything about looks) and other noise. Ceilings: renders of
the world in two places, and the same through the autoencoder. Floor: the references shuffled among the people.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

import embedder
from config import FULL
from sample import generate, model_of
from train_ae import box, psnr

PROMPTS = [
    "a person stands on the grass",
    "a person waves on the beach",
    "a person nods in the desert",
    "a person jumps up and down on the snow",
    "a person stands on the floor of a room",
    "a person waves on the meadow",
    "a person walks on the snow",
]
HELD_OUT_SEED = 50_000
BATCH = 10
SHOWN = 12  # people on the sheet


def equal_error(same: torch.Tensor, other: torch.Tensor) -> float:
    """The error rate at the threshold where misses and false matches are equally rare."""
    levels = torch.cat([same, other]).sort().values
    misses = torch.searchsorted(same.sort().values, levels).float() / len(same)
    matches = 1 - torch.searchsorted(other.sort().values, levels).float() / len(other)
    at = (misses - matches).abs().argmin()
    return float((misses[at] + matches[at]) / 2)


def report(name: str, left: torch.Tensor, right: torch.Tensor) -> str:
    """A line of the table: row i of both is the same person."""
    near = left @ right.T
    own = torch.eye(len(near), dtype=torch.bool)
    same, other = near[own], near[~own]
    rank = (near > same[:, None]).sum(1)
    return (
        f"{name:44} same {same.mean():.3f} other {other.mean():.3f} EER {100 * equal_error(same, other):5.1f} % "
        f"first {100 * (rank == 0).float().mean():5.1f} % median rank {int(rank.median()) + 1}"
    )


def clips_of(model, rows: dict, features: torch.Tensor, turn: int, args) -> list:
    """A generated clip of every person; `turn` chooses prompts and noise."""
    out = []
    for start in range(0, len(features), BATCH):
        some = features[start : start + BATCH]
        prompts = [PROMPTS[(start + i + 3 * turn) % len(PROMPTS)] for i in range(len(some))]
        seed = 1000 * (turn + 1) + start
        with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
            pixels, _ = generate(model, rows, prompts, args.frames, False, args.steps, args.guidance, seed, some[:, None])
        out += list(pixels)
    return out


@torch.no_grad()
def rebuilt(model, record) -> tuple:
    """A clip through the autoencoder, and the PSNR in dB of the first frame and the last inside the person's box."""
    video = embedder.to_tensor(record.frames)[None]
    y = model.vae.decode(model.vae.encode(video)).clamp(-1, 1)
    parts = []
    for t in (0, -1):
        rows, columns = box(record.track[t], *video.shape[3:])
        parts.append(psnr(y[0, t, :, rows, columns], video[0, t, :, rows, columns]))
    return ((y[0] + 1) * 127.5).byte().movedim(1, -1).numpy(), np.array(parts)


def judge_of(args) -> embedder.Embedder:
    """The embedder, trained once and kept in the work folder."""
    path = args.work / "embedder.pt"
    if not path.exists():
        args.work.mkdir(parents=True, exist_ok=True)
        torch.save(embedder.train(args.world).state_dict(), path)
    judge = embedder.Embedder(FULL["transformer"]["ref_features"])
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


def stack(judge: embedder.Embedder, clips: list) -> torch.Tensor:
    return torch.stack([embedder.embed(judge, clip) for clip in clips])


def sheet(real: list, first: list, second: list, path: Path) -> None:
    """Two columns of people: the reference's render, then a frame of each generated clip."""
    rows = []
    for i in range(0, SHOWN, 2):
        tiles = []
        for who in (i, i + 1):
            tiles += [real[who][0], first[who][len(first[who]) // 2], second[who][len(second[who]) // 2]]
        rows.append(np.concatenate(tiles, 1))
    # Five bits a colour, or the file is twice as large; a palette would change the colours that are to be compared.
    ImageOps.posterize(Image.fromarray(np.concatenate(rows)), 5).save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--frames", type=int, default=17)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--bf16", action="store_true", help="sample in bfloat16: faster on some processors")
    parser.add_argument("--sheet", type=Path, help="PNG: reference, first and second clip of 12 people")
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    judge = judge_of(args)
    model, rows = model_of(args)
    model.cfg["sampling"]["sound_after"] = False  # nobody listens
    people, features = embedder.renders(args.world, args.people, 2, args.frames, HELD_OUT_SEED, held_out=True)
    a, b = ([views[turn].frames for views in people] for turn in (0, 1))
    start = time.time()
    first, second = (clips_of(model, rows, features, turn, args) for turn in (0, 1))
    print(f"{2 * args.people} clips of {args.frames} frames in {time.time() - start:.0f} s, weights {args.weights}")
    if args.sheet:
        sheet(a, first, second, args.sheet)
    through, parts = zip(*(rebuilt(model, views[0]) for views in people))
    still, moving = np.mean(parts, 0)
    print(f"autoencoder, box of the person: PSNR {still:.1f} dB in the first frame, {moving:.1f} dB in the last")
    render_a, render_b, made_a, made_b = (stack(judge, clips) for clips in (a, b, first, second))
    print(report("ceiling: render, render in another place", render_a, render_b))
    print(report("ceiling: through the autoencoder, render", stack(judge, through), render_b))
    print(report("generated, generated with another prompt", made_a, made_b))
    print(report("generated, render", made_a, render_b))
    print(report("floor: references shuffled, render", made_a.roll(1, 0), render_b))


if __name__ == "__main__":
    main()
