"""Encodes a stream of clips once: shards of latents, sound tokens, word rows and object masks for train_dit.py.

usage: encode.py --world PATH [--clips 6000] [--shard 250] [--seed 5000] [--work train-work]
reads WORK/ae.pt, vocoder.pt, text_table.pt; writes WORK/latents/SHARD.{landscape,portrait}.{part}.npy, where part is
    z [n, 8, 13, h, w] f16 normalised latents      sound [n, 51, 320] f16 normalised log-mel tokens
    ids [n, 32] i16 word rows, -1 pads             mask [n, 13, h, w] u8, 1 on who acts in any frame of the latent
    refs [n, 2, 22] f32, what references say in the order of mention, rows past the last are zeros
and SHARD.json, the captions. A shard that is there is not made again, so a run can be stopped and repeated; existing
latents are only right for the autoencoder that made them.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

import checkpoint
import world
from audio import Audio
from common import load_average
from config import FULL, audio_tokens
from model import Vae, word_ids
from train_ae import to_tensor

BATCH = 4
REFERENCES = 2  # the most of a clip
PARTS = ("z", "sound", "ids", "mask", "refs")


def object_mask(track: np.ndarray, height: int, width: int) -> np.ndarray:
    """Track [T, 3] in pixels -> [G, h, w] u8 on the 8-pixel grid."""
    rows, columns = np.mgrid[4:height:8, 4:width:8]
    distance = np.hypot(columns - track[:, 0, None, None], rows - track[:, 1, None, None])
    near = distance < 1.2 * track[:, 2, None, None] + 4
    return np.stack([near[:1].any(0)] + [near[i : i + 4].any(0) for i in range(1, len(near), 4)]).astype(np.uint8)


class Encoder:
    """The trained encoder, mel normalisation and word table."""

    def __init__(self, work: Path):
        self.vae, self.audio = Vae(FULL["vae"]).to(memory_format=torch.channels_last), Audio(FULL["audio"])
        load_average(self.vae, work / "ae.pt")
        self.audio.load_state_dict(checkpoint.load(work / "vocoder.pt")["extra"]["audio"])
        listed = torch.load(work / "text_table.pt", weights_only=True)["words"]
        self.rows = {word: i for i, word in enumerate(listed)}

    @torch.no_grad()
    def __call__(self, records: list) -> dict:
        """A few records of one orientation -> arrays of each part."""
        with torch.autocast("cpu", torch.bfloat16):
            z = self.vae.encode(to_tensor(np.stack([r.frames for r in records])))
        pcm = torch.from_numpy(np.stack([r.pcm for r in records])).float() / 32768
        tokens = audio_tokens(len(records[0].frames))
        sound = self.audio.tokens(self.audio.normalise(self.audio.log_mel(pcm)), tokens)
        limit = FULL["text"]["max_words"]
        size = records[0].frames.shape[1:3]
        return {
            "z": z.half().numpy(),
            "sound": sound.half().numpy(),
            "ids": np.int16([word_ids(r.meta["caption"], self.rows, limit) for r in records]),
            "mask": np.stack([np.maximum.reduce([object_mask(t, *size) for t in r.tracks]) for r in records]),
            "refs": np.stack([references(r.meta["references"]) for r in records]),
        }


def references(listed: list) -> np.ndarray:
    """Features of up to two references -> [2, 22] f32."""
    out = np.zeros((REFERENCES, FULL["transformer"]["ref_features"]), np.float32)
    out[: len(listed)] = np.asarray(listed, np.float32).reshape(-1, out.shape[1])
    return out


def shard(encoder: Encoder, args, index: int, folder: Path) -> None:
    waiting, done = {way: [] for way in world.SIZES}, {way: [] for way in world.SIZES}
    captions = {way: [] for way in world.SIZES}
    for record in world.stream(args.world, args.shard, args.seed + index):
        waiting[record.way].append(record)
        captions[record.way].append(record.meta["caption"])
        if len(waiting[record.way]) == BATCH:
            done[record.way].append(encoder(waiting[record.way]))
            waiting[record.way] = []
    for way, rest in waiting.items():
        if rest:
            done[way].append(encoder(rest))
        for part in PARTS:
            np.save(folder / f"{index:03}.{way}.{part}.npy", np.concatenate([d[part] for d in done[way]]))
    (folder / f"{index:03}.json").write_text(json.dumps(captions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--clips", type=int, default=6000)
    parser.add_argument("--shard", type=int, default=250)
    parser.add_argument("--seed", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=1e9, help="start no new shard after this time")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    folder = args.work / "latents"
    folder.mkdir(parents=True, exist_ok=True)
    encoder, start = Encoder(args.work), time.time()
    for index in range(args.clips // args.shard):
        if (folder / f"{index:03}.json").exists() or time.time() - start > 60 * args.minutes:
            continue
        shard(encoder, args, index, folder)
        print(f"shard {index}, {(time.time() - start) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
