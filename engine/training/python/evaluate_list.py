"""The held-out list of an evaluation: which prompts, what their clips should show, and which of that the prompt says.

A caption leaves factors out, and nobody can draw what was not said. Whether it says a factor is read off many captions of the
world: a phrase of one to three words says a value if nearly all captions with the phrase are of clips with that value, so
often that it is no coincidence. A list of a narrowed world says so in its first line.
"""

import json
import math
import re
from collections import Counter, defaultdict
from pathlib import Path

from judge_data import FRAMES, World, read, values_of

PHRASE_WORDS = 3
PURITY = 0.98
EVIDENCE = 20.0  # nats: how unlikely a phrase's agreement would be if it said nothing
SURVEY_CLIPS = 8_000  # captions of each split
WHOLE_CLIPS = 300  # of each split: nobody talks in one frame
SEEDS = [1, 2]
NEEDED = ["object", "action", "scene"]  # what a prompt of the list says at least; of an object also its colour
KEPT = [
    "index", "scene", "object", "colour", "action", "size", "direction", "time", "weather", "count", "camera", "style",
    "music", "expression", "talking", "events", "width", "height",
]  # fmt: skip


def phrases(caption: str) -> set:
    words = re.findall(r"[a-z0-9']+", caption.lower())
    return {" ".join(words[i : i + n]) for n in range(1, PHRASE_WORDS + 1) for i in range(len(words) - n + 1)}


class Said:
    """Which heads a caption settles. What the scene alone settles, as that it does not rain in space, counts as not said."""

    def __init__(self, labels: list):
        """`labels` are those of many clips of the world."""
        prior, together = defaultdict(Counter), defaultdict(Counter)
        for meta in labels:
            values = {head: value for head, value in values_of(meta).items() if value is not None}
            for head, value in values.items():
                prior[head][value] += 1
            for phrase in phrases(meta["caption"]):
                for pair in values.items():
                    together[phrase][pair] += 1
        self.settled = {pair for pair, share in by_scene(labels).items() if share >= PURITY}
        self.says = defaultdict(set)  # phrase -> (head, value)
        for phrase, pairs in together.items():
            heads = Counter()
            for (head, _), count in pairs.items():
                heads[head] += count
            for (head, value), count in pairs.items():
                share = prior[head][value] / prior[head].total()
                if count >= PURITY * heads[head] and share < 1 and -count * math.log(share) >= EVIDENCE:
                    self.says[phrase].add((head, value))

    def of(self, meta: dict) -> list:
        """The heads whose true value the caption says, sorted."""
        found = {pair for phrase in phrases(meta["caption"]) for pair in self.says.get(phrase, ())}
        values = values_of(meta).items()
        return sorted(head for head, value in values if (head, value) in found and (meta["scene"], head) not in self.settled)


def by_scene(labels: list) -> dict:
    """{(scene, head): the share of the commonest value}, for what belongs to a place."""
    counts = defaultdict(Counter)
    for meta in labels:
        for head in ("time", "weather"):
            counts[meta["scene"], head][values_of(meta)[head]] += 1
    return {pair: max(values.values()) / values.total() for pair, values in counts.items()}


def labels_of(world: World, seed: int, clips: int, frames: int):
    """Yields the labels of clips; its reader may stop early."""
    with world.open(seed, clips, frames) as process:
        try:
            for _ in range(clips):
                yield read(process.stdout)[0]
        finally:
            process.kill()


def is_wanted(meta: dict, said: list) -> bool:
    person = meta["object"] == "person"
    return all(head in said for head in NEEDED) and (person or "colour" in said)


def make(
    world: str, speech: str, seed: int, prompts: int, path: Path, threads: int, only: list, clips: int = SURVEY_CLIPS
) -> None:  # fmt: skip
    """Writes the first `prompts` clips of the held-out stream that say enough, a line of JSON each."""
    held_out = World(world, "held-out", speech, threads, only)
    splits = (World(world, "held-out", speech, threads), World(world, "train", speech, threads))
    parts = [(split, *part) for split in splits for part in ((clips, 1), (WHOLE_CLIPS, FRAMES))]
    labels = [label for split, count, frames in parts for label in labels_of(split, seed + 1, count, frames)]
    said = Said(labels)
    print(f"{len(said.says)} phrases say something, from {len(labels)} captions", flush=True)
    lines, asked = [], 0
    for meta in labels_of(held_out, seed, 20 * prompts, FRAMES):
        asked += 1
        heads = said.of(meta)
        if is_wanted(meta, heads):
            label = {name: meta[name] for name in KEPT if name in meta}
            label["second_track"] = bool(meta["second_track"])
            references = [[round(number, 5) for number in features] for features in meta["references"]]
            lines.append({"prompt": meta["caption"], "said": heads, "references": references, "label": label})
        if len(lines) == prompts:
            break
    else:
        raise SystemExit(f"only {len(lines)} of {asked} captions say {', '.join(NEEDED)}: {prompts} are needed")
    counts = Counter(head for line in lines for head in line["said"])
    print(f"{prompts} prompts of the first {asked} clips; they say", dict(counts), flush=True)
    head = [{"only": only}] if only else []
    path.write_text("".join(json.dumps(line) + "\n" for line in head + lines))


def said_by_trained_words(stream: World, seed: int, lines: list) -> list:
    """The heads that each prompt says by a phrase of training captions, of which `stream` is."""
    said = Said(list(labels_of(stream, seed, SURVEY_CLIPS, 1)))
    return [said.of(line["label"] | {"caption": line["prompt"]}) for line in lines]


def load(path: Path, prompts: int) -> tuple:
    """The first lines of the list, whose labels are those of the stream without what is said of every frame; and what its world
    is narrowed to."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    only = lines.pop(0)["only"] if "only" in lines[0] else []
    return lines[:prompts], only


def wishes(lines: list) -> list:
    """What the engine's `eval_clips` is asked for: every prompt with every seed."""
    return [
        {
            "id": f"{place:03}-{seed}",
            "prompt": line["prompt"],
            "seed": seed,
            "portrait": line["label"]["height"] > line["label"]["width"],
            "references": line["references"],
        }
        for seed in SEEDS
        for place, line in enumerate(lines)
    ]
