"""Compares ways to sample from one checkpoint by the judge's eye: guidance, steps, their shift, shortcuts.

usage: sweep.py --world PATH [--speech FILE] --judge FILE [--clips 200] [--only FACTOR=VALUES ...] [--device cpu|cuda] [--work train-work]
reads WORK/{text_table,ae,vocoder,dit}.pt; prints a line of accuracies for each way, on validation prompts with their references (whoever
chose by held-out ones would have none left to be measured by), and writes a contact sheet of the first 24 for each. The ceiling is the real renders through the autoencoder.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

import checkpoint
import judge as judging
import world
from config import audio_tokens, latent_frames
from dit import sample
from encode import references, to_tensor
from export import trained
from model import word_ids
from sample import sheet

WAYS = [  # name, steps, shift, guidance, shortcut
    ("8 steps, guidance 3", 8, 8.0, 3.0, False),
    ("8 steps, shift 3, guidance 3", 8, 3.0, 3.0, False),
    ("8 steps, shift 5, guidance 3", 8, 5.0, 3.0, False),
    ("8 steps, guidance 2", 8, 8.0, 2.0, False),
    ("8 steps, guidance 4", 8, 8.0, 4.0, False),
    ("8 steps, guidance 6", 8, 8.0, 6.0, False),
    ("16 steps, guidance 3", 16, 8.0, 3.0, False),
    ("4 steps, guidance 3", 4, 8.0, 3.0, False),
    ("4 shortcuts", 4, 8.0, 0.0, True),
]
SEED = 900_000
BATCH = 40


def groups(records: list) -> list:
    """Indices of records of one orientation and number of references, at most BATCH together."""
    found = {}
    for i, one in enumerate(records):
        found.setdefault((one.way, len(one.meta["references"])), []).append(i)
    return [rows[at : at + BATCH] for rows in found.values() for at in range(0, len(rows), BATCH)]


@torch.no_grad()
def clips_of(model, words: list, records: list, way: tuple, device: str) -> list:
    """A generated clip [T, H, W, 3] u8 for the caption and references of every record."""
    _, steps, shift, guidance, shortcut = way
    rows, limit = {word: i for i, word in enumerate(words)}, model.cfg["text"]["max_words"]
    out = [None] * len(records)
    for chosen in groups(records):
        some = [records[i] for i in chosen]
        ids = torch.tensor([word_ids(r.meta["caption"], rows, limit) for r in some], device=device)
        height, width = some[0].frames.shape[1:3]
        frames, count = len(some[0].frames), len(some[0].meta["references"])
        noise = torch.Generator(device).manual_seed(SEED + chosen[0])
        video = torch.randn(len(some), 8, latent_frames(frames), height // 8, width // 8, device=device, generator=noise)
        sound = torch.randn(len(some), audio_tokens(frames), 320, device=device, generator=noise)
        refs = torch.from_numpy(np.stack([references(r.meta["references"]) for r in some]))[:, :count].to(device)
        with torch.autocast(device, torch.bfloat16):
            text = model.text(ids)
            kept = (steps, shift, guidance)
            video, _ = sample(model.transformer, video, sound, text, text * 0, *kept, refs=refs if count else None, shortcut=shortcut)
            for i, latents in zip(chosen, video):
                pixels = model.vae.decode(latents[None].float())[0].float().clamp(-1, 1)
                out[i] = ((pixels + 1) * 127.5).round().byte().movedim(1, -1).cpu().numpy()
    return out


def line(name: str, judge, clips: list, records: list, spent: float) -> str:
    right, asked = {}, {}
    for way in world.SIZES:
        chosen = [i for i, one in enumerate(records) if one.way == way]
        if chosen:
            scores = judge.score(np.stack([clips[i] for i in chosen]))
            for head, (a, b) in judge.agreement(scores, [records[i].meta for i in chosen]).items():
                right[head], asked[head] = right.get(head, 0) + a, asked.get(head, 0) + b
    parts = [f"{head} {100 * right[head] / asked[head]:.0f}" for head in right if asked[head]]
    return f"{name:24} {' '.join(parts)} ({spent:.1f} s)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--speech", type=Path)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--only", nargs="+", default=[], help="narrows the world, as of kinora-world stream")
    parser.add_argument("--ways", type=int, default=len(WAYS), help="the first so many")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    options = ["--validation", *(word for rule in args.only for word in ("--only", rule))]
    records = list(world.stream(args.world, args.clips, SEED, speech=args.speech, options=options))
    judge = judging.load(args.judge, args.device)
    model, words = trained(args.work)
    model.to(args.device).eval()
    print(line("renders", judge, [r.frames for r in records], records, 0.0), flush=True)
    with torch.no_grad(), torch.autocast(args.device, torch.bfloat16):
        through = []
        for one in records:
            y = model.vae.decode(model.vae.encode(to_tensor(one.frames).to(args.device)[None]))[0].float().clamp(-1, 1)
            through.append(((y + 1) * 127.5).round().byte().movedim(1, -1).cpu().numpy())
    print(line("through the autoencoder", judge, through, records, 0.0), flush=True)
    teacher = checkpoint.load(args.work / "dit.pt")["extra"].get("teacher")
    for way in WAYS[: args.ways]:
        begun = time.time()
        clips = clips_of(model, words, records, way, args.device)
        print(line(way[0], judge, clips, records, time.time() - begun), flush=True)
        chosen = [i for i, one in enumerate(records) if one.way == "landscape"][:24]
        page = sheet(np.stack([clips[i] for i in chosen]), [records[i].meta["caption"] for i in chosen], 5)
        page.convert("P").save(args.work / f"sheet {way[0]}.png".replace(" ", "-").replace(",", ""))
    if teacher:
        model.text.load_state_dict({k[5:]: v for k, v in teacher.items() if k.startswith("text.")})
        model.transformer.load_state_dict({k[12:]: v for k, v in teacher.items() if k.startswith("transformer.")})
        clips = clips_of(model, words, records, WAYS[0], args.device)
        print(line("before stage D, as first", judge, clips, records, 0.0), flush=True)


if __name__ == "__main__":
    main()
