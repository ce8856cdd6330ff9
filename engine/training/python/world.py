"""Reads the records of `kinora-world stream`, and collects raw clips for the autoencoder and the vocoder.

usage: world.py --world PATH [--clips 900] [--seed 1000] [--work train-work]
writes WORK/clips/{landscape,portrait}.{raw,track.npy,pcm.npy}
    raw [n, 49, H, W, 3] u8, track [n, 49, 3] f32 (x, y, radius in pixels), pcm [n, samples] i16 at 16 kHz
"""

import argparse
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SIZES = {"landscape": (128, 224), "portrait": (224, 128)}


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
    def tracks(self) -> list:
        """The track of everyone who acts."""
        second = self.meta["second_track"]
        return [self.track] + ([np.asarray(second, np.float32)] if second else [])


def exactly(pipe, count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise EOFError(f"the stream ended {count - len(data)} bytes early")
    return data


def stream(world: str, clips: int, seed: int, frames: int = 49, held_out: bool = False, identities: int = 0):
    """Yields `clips` records of the world binary; with `identities` one person each, who is one of so many."""
    command = [world, "stream", "--clips", str(clips), "--seed", str(seed), "--frames", str(frames)]
    command += ["--held-out"] if held_out else []
    command += ["--identities", str(identities)] if identities else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=1 << 22) as process:
        for _ in range(clips):
            size = int.from_bytes(exactly(process.stdout, 4), "little")
            meta = json.loads(exactly(process.stdout, size))
            shape = (meta["frames"], meta["height"], meta["width"], 3)
            pixels = np.frombuffer(exactly(process.stdout, int(np.prod(shape))), np.uint8).reshape(shape)
            pcm = np.frombuffer(exactly(process.stdout, 2 * meta["samples"]), "<i2")
            yield Record(meta, pixels, pcm)


def words(world: str) -> list:
    """Every word that can be in a caption, in the binary's order."""
    text = subprocess.run([world, "words"], check=True, capture_output=True, text=True).stdout
    return text.split()


def collect(args) -> None:
    """Writes the raw frames as they come and the small arrays at the end."""
    folder = args.work / "clips"
    folder.mkdir(parents=True, exist_ok=True)
    files, tracks, sounds = {}, {way: [] for way in SIZES}, {way: [] for way in SIZES}
    for way in SIZES:
        files[way] = open(folder / f"{way}.raw", "wb")
    for record in stream(args.world, args.clips, args.seed):
        files[record.way].write(record.frames.tobytes())
        tracks[record.way].append(record.track)
        sounds[record.way].append(record.pcm)
    for way, (height, width) in SIZES.items():
        files[way].close()
        np.save(folder / f"{way}.track.npy", np.stack(tracks[way]))
        np.save(folder / f"{way}.pcm.npy", np.stack(sounds[way]))
        print(way, len(tracks[way]), "clips")


def clips(work: Path) -> dict:
    """The collected clips by orientation: (frames, track, pcm), frames memory-mapped."""
    out = {}
    for way, (height, width) in SIZES.items():
        track = np.load(work / "clips" / f"{way}.track.npy")
        pcm = np.load(work / "clips" / f"{way}.pcm.npy")
        shape = (len(track), track.shape[1], height, width, 3)
        out[way] = (np.memmap(work / "clips" / f"{way}.raw", np.uint8, "r", shape=shape), track, pcm)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", required=True)
    parser.add_argument("--clips", type=int, default=900)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    collect(parser.parse_args())


if __name__ == "__main__":
    main()
