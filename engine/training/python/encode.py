"""Encodes the collected clips once: shards of latents, sound tokens, word rows and masks for train_dit.py.

usage: encode.py [--device cpu|cuda] [--consume N] [--follow MINUTES] [--part 1/1] [--work train-work]
reads WORK/clips, ae.pt, vocoder.pt, text_table.pt; writes WORK/latents/SHARD.pt: {orientation: {part: tensor}}, where part is
    z [n, 8, 13, h, w] f16 normalised latents      sound [n, 51, 320] f16 normalised log-mel tokens
    ids [n, words] i16 word rows, -1 pads             mask [n, 13, h, w] u8, 1 on who acts in any frame, 2 on a face
    refs [n, 2, 22] f32, what references say in the order of mention, rows past the last are zeros
    struck [n, 51] u8, 1 on the sound tokens of an event that is seen
A shard that is there is not made again, so a run can be stopped and repeated; existing latents are only right for the
autoencoder and the text table that made them. With `--follow` it waits for more clips so long, with `--consume` it removes raw shards after the
first N clips as soon as their latents are written. Several of it can share the work: `--part 1/2` and `--part 2/2`.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch

import checkpoint
import world
from audio import Audio
from common import autocast, load_average, wait_for
from config import FULL, audio_tokens, of
from model import Vae, word_ids

BATCH = {"cpu": 4, "cuda": 25}
REFERENCES = 2  # the most of a clip
PARTS = ("z", "sound", "ids", "mask", "refs", "struck")
TOKEN_SECONDS = 0.08
STRUCK_SECONDS = (-0.02, 0.2)  # the sound of an event, from its moment


def to_tensor(frames) -> torch.Tensor:
    """[..., T, H, W, 3] u8 -> [..., T, 3, H, W] in [-1, 1]."""
    frames = frames if torch.is_tensor(frames) else torch.from_numpy(np.array(frames))
    return frames.movedim(-1, -3).float().div_(127.5).sub_(1)


def actor_mask(tracks: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Tracks (B, 3, T, 3) in pixels -> (B, G, h, w) u8 on the 8-pixel grid: who is there in any frame of the latent."""
    rows = torch.arange(4, height, 8, device=tracks.device)[:, None]
    columns = torch.arange(4, width, 8, device=tracks.device)
    x, y, radius = (value[..., None, None] for value in tracks.unbind(-1))
    inside = ((columns - x).hypot(rows - y) < 1.2 * radius + 4) & (radius > 0)  # (B, 3, T, h, w)
    later = inside[:, :, 1:].unflatten(2, (-1, 4)).any(3)
    first, second, face = torch.cat([inside[:, :, :1], later], 2).unbind(1)
    return torch.where(face, 2, (first | second).to(torch.uint8)).to(torch.uint8)


def struck(events: list, tokens: int) -> np.ndarray:
    """Events [[seconds, kind]] -> [tokens] u8."""
    starts = TOKEN_SECONDS * np.arange(tokens)
    before, after = STRUCK_SECONDS
    hit = [(starts + TOKEN_SECONDS > at + before) & (starts < at + after) for at, *_ in events]
    return np.logical_or.reduce(hit).astype(np.uint8) if hit else np.zeros(tokens, np.uint8)


def references(listed: list) -> np.ndarray:
    """Features of up to two references -> [2, 22] f32."""
    out = np.zeros((REFERENCES, FULL["transformer"]["ref_features"]), np.float32)
    out[: len(listed)] = np.asarray(listed, np.float32).reshape(-1, out.shape[1])
    return out


class Encoder:
    """The trained encoder, mel normalisation and word table."""

    def __init__(self, work: Path, device: str):
        self.device = device
        cfg = of(work)
        self.vae, self.words = Vae(cfg["vae"]), cfg["text"]["max_words"]
        load_average(self.vae, work / "ae.pt")
        self.vae.to(device, memory_format=torch.channels_last)
        self.audio = Audio(cfg["audio"])
        self.audio.load_state_dict(checkpoint.load(work / "vocoder.pt")["extra"]["audio"])
        self.audio.to(device)
        listed = torch.load(work / "text_table.pt", weights_only=True)["words"]
        self.rows = {word: i for i, word in enumerate(listed)}

    @torch.no_grad()
    def __call__(self, records: list) -> dict:
        """A few records of one orientation -> tensors of each part."""
        frames = torch.from_numpy(np.stack([r.frames for r in records])).to(self.device)
        with autocast(self.device):
            z = self.vae.encode(to_tensor(frames))
        pcm = torch.from_numpy(np.stack([r.pcm for r in records])).to(self.device).float() / 32768
        tokens = audio_tokens(len(records[0].frames))
        sound = self.audio.tokens(self.audio.normalise(self.audio.log_mel(pcm)), tokens)
        size = records[0].frames.shape[1:3]
        tracks = torch.from_numpy(np.stack([r.tracks for r in records])).to(self.device)
        return {
            "z": z.half().cpu(),
            "sound": sound.half().cpu(),
            "ids": torch.tensor([word_ids(r.meta["caption"], self.rows, self.words) for r in records], dtype=torch.int16),
            "mask": actor_mask(tracks, *size).cpu(),
            "refs": torch.from_numpy(np.stack([references(r.meta["references"]) for r in records])),
            "struck": torch.from_numpy(np.stack([struck(r.meta["events"], tokens) for r in records])),
        }


def encode(encoder: Encoder, path: Path, out: Path) -> int:
    """Encodes a shard; returns its number of clips."""
    waiting, done = {way: [] for way in world.SIZES}, {way: [] for way in world.SIZES}
    count = 0
    for one in world.read(path):
        count += 1
        waiting[one.way].append(one)
        if len(waiting[one.way]) == BATCH[encoder.device]:
            done[one.way].append(encoder(waiting[one.way]))
            waiting[one.way] = []
    for way, rest in waiting.items():
        if rest:
            done[way].append(encoder(rest))
    shard = {way: {part: torch.cat([d[part] for d in parts]) for part in PARTS} for way, parts in done.items() if parts}
    torch.save(shard, f"{out}.new")
    os.replace(f"{out}.new", out)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--consume", type=int, default=-1, help="remove raw clips after the first so many; -1: keep all")
    parser.add_argument("--follow", type=float, default=0, help="minutes to wait for more clips")
    parser.add_argument("--wait", type=float, default=0, help="minutes to wait for ae.pt.done")
    parser.add_argument("--threads", type=int, default=0, help="0: the processors it may use")
    parser.add_argument("--part", default="1/1", help="which part of how many parts of the shards")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    args = parser.parse_args()
    part, parts = (int(number) for number in args.part.split("/"))
    torch.set_num_threads(args.threads or (len(os.sched_getaffinity(0)) if args.device == "cpu" else 2))
    if args.device == "cuda":
        torch.zeros(1, device="cuda")  # the device is started while the autoencoder is still being trained
    wait_for(args.work / "vocoder.pt", args.wait)
    wait_for(args.work / "ae.pt.done", args.wait)
    folder = args.work / "latents"
    folder.mkdir(parents=True, exist_ok=True)
    encoder, start, made, seen = Encoder(args.work, args.device), time.time(), 0, 0
    while True:
        mine = [path for path in world.shards(args.work) if int(path.stem) % parts == part - 1]
        todo = [path for path in mine if not (folder / f"{path.stem}.pt").exists()]
        for path in todo:
            count = encode(encoder, path, folder / f"{path.stem}.pt")
            made, seen = made + count, seen + 1
            if args.consume >= 0 and int(path.stem) * count >= args.consume:
                path.unlink()
            if seen % 10 == 0:
                rate = made / (time.time() - start)
                print(f"{made} clips encoded, {rate:.1f} a second, {len(todo)} shards were waiting", flush=True)
        if time.time() - start >= 60 * args.follow:
            break
        if not todo:
            time.sleep(0.2)
    print(f"{made} clips encoded in {(time.time() - start) / 60:.1f} min", flush=True)


if __name__ == "__main__":
    main()
