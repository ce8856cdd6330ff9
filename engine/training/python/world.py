"""Reads the records of `kinora-world stream`, and collects raw clips in shards, each the output of one stream.

usage: world.py --world PATH [--speech FILE] [--clips 1500] [--shard 50] [--seed 1000] [--threads 2] [--ahead N] [--only FACTOR=VALUES ... | --kinds FILE]
writes WORK/clips/SHARD.records; a shard that is there, or whose latents are, is not made again. With `--ahead` it makes
clips for as long as it is left running, but waits while so many wait for encode.py.
"""

import argparse
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIZES = {"landscape": (128, 224), "portrait": (224, 128)}
TRACKS = ("track", "second_track", "face_track")


@dataclass
class Record:
    meta: dict
    frames: np.ndarray  # [T, H, W, 3] u8
    pcm: np.ndarray  # [samples] i16

    @property
    def way(self) -> str:
        return "landscape" if self.meta["width"] > self.meta["height"] else "portrait"

    @property
    def track(self) -> np.ndarray:
        return np.asarray(self.meta["track"], np.float32)

    @property
    def tracks(self) -> np.ndarray:
        """Where the first actor, the second and the first one's face are, [3, T, 3]; radius 0 where there is none."""
        out = np.zeros((len(TRACKS), self.meta["frames"], 3), np.float32)
        for at, name in enumerate(TRACKS):
            if self.meta.get(name):
                out[at] = self.meta[name]
        return out


def command(world: str, clips: int, seed: int, frames: int = 49, speech=None, threads: int = 2, options=()) -> list:
    """The stream command; `options` are those of the set of clips, such as --held-out."""
    out = [world, "stream", "--clips", str(clips), "--seed", str(seed), "--frames", str(frames), "--threads", str(threads)]
    return out + (["--speech", str(speech)] if speech else []) + list(options)


def exactly(pipe, count: int) -> bytearray:
    data = bytearray(count)
    view = memoryview(data)
    while len(view):
        read = pipe.readinto(view)
        if not read:
            raise EOFError(f"the stream ended {len(view)} bytes early")
        view = view[read:]
    return data


def record(pipe) -> Record:
    """The next record of a pipe or file."""
    meta = json.loads(exactly(pipe, int.from_bytes(exactly(pipe, 4), "little")))
    shape = (meta["frames"], meta["height"], meta["width"], 3)
    pixels = np.frombuffer(exactly(pipe, int(np.prod(shape))), np.uint8).reshape(shape)
    return Record(meta, pixels, np.frombuffer(exactly(pipe, 2 * meta["samples"]), "<i2"))


def stream(world: str, clips: int, seed: int, frames: int = 49, held_out: bool = False, identities: int = 0, **more):
    """Yields `clips` records of the world binary; with `identities` one person each, who is one of so many."""
    options = ["--held-out"] if held_out else []
    options += ["--identities", str(identities)] if identities else []
    told = command(world, clips, seed, frames, options=[*options, *more.pop("options", ())], **more)
    with subprocess.Popen(told, stdout=subprocess.PIPE, bufsize=1 << 22) as process:
        for _ in range(clips):
            yield record(process.stdout)


def words(world: str) -> list:
    """Every word that can be in a caption, in the binary's order."""
    return subprocess.run([world, "words"], check=True, capture_output=True, text=True).stdout.split()


def held_out_words(world: str) -> list:
    """Words that are in no training caption."""
    return subprocess.run([world, "held-out-synonyms"], check=True, capture_output=True, text=True).stdout.split()


def shards(work: Path) -> list:
    """The finished shards of raw clips, in order."""
    return sorted((work / "clips").glob("*.records"))


def read(path: Path):
    """The records of a shard."""
    with open(path, "rb") as file:
        end = os.fstat(file.fileno()).st_size
        while file.tell() < end:
            yield record(file)


def arriving(work: Path, limit: int, minutes: float):
    """The records of the collected clips in order, at most `limit`; waits at most so many minutes for each next shard."""
    count, known, since = 0, set(), time.time()
    while count < limit:
        new = [path for path in shards(work) if path not in known]
        if not new and time.time() - since >= 60 * minutes:
            break
        for path in new[:1]:
            known.add(path)
            for one in read(path):
                if count < limit:
                    count += 1
                    yield one
            since = time.time()
        if not new:
            time.sleep(0.1)
    if not count:
        raise SystemExit(f"there are no clips in {work / 'clips'}: run world.py before, or give --wait MINUTES")


def missing(work: Path, index: int) -> bool:
    """Whether a shard is neither there nor encoded."""
    return not any(path.exists() for path in (work / "clips" / f"{index:05}.records", work / "latents" / f"{index:05}.pt"))


def kinds_of(path: Path) -> list:
    """The rules of each line; an empty one would be a shard of the whole world."""
    kinds = [line.split() for line in path.read_text().splitlines()]
    for number, rules in enumerate(kinds or [[]], 1):
        if not rules:
            raise SystemExit(f"{path}, line {number}: there must be rules such as object=ball,cube")
    return kinds


def collect(args) -> None:
    """Writes shards in order; a shard has its name only when it is whole."""
    folder = args.work / "clips"
    folder.mkdir(parents=True, exist_ok=True)
    start, made, index = time.time(), 0, 0
    kinds = kinds_of(args.kinds) if args.kinds else [args.only]
    while args.ahead or index * args.shard < args.clips:
        while args.ahead and (len(shards(args.work)) - args.kept // args.shard) * args.shard >= args.ahead:
            time.sleep(0.2)
        if missing(args.work, index):
            part = folder / f"{index:05}.part"
            only = [word for rule in kinds[index % len(kinds)] for word in ("--only", rule)]
            told = command(args.world, args.shard, args.seed + index, 49, args.speech, args.threads, only)
            with open(part, "wb") as file:
                subprocess.run(told, check=True, stdout=file)
            part.rename(folder / f"{index:05}.records")
            made += args.shard
            left = "" if args.ahead else f", {(args.clips - (index + 1) * args.shard) * (time.time() - start) / made / 60:.1f} min left"
            if index % 10 == 9:
                print(f"{made} clips, {made / (time.time() - start):.1f} a second{left}", flush=True)
        index += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--speech", type=Path, help="file of make-speech.sh; without it nobody talks")
    parser.add_argument("--clips", type=int, default=1500)
    parser.add_argument("--shard", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--ahead", type=int, default=0, help="go on for ever, this many clips ahead of encode.py at most")
    narrowed = parser.add_mutually_exclusive_group()
    narrowed.add_argument("--only", nargs="+", default=[], help="narrows the world, as of kinora-world stream")
    narrowed.add_argument("--kinds", type=Path, help="a file with the --only of every shard in turn, such as ../narrowed.txt")
    parser.add_argument("--kept", type=int, default=0, help="clips that encode.py does not remove")
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    collect(parser.parse_args())


if __name__ == "__main__":
    main()
