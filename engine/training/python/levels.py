"""How far the prediction of the pictures is from the clip, by noise level: which of them a training has left out.

usage: levels.py [--checkpoint dit.pt ...] [--clips 24] [--first 0] [--references 0] [--frames 49] [--work train-work]
reads WORK/latents, text_table.pt and the checkpoints; prints the mean square of `x0 - (x - sigma v)`, of all cells and of those of actors, for clips
that are kept out, with the averaged weights, the true captions and references. Latents vary by 2.9 (their square, meaned). Clips from the 24th on were
trained on (`--first 1000`): if the error is lower there than on clips alike that were not, clips were learned by heart.
"""

import argparse
from pathlib import Path

import torch

import checkpoint
from common import autocast
from config import of
from data import VALIDATION, Store
from encode import REFERENCES
from train_dit import Denoiser, noised

LEVELS = (1.0, 0.99, 0.97, 0.94, 0.9, 0.8, 0.6, 0.3)
ACTOR_WEIGHT = 2.0


@torch.no_grad()
def errors(model: Denoiser, batch) -> list:
    """(all, actors) for each level."""
    out, generator = [], torch.Generator().manual_seed(3)
    with autocast("cpu"):
        text = model.text(batch.ids)
        for level in LEVELS:
            sigma = torch.full((len(batch.z), 1), level)
            noisy = noised(batch, sigma, sigma, 0, generator)
            seen, _ = model.transformer(noisy.video, noisy.sound, noisy.t, noisy.lengths, text, batch.refs)
            square = ((seen - (noisy.seen_noise - batch.z)) * level).square()
            actors = (batch.weight > 1).expand_as(square)
            out.append((square.mean().item(), square[actors].mean().item()))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", nargs="+", default=["dit.pt"], help="files in the work folder")
    parser.add_argument("--clips", type=int, default=VALIDATION)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip of its sort")
    parser.add_argument("--references", type=int, default=0, choices=range(REFERENCES + 1), help="how many references the clips have")
    parser.add_argument("--frames", type=int, default=49)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    if args.clips < 1 or args.first < 0:
        parser.error("--clips is at least 1, --first at least 0")
    if args.first < VALIDATION < args.first + args.clips:
        parser.error(f"--clips: only the first {VALIDATION} are kept out")
    table = torch.load(args.work / "text_table.pt", weights_only=True)["table"]
    model, store = Denoiser(of(args.work), table).eval(), Store(args.work / "latents", "cpu")
    store.refresh()
    clips = store.clips[("landscape", args.references)]
    if args.first + args.clips > clips.count:
        parser.error(f"--first: there are {clips.count} clips")
    batch = clips.pick(torch.arange(args.first, args.first + args.clips), args.references, args.frames, ACTOR_WEIGHT)
    print("noise level   ", *(f"{level:11.2f}" for level in LEVELS))
    for name in args.checkpoint:
        model.load_state_dict(checkpoint.load(args.work / name)["ema"])
        print(f"{name:14}", *(f"{all_cells:5.3f}/{actors:5.3f}" for all_cells, actors in errors(model, batch)), flush=True)


if __name__ == "__main__":
    main()
