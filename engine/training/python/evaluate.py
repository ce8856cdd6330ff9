"""Scores the clips that the engine's `eval_clips` made from the held-out list, with ceilings and floors; `../../kinora-eval` runs
everything in order.

usage: evaluate.py list   --world PATH [--speech FILE] --list FILE [--prompts 200] [--only FACTOR=VALUES ...]
       evaluate.py wishes --list FILE --work DIR [--prompts 200]      writes DIR/wishes.jsonl for eval_clips
       evaluate.py score  --world PATH [--speech FILE] --list FILE --work DIR --weights DIR --judge FILE --report FILE
                          [--prompts 200] [--known FILE] [--before DIR] [--identity FILE] [--by-eye TEXT] [--train-seed N]

`score` reads DIR/clips, and keeps what the judge said of each set of clips in DIR, so that it goes on where it stopped. `--known` is a second
list, of the part of the world that the model was trained on; its clips are in DIR/known/clips. `--before` is the DIR of other weights, with
clips for the same lists, for columns beside these.
"""

import argparse
import dataclasses
import hashlib
import itertools
import json
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

import evaluate_list
import judge as judging
import world
from audio import Audio, Vocoder
from evaluate_dub import Dubber
from evaluate_measure import Seen
from evaluate_page import reel, sheet
from evaluate_report import write_report
from export import restored
from judge_augment import Rebuilder, vae_of
from judge_data import World, read, seconds_of

FRAMES = 48  # of a clip of four seconds
LIST_SEED = 60_000
BATCH = 8


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Progress:
    """Prints how many of `total` are done, at most every five seconds."""

    def __init__(self, name: str, total: int):
        self.name, self.total, self.done, self.start, self.said = name, total, 0, time.time(), 0.0

    def step(self, count: int) -> None:
        self.done += count
        now = time.time()
        if now - self.said > 5 or self.done >= self.total:
            self.said = now
            left = (now - self.start) / self.done * (self.total - self.done)
            print(f"{self.name}: {self.done} of {self.total}, left {left:.0f} s", flush=True)


def judged(judge, clips, name: str, total: int, change=None) -> tuple:
    """(scores, labels, sounds) of an iterator of (label, frames [T, H, W, 3], sound); `change` turns the frames of a clip into
    those that are judged."""
    waiting, parts, order, labels, sounds = {}, [], [], [], []
    progress = Progress(name, total)

    def look(shape: tuple) -> None:
        rows, frames = zip(*waiting.pop(shape))
        parts.append(judge.score(np.stack([change(f) if change else f for f in frames])))
        order.extend(rows)
        progress.step(len(rows))

    for row, (meta, frames, sound) in enumerate(clips):
        labels.append(meta)
        sounds.append(np.array(sound[: FRAMES * 16000 // 12]))
        waiting.setdefault(frames.shape, []).append((row, frames[:FRAMES]))
        if len(waiting[frames.shape]) == BATCH:
            look(frames.shape)
    for shape in list(waiting):
        look(shape)
    back = torch.from_numpy(np.argsort(order))
    return {head: torch.cat([part[head] for part in parts])[back] for head in parts[0]}, labels, sounds


def kept(path: Path, make) -> Seen:
    """What `make` returns, from the file if it is there."""
    if not path.exists():
        torch.save(make(), path)
    return Seen(**torch.load(path, weights_only=False))


def renders(stream: World, seed: int, wanted: list, name: str):
    """The clips at these places of a stream, in order."""
    progress, last = Progress(f"{name}, rendered", max(wanted) + 1), set(wanted)
    with stream.open(seed, max(wanted) + 1) as process:
        for place in range(max(wanted) + 1):
            record = read(process.stdout)
            progress.step(1)
            if place in last:
                yield record


def made(folder: Path, wishes: list, labels: list):
    """The engine's clips."""
    for wish, label in zip(wishes, labels):
        base = folder / wish["id"]
        meta = json.loads(base.with_suffix(".json").read_text())
        shape = (meta["frames"], meta["height"], meta["width"], 3)
        frames = np.fromfile(base.with_suffix(".rgb"), np.uint8).reshape(shape)
        yield label, frames, np.fromfile(base.with_suffix(".pcm"), "<i2")


def seconds_per_clip(folder: Path, wishes: list) -> list:
    return [json.loads((folder / wish["id"]).with_suffix(".json").read_text())["seconds"] for wish in wishes]


def tensors_of(weights: Path, prefix: str) -> dict:
    tensors = restored(load_file(weights / "model.safetensors"))
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}


def sound_models(weights: Path) -> tuple:
    """Analysis and vocoder of a weights folder."""
    config = json.loads((weights / "config.json").read_text())
    audio, vocoder = Audio(config["audio"]), Vocoder(config["vocoder"], config["audio"])
    for module, prefix in ((audio, "audio."), (vocoder, "vocoder.")):
        # What is computed and not learned is not in the file.
        module.load_state_dict(tensors_of(weights, prefix), strict=False)
    return audio, vocoder.eval()


class Sets:
    """The sets of clips that an evaluation compares, each judged once."""

    def __init__(self, args, listed: Path, prompts: int, work: Path, before: Path | None):
        self.args, self.judge, self.work, self.other = args, judging.load(args.judge), work, before
        self.lines, self.only = evaluate_list.load(listed, prompts)
        self.name = listed.name
        self.wishes = evaluate_list.wishes(self.lines)
        self.tag = checksum(args.judge)[:8]
        self.rebuilder, self.list_seed = Rebuilder(args.work, "cpu", 0.0), LIST_SEED
        config = json.loads((args.weights / "config.json").read_text())
        self.rebuilder.vae = vae_of(tensors_of(args.weights, "vae."), config["vae"], "cpu")
        self.judge_note = judging.read(args.judge)[1]

    def path(self, name: str) -> Path:
        return self.work / f"{name}-{self.tag}-{len(self.lines)}.pt"

    def before(self) -> Seen | None:
        """The clips of other weights, if there are any."""
        return self.generated(self.other) if self.other else None

    def generated(self, work: Path | None = None) -> Seen:
        labels = [line["label"] for line in self.lines] * len(evaluate_list.SEEDS)
        said = [line["said"] for line in self.lines] * len(evaluate_list.SEEDS)

        def make() -> dict:
            clips = made((work or self.work) / "clips", self.wishes, labels)
            scores, _, sounds = judged(self.judge, clips, "generated", len(labels))
            return {"scores": scores, "labels": labels, "sounds": sounds, "said": said}

        return kept(self.path("before" if work else f"generated-{checksum(self.args.weights / 'model.safetensors')[:8]}"), make)

    def real(self, name: str, split: str, seed: int, wanted: list, rebuilt: bool = False) -> Seen:
        stream = World(self.args.world, split, self.args.speech, self.args.threads, self.only)

        def make() -> dict:
            clips = renders(stream, seed, wanted, name)
            scores, labels, sounds = judged(self.judge, clips, name, len(wanted), self.rebuilder if rebuilt else None)
            return {"scores": scores, "labels": labels, "sounds": sounds, "said": [[] for _ in labels]}

        return kept(self.path(name), make)

    def training(self) -> Seen:
        """Some of the clips that the model was trained on."""
        count = self.args.train_clips
        if not self.args.trained_on:
            return self.real("training", "train", self.args.train_seed, list(range(count)))

        def make() -> dict:
            shards = world.shards(self.args.trained_on)
            some = [record for path in shards for record in itertools.islice(world.read(path), -(-count // len(shards)))]
            clips = ((record.meta, record.frames, record.pcm) for record in some[:count])
            scores, labels, sounds = judged(self.judge, clips, "training", count)
            return {"scores": scores, "labels": labels, "sounds": sounds, "said": [[] for _ in labels]}

        return kept(self.path("trained-on"), make)

    def dubbed(self) -> Seen:
        """The renders of impacts, with the model's sound to them."""
        real = self.of_list(False)
        rows = [i for i, meta in enumerate(real.labels) if seconds_of(meta)]
        if not rows:
            return real.part([])
        stream = World(self.args.world, "held-out", self.args.speech, self.args.threads, self.only)

        def make() -> dict:
            dubber, sounds = Dubber(self.args.weights), []
            clips = renders(stream, LIST_SEED, [real.labels[i]["index"] for i in rows], "for the sound")
            for number, (meta, frames, _) in enumerate(clips):
                sounds.append(dubber.dub(number, meta, frames)[: FRAMES * 16000 // 12])
            return {**vars(real.part(rows)), "sounds": sounds}

        return kept(self.path(f"dubbed-{checksum(self.args.weights / 'model.safetensors')[:8]}"), make)

    def pictures(self, wanted: list) -> list:
        """The middle frames of renders of the list, through the autoencoder."""
        stream = World(self.args.world, "held-out", self.args.speech, self.args.threads, self.only)
        clips = renders(stream, LIST_SEED, wanted, "for the sheet")
        return [self.rebuilder(frames[:FRAMES])[FRAMES // 2] for _, frames, _ in clips]

    def by_trained_words(self, seen: Seen) -> Seen:
        """The same clips, asked only for what their prompts say in words of training captions."""
        path = self.work / f"trained-words-{len(self.lines)}.json"
        if not path.exists():
            stream = World(self.args.world, "train", self.args.speech, self.args.threads, self.only)
            path.write_text(json.dumps(evaluate_list.said_by_trained_words(stream, LIST_SEED + 5, self.lines)))
        said = json.loads(path.read_text())
        return dataclasses.replace(seen, said=said * (len(seen.labels) // len(said)))

    def of_list(self, rebuilt: bool) -> Seen:
        """The renders that the prompts describe."""
        name = f"rebuilt-{checksum(self.args.weights / 'model.safetensors')[:8]}" if rebuilt else "renders"
        seen = self.real(name, "held-out", LIST_SEED, [line["label"]["index"] for line in self.lines], rebuilt)
        # The list is of one version of the world: another would draw other clips at the same places.
        if [meta["caption"] for meta in seen.labels] != [line["prompt"] for line in self.lines]:
            raise SystemExit(f"{self.name} is not of this world: make it anew with `evaluate.py list`")
        seen.said = [line["said"] for line in self.lines]
        return seen


def make_list(args) -> None:
    evaluate_list.make(args.world, args.speech, LIST_SEED, args.prompts, args.list, args.threads, args.only)


def make_wishes(args) -> None:
    args.work.mkdir(parents=True, exist_ok=True)
    wishes = evaluate_list.wishes(evaluate_list.load(args.list, args.prompts)[0])
    (args.work / "wishes.jsonl").write_text("".join(json.dumps(wish) + "\n" for wish in wishes))


def score(args) -> None:
    torch.manual_seed(1)
    torch.set_num_threads(args.torch_threads)
    sets, known = Sets(args, args.list, args.prompts, args.work, args.before), None
    if args.known:
        known = Sets(args, args.known, args.known_prompts or args.prompts, args.work / "known", args.before and args.before / "known")
    seen = known or sets
    shown = [(wish, line) for wish, line in zip(seen.wishes, seen.lines) if line["label"]["object"] != "person"]
    shown = shown[:24]
    ceilings = seen.pictures([line["label"]["index"] for _, line in shown])
    sheet(seen.work / "clips", shown, ceilings, args.report.with_name("evaluation-sheet.png"))
    if args.reel:
        reel(seen.work / "clips", [wish for wish, _ in shown[:12]], args.report.with_name("evaluation-reel.mp4"))
    write_report(args, sets, known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    for name, about in (("list", make_list), ("wishes", make_wishes), ("score", score)):
        task = tasks.add_parser(name)
        task.set_defaults(run=about)
        task.add_argument("--list", type=Path, required=True)
        task.add_argument("--prompts", type=int, default=200)
        if name != "wishes":
            task.add_argument("--world", required=True)
            task.add_argument("--speech", default="")
            task.add_argument("--threads", type=int, default=2, help="of the world process")
        if name != "list":
            task.add_argument("--work", type=Path, required=True)
    tasks.choices["list"].add_argument("--only", nargs="+", default=[], help="narrows the world, as of kinora-world stream")
    scoring = tasks.choices["score"]
    scoring.add_argument("--trained-on", type=Path, help="a work folder with the clips that the model was trained on")
    scoring.add_argument("--known", type=Path, help="a list of the part of the world that the model was trained on")
    scoring.add_argument("--known-prompts", type=int, default=0, help="default: as --prompts")
    scoring.add_argument("--before", type=Path, help="the work folder of other weights")
    scoring.add_argument("--before-note", default="other ones.", help="which they are")
    scoring.add_argument("--weights", type=Path, required=True)
    scoring.add_argument("--judge", type=Path, required=True)
    scoring.add_argument("--judge-log", type=Path, help="what judge.py printed when it was trained: its own accuracy")
    scoring.add_argument("--reel", action="store_true", help="also a film of 12 clips with sound; needs ffmpeg")
    scoring.add_argument("--report", type=Path, required=True)
    scoring.add_argument("--identity", type=Path, help="what identity.py printed")
    scoring.add_argument("--by-eye", default="", help="what a person counted on the contact sheet")
    scoring.add_argument("--train-seed", type=int, default=1, help="of the stream that the model was trained on")
    # Two threads that must meet in every operation lose far more than one beside other programs.
    scoring.add_argument("--torch-threads", type=int, default=1)
    scoring.add_argument("--train-clips", type=int, default=600, help="training clips for the nearest distance")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
