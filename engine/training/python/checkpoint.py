"""Checkpoints: everything a stage needs to go on exactly where it stopped (its random numbers follow from the step)."""

import os
from pathlib import Path

import torch


def save(path: Path, model, optimisers: list, ema: dict, step: int, seconds: float, extra: dict) -> None:
    """Weights, optimiser states, average, step and seconds spent; replaces `path` at once."""
    state = {
        "model": model.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "ema": ema,
        "step": step,
        "seconds": seconds,
        "extra": extra,
    }
    torch.save(state, f"{path}.new")
    os.replace(f"{path}.new", path)


def load(path: Path, device: str = "cpu") -> dict:
    return torch.load(path, weights_only=False, map_location=device)


def restore(state: dict, model, optimisers: list) -> None:
    """Puts a loaded state back; the caller takes `ema`, `step` and `seconds` from it."""
    model.load_state_dict(state["model"])
    for optimiser, values in zip(optimisers, state["optimisers"]):
        optimiser.load_state_dict(values)
