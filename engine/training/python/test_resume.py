"""A stopped and resumed run gives the weights of an unbroken one: 20 steps = 10 + resume + 10, on a tiny model.

usage: test_resume.py        no data and no world needed; ends with status 0 and a line, or an assertion
"""

import tempfile
from pathlib import Path

import torch

from common import Run, Weights, arguments
from config import TINY, audio_tokens, latent_frames
from data import Batch
from train_dit import Denoiser, Kept, hidden, losses

FRAMES, SIZE = 9, 4


def train(work: Path, stop: int) -> tuple:
    """Trains up to step `stop` of 20 (from the checkpoint in `work`, if any) and returns weights and averages."""
    args = arguments(__doc__, "tiny.pt", minutes=1, batch=SIZE).parse_args(
        ["--work", str(work), "--steps", "20", "--stop-at", str(stop)]
    )
    torch.manual_seed(3)
    table = torch.randn(12, TINY["text"]["table_dim"])
    model = Denoiser(TINY, table)
    weights = Weights(model, hidden, 0.02, 1.5e-3, 0.9)
    run = Run(args, weights, {"stage": "tiny"})
    while run.going():
        batch = Batch(
            torch.randn(SIZE, 8, latent_frames(FRAMES), 8, 12),
            torch.randn(SIZE, audio_tokens(FRAMES), TINY["transformer"]["audio_dim"]),
            torch.from_numpy(run.rng.integers(-1, 12, (SIZE, TINY["text"]["max_words"]))),
            torch.ones(SIZE, 1, latent_frames(FRAMES), 8, 12),
            torch.ones(SIZE, audio_tokens(FRAMES), 1),
            torch.rand(SIZE, 1 + run.steps % 2, TINY["transformer"]["ref_features"]) if run.steps % 3 else None,
        )
        video, sound = losses(model, batch, 2.0, prefix=int(run.shared_rng.integers(0, 4)), kept=Kept.draw(SIZE))
        run.step(video + sound, {"video": video}, SIZE, run.rate(5, 0.5, 0.03))
    run.save()
    return model.state_dict(), weights.ema


def main() -> None:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as once, tempfile.TemporaryDirectory() as twice:
        whole = train(Path(once), 20)
        train(Path(twice), 10)
        parts = train(Path(twice), 20)
    for kind, a, b in zip(("weights", "averages"), whole, parts):
        worst = max((a[name] - b[name]).abs().max().item() for name in a)
        assert worst <= 1e-6, f"{kind} differ by {worst}"
        print(f"{kind}: largest difference {worst}")


if __name__ == "__main__":
    main()
