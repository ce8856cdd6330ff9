"""Makes the checkpoints of every stage from a weights folder, so that training can go on from shipped weights.

usage: import_weights.py --weights DIR [--work train-work]
writes WORK/{text_table,ae,vocoder,dit}.pt. They hold no optimiser states: the next stage starts with new ones. Tensors and
rows that the folder does not have yet, because the architecture has grown, keep their random first values.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from config import FULL
from export import restored
from model import Mini


def adopt(model: Mini, tensors: dict) -> list:
    """Copies what is there, as far as it goes; returns the names of what stays as initialised, wholly or in part."""
    new = []
    with torch.no_grad():
        for name, value in model.state_dict().items():
            old = tensors.pop(name, None)
            if old is None or old.shape != value.shape:
                new.append(name)
            if old is not None:
                assert old.shape[1:] == value.shape[1:] and len(old) <= len(value), f"{name} does not fit"
                value[: len(old)] = old.float()
    assert not tensors, f"not in the architecture: {sorted(tensors)}"
    return new


def save(path: Path, state: dict, extra: dict) -> None:
    average = {name: value.clone() for name, value in state.items()}
    torch.save({"model": state, "optimisers": [], "ema": average, "step": 0, "seconds": 0.0, "extra": extra}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    torch.manual_seed(1)
    words = (args.weights / "words.txt").read_text().split()
    model = Mini(FULL, len(words))
    new = adopt(model, restored(load_file(args.weights / "model.safetensors")))
    args.work.mkdir(parents=True, exist_ok=True)
    config = json.loads((args.weights / "config.json").read_text())
    table = {"words": words, "table": model.text.table, "trained": config["text"]["trained"]}
    torch.save(table, args.work / "text_table.pt")
    save(args.work / "ae.pt", model.vae.state_dict(), {"stage": "ae"})
    (args.work / "ae.pt.done").touch()
    save(args.work / "vocoder.pt", model.vocoder.state_dict(), {"stage": "vocoder", "audio": model.audio.state_dict()})
    parts = {f"text.{name}": value for name, value in model.text.state_dict().items()}
    parts |= {f"transformer.{name}": value for name, value in model.transformer.state_dict().items()}
    save(args.work / "dit.pt", parts, {"stage": "C"})
    print(f"{len(words)} words; new: {', '.join(new) or 'nothing'}")


if __name__ == "__main__":
    main()
