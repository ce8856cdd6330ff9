"""Makes the checkpoints of every stage from a weights folder, so that training can go on from shipped weights.

usage: import_weights.py --weights DIR [--captions FILE] [--work train-work]
writes WORK/config.json, from which every stage then takes the numbers of the architecture, and WORK/{text_table,ae,vocoder,dit}.pt.
They hold no optimiser states: the next stage starts with new ones. The words of FILE, captions of what will be trained
(`kinora-world captions`), count as trained from then on: they move behind those that already did, and those that the weights have no row for get one.
With `--clean-sound`, weights whose last layer says a velocity of sound learn that layer anew, to say what is clean, and their sound is made after the
pictures from then on: before `train_dit.py` has taught them both, what they sound like is silence.
"""

import argparse
import json
import re
from pathlib import Path

import torch
from torch import nn
from safetensors.torch import load_file

from config import of
from export import restored
from model import Mini
from text_table import rows_for


def save(path: Path, state: dict, extra: dict) -> None:
    average = {name: value.clone() for name, value in state.items()}
    torch.save({"model": state, "optimisers": [], "ema": average, "step": 0, "seconds": 0.0, "extra": extra}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--captions", type=Path, help="one a line")
    parser.add_argument("--clean-sound", action="store_true", help="the last layer of sound anew")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    if any((args.work / "latents").glob("*.pt")):
        parser.error(f"the clips in {args.work}/latents may have rows of words in another order: name another folder, or remove and encode them again")
    words = (args.weights / "words.txt").read_text().split()
    config = of(args.weights)
    model = Mini(config, len(words))
    model.load_state_dict(restored(load_file(args.weights / "model.safetensors")))
    said = sorted(set(re.findall(r"[a-z0-9']+", args.captions.read_text().lower()))) if args.captions else []
    if missing := [word for word in said if word not in set(words)]:
        model.text.table = torch.cat([model.text.table, rows_for(missing, words, model.text.table)])
        words += missing
    if args.clean_sound and config["transformer"]["audio_predicts"] == "velocity":
        nn.init.zeros_(model.transformer.audio_proj_out.weight)
        nn.init.zeros_(model.transformer.audio_proj_out.bias)
        config["transformer"]["audio_predicts"], config["sampling"]["sound_after"] = "clean", True
    args.work.mkdir(parents=True, exist_ok=True)
    (args.work / "config.json").write_text(json.dumps(config, indent=2) + "\n")

    trained = config["text"]["trained"]
    new = [row for row in range(trained, len(words)) if words[row] in said]
    rest = [row for row in range(trained, len(words)) if words[row] not in said]
    rows = [*range(trained), *new, *rest]
    words, model.text.table = [words[row] for row in rows], model.text.table[rows]
    listed = (args.weights / "concepts.txt").read_text().splitlines()
    concepts = dict(line.split() for line in listed if line.split()[0] not in said)
    table = {"words": words, "table": model.text.table, "trained": trained + len(new), "concepts": concepts, "forgotten": []}
    torch.save(table, args.work / "text_table.pt")

    save(args.work / "ae.pt", model.vae.state_dict(), {"stage": "ae"})
    (args.work / "ae.pt.done").touch()
    save(args.work / "vocoder.pt", model.vocoder.state_dict(), {"stage": "vocoder", "audio": model.audio.state_dict()})
    parts = {f"text.{name}": value for name, value in model.text.state_dict().items()}
    parts |= {f"transformer.{name}": value for name, value in model.transformer.state_dict().items()}
    save(args.work / "dit.pt", parts, {"stage": "C"})
    print(f"{len(words)} words, {table['trained']} of them trained; new rows for {missing}")


if __name__ == "__main__":
    main()
