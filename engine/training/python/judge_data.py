"""Renders for the judge: labels as numbers, clips kept on the device while several world processes make more.

A label's value that is null, or that its clip cannot show, is -1 and masks the head.
"""

import fcntl
import itertools
import subprocess
import threading
from pathlib import Path

import numpy as np
import torch

from judge_model import STILL_STEP, seen_of
from world import SIZES, command, record

FRAMES = 48  # four seconds
FPS = 12
SPLITS = {"judge": ["--judge"], "train": [], "validation": ["--validation"], "held-out": ["--held-out"]}
MIRRORED = {"left": "right", "right": "left", "pan left": "pan right", "pan right": "pan left"}
SURVEY_CLIPS = 2000  # the rarest value is in one clip of a hundred or more


def values_of(meta: dict) -> dict:
    """What the heads should say of a clip, None where nothing can be said."""
    person = meta["object"] == "person"
    facing = meta["direction"]
    return {
        "object": meta["object"],
        "colour": meta["colour"],
        "action": meta["action"],
        "scene": meta["scene"],
        "camera": meta.get("camera"),
        "time": meta.get("time"),
        "weather": meta.get("weather"),
        "style": meta.get("style"),
        "size": None if person else meta["size"],
        "count": None if person or "count" not in meta else str(meta["count"]),
        "direction": facing if facing in MIRRORED else None,
        "expression": meta.get("expression"),
        "talking": ("yes" if meta.get("talking") else "no") if person else None,
    }


def two_people(meta: dict) -> bool:
    """Then "the first" is the left one, and the clip has no mirror; and it is not known whose mouth a judge looks at."""
    return meta["object"] == "person" and bool(meta["second_track"])


class World:
    """How the world binary is called."""

    def __init__(self, path: str, split: str, speech: str = "", threads: int = 2, only: list | None = None):
        self.path, self.split, self.speech, self.threads, self.only = path, split, speech, threads, only or []

    def open(self, seed: int, clips: int, frames: int = FRAMES) -> subprocess.Popen:
        options = SPLITS[self.split] + [word for rule in self.only for word in ("--only", rule)]
        told = command(self.path, clips, seed, frames, self.speech, self.threads, options)
        process = subprocess.Popen(told, stdout=subprocess.PIPE, bufsize=1 << 22)
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)  # or a clip is read in 64 pieces
        return process


def read(pipe) -> tuple:
    """The next record: label, frames [T, H, W, 3] u8, sound [samples] i16."""
    one = record(pipe)
    return one.meta, one.frames, one.pcm


def survey(world: World, seed: int, clips: int = SURVEY_CLIPS) -> dict:
    """The values of every head, from the labels of the world itself: {head: [value, ...]}, heads with one value left out. Some of
    the clips are whole: nobody talks in one frame."""
    found = {}
    for frames, count in ((1, clips), (FRAMES, clips // 12)):
        with world.open(seed, count, frames) as process:
            for _ in range(count):
                for head, value in values_of(read(process.stdout)[0]).items():
                    if value is not None:
                        found.setdefault(head, set()).add(value)
    return {head: sorted(values) for head, values in found.items() if len(values) > 1}


class Labels:
    """Turns labels into numbers by a vocabulary."""

    def __init__(self, vocabulary: dict):
        self.vocabulary, self.heads = vocabulary, list(vocabulary)
        self.rows = {head: {value: i for i, value in enumerate(values)} for head, values in vocabulary.items()}
        self.unknown = {}  # (head, value) -> how often: values the survey did not meet

    def numbers(self, meta: dict) -> np.ndarray:
        """[heads] i64."""
        values = values_of(meta)
        out = np.full(len(self.heads), -1)
        for i, head in enumerate(self.heads):
            row = self.rows[head].get(values[head])
            if row is not None:
                out[i] = row
            elif values[head] is not None:
                self.unknown[head, values[head]] = self.unknown.get((head, values[head]), 0) + 1
        return out

    def mirrored(self) -> torch.Tensor:
        """[heads, values] the number of each value in the mirror; rows are filled up with their own numbers."""
        width = max(map(len, self.vocabulary.values()))
        out = torch.arange(width).repeat(len(self.heads), 1)
        for i, (head, values) in enumerate(self.vocabulary.items()):
            for j, value in enumerate(values):
                out[i, j] = self.rows[head].get(MIRRORED.get(value, value), j)
        return out


def seconds_of(meta: dict) -> list:
    """When things are seen that are heard at once, in seconds."""
    return [float(event[0]) if isinstance(event, list) else float(event) for event in meta["events"]]


def impacts_of(meta: dict) -> np.ndarray:
    """[T] 1 in the frame in which something is heard that is seen, less in its neighbours."""
    frames = np.arange(meta["frames"])
    out = np.zeros(len(frames), np.float32)
    for seconds in seconds_of(meta):
        out = np.maximum(out, np.clip(1 - 0.5 * np.abs(frames - int(seconds * FPS)), 0, 1))
    return out.astype(np.float32)


def mouth_of(meta: dict) -> np.ndarray:
    """[T] openness 0..1, NaN if it is not known whose."""
    mouth = None if two_people(meta) else meta.get("mouth")
    return np.full(meta["frames"], np.nan, np.float32) if mouth is None else np.asarray(mouth, np.float32)


def tracks_of(meta: dict) -> np.ndarray:
    """[T, 2, 3] centre and radius in pixels of the first object or person, and of its face; NaN if it has none."""
    out = np.full((meta["frames"], 2, 3), np.nan, np.float32)
    out[:, 0] = meta["track"]
    if meta.get("face_track"):
        out[:, 1] = meta["face_track"]
    return out


class Pool:
    """Clips of one orientation on a device, as far as the judge sees them; filled by readers, sampled by the trainer."""

    def __init__(self, capacity: int, way: str, heads: int, device: str):
        self.size_px = SIZES[way]
        self.capacity, self.count, self.taken = capacity, 0, itertools.count()
        shapes = {"stills": (FRAMES // STILL_STEP, 3, *(side // 2 for side in self.size_px))}
        shapes |= {"motion": (FRAMES, 3, *(side // 4 for side in self.size_px)), "numbers": (heads,), "mirror": ()}
        shapes |= {"impact": (FRAMES,), "mouth": (FRAMES,), "tracks": (FRAMES, 2, 3)}
        kinds = {"stills": torch.uint8, "motion": torch.uint8, "numbers": torch.int64, "mirror": torch.bool}
        self.stores = {
            name: torch.empty(capacity, *shape, dtype=kinds.get(name, torch.float32), device=device)
            for name, shape in shapes.items()
        }
        self.done = set()

    def put(self, values: dict, lock) -> bool:
        """Adds a clip and returns true, or false if the pool is full."""
        at = next(self.taken)
        if at >= self.capacity:
            return False
        for name, store in self.stores.items():
            store[at].copy_(values[name])
        if self.stores["stills"].is_cuda:
            torch.cuda.current_stream().synchronize()
        with lock:  # clips before `count` are whole
            self.done.add(at)
            while self.count in self.done:
                self.done.remove(self.count)
                self.count += 1
        return True

    def batch(self, chosen: torch.Tensor) -> dict:
        return {name: store[chosen] for name, store in self.stores.items()} | {"size_px": self.size_px}


class Renders:
    """Pools of both orientations and the readers that fill them: one thread a world process. A full pool stops nobody but
    skips its clips; when both are full the processes end. `share` of the clips are as `rebuild` returns them, which takes
    u8 frames [T, H, W, 3]."""

    def __init__(self, world: World, labels: Labels, seeds: list, capacity: int, device: str, rebuild=None, share: float = 0.0):
        self.rebuild, self.share = rebuild, share
        self.world, self.labels, self.device = world, labels, device
        shares = {"landscape": 0.75, "portrait": 0.25}
        self.pools = {w: Pool(max(1, int(capacity * s)), w, len(labels.heads), device) for w, s in shares.items()}
        self.lock, self.stopping, self.failure = threading.Lock(), False, None
        self.threads = [threading.Thread(target=self.fill, args=(seed,), daemon=True) for seed in seeds]
        for thread in self.threads:
            thread.start()

    def fill(self, seed: int) -> None:
        stream = torch.cuda.Stream() if self.device == "cuda" else None
        process, rng = self.world.open(seed, 1 << 30), np.random.default_rng(seed)
        try:
            with torch.no_grad(), torch.cuda.stream(stream):
                while not self.stopping and not self.full():
                    meta, pixels, _ = read(process.stdout)
                    pool = self.pools["landscape" if meta["width"] > meta["height"] else "portrait"]
                    if pool.count < pool.capacity:
                        pool.put(self.values(meta, pixels, rng), self.lock)
        except Exception as failure:  # shown by the trainer: a thread cannot end the program
            self.failure = failure
        finally:
            process.kill()
            process.stdout.close()
            process.wait()

    def values(self, meta: dict, pixels: np.ndarray, rng) -> dict:
        """What a pool keeps of a clip."""
        if self.rebuild and rng.random() < self.share:
            pixels = self.rebuild(pixels)
        seen = seen_of(torch.from_numpy(np.array(pixels))[None].to(self.device))
        known = {"numbers": self.labels.numbers(meta), "mirror": np.array(not two_people(meta)), "impact": impacts_of(meta)}
        known |= {"mouth": mouth_of(meta), "tracks": tracks_of(meta)}
        return {name: x[0] for name, x in seen.items()} | {name: torch.from_numpy(x) for name, x in known.items()}

    def save(self, path: Path) -> None:
        """Keeps the pools: to render them takes longer than to train on them."""
        torch.save({way: (pool.count, pool.stores) for way, pool in self.pools.items()}, path)

    def load(self, path: Path) -> None:
        for way, (count, stores) in torch.load(path, map_location=self.device).items():
            pool = self.pools[way]
            pool.count, pool.capacity, pool.stores = count, count, stores

    def full(self) -> bool:
        return all(pool.count == pool.capacity for pool in self.pools.values())

    def capacity(self) -> int:
        return sum(pool.capacity for pool in self.pools.values())

    def count(self) -> int:
        return sum(pool.count for pool in self.pools.values())

    def stop(self) -> None:
        self.stopping = True
        for thread in self.threads:
            thread.join()

    def sample(self, size: int, rng) -> dict:
        """Random clips of one orientation, as often as it is among the clips."""
        counts = {way: pool.count for way, pool in self.pools.items()}
        way = "portrait" if rng.random() * self.count() < counts["portrait"] else "landscape"
        chosen = torch.from_numpy(rng.integers(0, counts[way], size)).to(self.device)
        return self.pools[way].batch(chosen)
