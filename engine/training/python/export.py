"""Writes the weights file from a checkpoint of each stage (or random weights): safetensors, config, words, sums.

Large matrices are I8 with an F16 scale for each row (first axis), in NAME.scale; everything else is F16, with `--half` all of it.

usage: export.py --out DIR [--work train-work] [--half] [--like DIR]    trained: WORK/{text_table,ae,vocoder,dit}
       export.py --out DIR --random                                     random weights, toy words

`--like` is a weights folder with the same encoder and the same statistics of sound, to the bit: then latents that were kept stay good, and
their name is that of the folder.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

import checkpoint
from config import FULL, of
from model import Mini
from parity import randomise

LIMIT = 20_000_000  # bytes of what a published package may hold
LARGE = 16_384  # numbers from which a matrix is stored as bytes


def stored(name: str, value: torch.Tensor, half: bool) -> dict:
    """A tensor as it is in the file: itself in F16, or bytes and the scales of its rows, the largest number of a row 127."""
    if half or value.ndim < 2 or value.numel() < LARGE:
        return {name: value.half().contiguous()}
    rows = value.float().flatten(1)
    scale = (rows.abs().amax(1) / 127).clamp(min=1e-7).half()
    numbers = (rows / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
    return {name: numbers.view(value.shape).contiguous(), f"{name}.scale": scale}


def restored(tensors: dict) -> dict:
    """The numbers of a weights file in F32."""
    out = {}
    for name, value in tensors.items():
        if value.dtype == torch.int8:
            scale = tensors[f"{name}.scale"].float().view(-1, *[1] * (value.ndim - 1))
            out[name] = value.float() * scale
        elif not (name.endswith(".scale") and tensors.get(name.removesuffix(".scale"), value).dtype == torch.int8):
            out[name] = value.float()
    return out


def trained(work: Path) -> tuple:
    """The model assembled from the newest checkpoint of every stage, averaged weights where there are any."""
    table = torch.load(work / "text_table.pt", weights_only=True)
    model = Mini(of(work), len(table["words"]))
    ae = checkpoint.load(work / "ae.pt")
    model.vae.load_state_dict(ae["ema"])
    vocoder = checkpoint.load(work / "vocoder.pt")
    model.vocoder.load_state_dict(vocoder["ema"])
    model.audio.load_state_dict(vocoder["extra"]["audio"])
    dit = checkpoint.load(work / "dit.pt")
    model.text.load_state_dict({k.removeprefix("text."): v for k, v in dit["ema"].items() if k.startswith("text.")})
    model.transformer.load_state_dict(
        {k.removeprefix("transformer."): v for k, v in dit["ema"].items() if k.startswith("transformer.")}
    )
    return model, table["words"]


def latents_of(model: Mini) -> str:
    """A name for the encoder and the statistics of latents and sound: eight digits that change when these do."""
    values = [*model.vae.encoder.state_dict().values(), model.vae.mean, model.vae.std, model.audio.mean, model.audio.std]
    return hashlib.sha256(b"".join(value.half().numpy().tobytes() for value in values)).hexdigest()[:8]


def name_of_latents(model: Mini, like: Path) -> str:
    """What the latents of another folder are called, if they are the same."""
    theirs = restored(load_file(like / "model.safetensors"))
    ours = model.state_dict()
    same = [name for name in theirs if name.startswith(("vae.", "audio.")) and not name.startswith("vae.decoder.")]
    if not all(torch.equal(ours[name].half(), theirs[name].half()) for name in same):
        raise SystemExit(f"the encoder, or how sound is normalised, is not that of {like}: leave out --like")
    return json.loads((like / "config.json").read_text()).get("latents", "")


def remembered(model: Mini, table: dict) -> dict:
    """The table with the forgotten words of concepts.py behind those that count as trained, and the model's rows in the same order."""
    gone, count = set(table["forgotten"]), table["trained"]
    rows = sorted(range(len(table["words"])), key=lambda row: row >= count or table["words"][row] in gone)
    model.text.table = model.text.table[rows]
    return {**table, "words": [table["words"][row] for row in rows], "trained": count - len(gone)}


def write(model: Mini, table: dict, args) -> None:
    """The files of a weights folder; `table` is that of text_table.py, with the concepts of concepts.py."""
    out, words, concepts = args.out, table["words"], table["concepts"]
    out.mkdir(parents=True, exist_ok=True)
    latents = name_of_latents(model, args.like) if args.like else latents_of(model)
    config = {**model.cfg, "latents": latents, "text": {**model.cfg["text"], "trained": table["trained"]}}
    if args.shortcut:
        config["sampling"] = {**config["sampling"], "steps": args.shortcut, "shortcut": True}
    tensors = {}
    for name, value in model.state_dict().items():
        tensors |= stored(name, value, args.half)
    halves = [value for value in tensors.values() if value.dtype == torch.float16]
    assert all(torch.isfinite(value).all() for value in halves), "a tensor does not fit in F16"
    save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    size = (out / "model.safetensors").stat().st_size
    assert size <= LIMIT, f"{size} bytes is over the limit of {LIMIT}"
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "words.txt").write_text("\n".join(words) + "\n")
    (out / "concepts.txt").write_text("".join(f"{word} {concept}\n" for word, concept in sorted(concepts.items())))
    names = ["concepts.txt", "config.json", "model.safetensors", "words.txt"]
    sums = [f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (out / "SHA256SUMS").write_text("".join(sums))
    count = sum(value.numel() for value in model.state_dict().values())
    print(f"{len(tensors)} tensors, {count / 1e6:.2f} M numbers, {size} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--half", action="store_true", help="no bytes: the numbers as they were trained, twice as large")
    parser.add_argument("--shortcut", type=int, metavar="STEPS", help="so many long steps without guidance, which stage D trained")
    parser.add_argument("--like", type=Path, help="a weights folder with the same encoder")
    args = parser.parse_args()
    if args.random:
        torch.manual_seed(0)
        words = ["<unk>"] + [f"word{i}" for i in range(1, 8192)]
        table = {"words": words, "trained": len(words), "concepts": {}, "forgotten": []}
        model = Mini(FULL, len(words))
        randomise(model)
    else:
        model, _ = trained(args.work)
        table = remembered(model, torch.load(args.work / "text_table.pt", weights_only=True))
    write(model, table, args)


if __name__ == "__main__":
    main()
