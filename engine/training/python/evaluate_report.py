"""Writes the report of an evaluation: every number with its ceiling and its floor."""

import datetime
from pathlib import Path

import numpy as np
import torch

from evaluate_measure import (
    accuracy,
    frechet,
    in_time,
    is_person,
    lips,
    nearest,
    pair_distance,
    shuffled_accuracy,
    true_offsets,
)
from evaluate_sound import vocoder_rows

GOALS = {"colour": 92, "scene": 95, "action": 80, "object": 75}  # percent
IN_TIME_GOAL = 60  # percent of the clips of impacts
ROWS = ["object", "person", "colour", "shirt", "action", "scene", "camera", "time", "weather", "style", "size", "count"]
SPLIT = 400  # renders in each of the two sets that the Frechet distance compares
VOCODER_SOUNDS = 100


def percent(pair: tuple) -> str:
    return f"{100 * pair[0] / pair[1]:.1f} %" if pair and pair[1] else "–"


def table(head: list, rows: list) -> list:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(map(str, line)) + " |" for line in lines] + [""]


def adherence(sets, made, real, rebuilt, before) -> list:
    """Does the clip show what its prompt says?"""
    judge = sets.judge
    others = [accuracy(judge, seen) for seen in (before, real, rebuilt) if seen]
    columns = [accuracy(judge, made), *others, shuffled_accuracy(judge, made)]
    names = [row for row in ROWS + judge.labels.heads if row in columns[0]]
    names = list(dict.fromkeys(names))
    asked_of = {"person": "object", "shirt": "colour"}
    rows = []
    for name in names:
        goal = GOALS.get(name)
        right, asked = columns[0][name]
        reached = "" if not goal else f"{goal} %: {'reached' if 100 * right >= goal * asked else 'NOT reached'}"
        values = len(judge.labels.vocabulary[asked_of.get(name, name)])
        chance = "–" if name == "person" else f"{100 / (values - (name == 'object')):.0f} %"
        rows.append([name, percent((right, asked)), asked, *(percent(column.get(name)) for column in columns[1:]), chance, reached])
    head = ["of clips whose prompt says it", "generated", "clips", *(["the weights before"] if before else []), "ceiling: renders"]
    head += ["ceiling: renders through the autoencoder", "floor: another clip's prompt", "chance", "goal"]
    return table(head, rows)


def object_by_object(sets, made, real, rebuilt, before) -> list:
    """Which objects are recognised."""
    judge, sorts = sets.judge, sorted({meta["object"] for meta in made.labels if not is_person(meta)})
    columns = [("generated", made), ("the weights before", before), ("ceiling: renders through the autoencoder", rebuilt)]
    columns = [(name, seen) for name, seen in columns if seen]
    rows = []
    for sort in sorts:
        parts = [seen.part([i for i, meta in enumerate(seen.labels) if meta["object"] == sort]) for _, seen in columns]
        found = [accuracy(judge, part).get("object", (0, 0)) for part in parts]
        names = judge.labels.vocabulary["object"]
        taken = [names[int(row)] for row in parts[0].scores["object"].argmax(1)]
        common = ", ".join(f"{name} {taken.count(name)}" for name in sorted(set(taken), key=taken.count)[::-1][:3])
        rows.append([sort, *map(percent, found), common])
    return table(["object", *(name for name, _ in columns), "what generated ones are taken for"], rows)


def known_part(known) -> list:
    """The same questions where every value was trained, in combinations that were not."""
    seen = known.generated(), known.of_list(False), known.of_list(True), known.before()
    return [
        "## The part of the world that it was trained on",
        "",
        f"{len(known.lines)} other prompts × 2 seeds ([`training/{known.name}`](training/{known.name})): held-out combinations of values all of which"
        f" the model was trained on ({'; '.join(known.only)}).",
        "",
        *adherence(known, *seen),
        "About half of what a held-out prompt says, it says by a synonym that no training caption has. The same clips, asked only for what their prompts say in"
        " words of training captions:",
        "",
        *adherence(known, *(one and known.by_trained_words(one) for one in seen)),
        *object_by_object(known, *seen),
        *realism(known, seen[0], seen[3]),
        *heard(known, *seen),
    ]


def realism(sets, made, before) -> list:
    """Frechet distances from one half of held-out renders, and distances between single clips."""
    seed = sets.list_seed
    count = min(SPLIT, len(made.labels))
    one = sets.real("split-a", "held-out", seed + 2, list(range(count)))
    other = sets.real("split-b", "held-out", seed + 3, list(range(count)))
    a, b = (seen.scores["features"] for seen in (one, other))
    renders, rebuilt = (sets.of_list(through).scores["features"] for through in (False, True))
    train = sets.training().scores["features"]
    g = made.scores["features"]
    half = len(g) // 2
    noise = torch.randn_like(g) * g.std(0) + g.mean(0)
    lines = table(
        ["Frechet distance to renders (own features)", "clips", "value"],
        [
            ["**generated**", len(g), f"**{frechet(g, a):.1f}**"],
            *([["the weights before", len(before.labels), f"{frechet(before.scores['features'], a):.1f}"]] if before else []),
            ["ceiling: other renders", len(b), f"{frechet(b, a):.1f}"],
            ["ceiling: the renders of the list", len(renders), f"{frechet(renders, a):.1f}"],
            ["ceiling: those through the autoencoder", len(rebuilt), f"{frechet(rebuilt, a):.1f}"],
            ["floor: features of normal noise around the generated ones", len(noise), f"{frechet(noise, a):.1f}"],
        ],
    )
    lines += table(
        ["distance in the same features", "value"],
        [
            ["**diversity: two seeds of one prompt**", f"**{pair_distance(g[:half], g[half:]):.2f}**"],
            ["ceiling: two generated clips of different prompts", f"{pair_distance(g[:half], g[:half].roll(1, 0)):.2f}"],
            ["ceiling: two renders of different prompts", f"{pair_distance(a, a.roll(1, 0)):.2f}"],
            ["floor: a render and itself through the autoencoder", f"{pair_distance(renders, rebuilt):.2f}"],
            [f"**nearest of {len(train)} training clips, from a generated clip (median)**", f"**{nearest(g, train):.2f}**"],
            ["the same from a held-out render: what is not memorised", f"{nearest(a, train):.2f}"],
            ["floor: a copy", "0.00"],
        ],
    )
    return lines


def heard(sets, made, real, rebuilt, before) -> list:
    """Impacts and lips: made, renders, renders through the autoencoder (which keep the true sound), renders with sound that was made to them, sounds
    shuffled."""
    dubbed = sets.dubbed()
    kinds = [
        ("**generated**", made, 0),
        *([("the weights before", before, 0)] if before else []),
        ("ceiling: renders", real, 0),
        ("ceiling: through the autoencoder, true sound", rebuilt, 0),
        ("renders, the model's sound to them", dubbed, 0),
        ("floor: generated, the sound of another clip", made, 7),
        ("floor: renders, the sound of another clip", real, 7),
    ]
    rows = []
    for name, seen, shift in kinds:
        found = in_time(seen, sets.judge.level, shift)
        shares = [f"{100 * found[key]:.0f} %" for key in ("in_time", "seen", "heard", "impacts_in_time")]
        rows.append([name, found["clips"], *shares, f"{found['onsets']:.1f}", f"{found['offset_ms']:+.0f} ms"])
    reached = 100 * in_time(made, sets.judge.level)["in_time"] >= IN_TIME_GOAL
    head = ["clips of impacts", "clips", "in time", "an impact seen", "an onset heard"]
    lines = table([*head, "of all seen impacts in time", "onsets a clip", "median offset"], rows)
    detector = true_offsets(real)
    lines += [
        f"Goal: {IN_TIME_GOAL} % of the clips in time: {'reached' if reached else 'NOT reached'}. A clip is in time if an impact is seen"
        " and its impacts have, in the median, an onset within ±120 ms; a clip without a visible impact or without an onset is not."
        f" The onset detector finds {100 * detector['found']:.0f} % of the {detector['events']} true events of the renders.",
        "",
    ]
    rows = []
    for name, seen, shift in kinds:
        found = lips(seen, shift)
        if found["clips"]:
            rows.append([name, found["clips"], f"{found['correlation']:.2f}", f"{found['lag_ms']:+.0f} ms"])
    if rows:
        head = ["clips of one person who talks", "clips", "correlation of mouth and speech band at the best lag", "median lag"]
        lines += table(head, rows)
        lines += ["The best of seven lags is above zero for any two tracks: compare with the floors.", ""]
    return lines


def vocoder(sets, real) -> list:
    from evaluate import sound_models

    length = min(len(sound) for sound in real.sounds)
    sounds = np.stack([sound[:length] for sound in real.sounds[:VOCODER_SOUNDS]])
    rows = [[name, f"{mel:.3f}", f"{stft:.3f}"] for name, mel, stft in vocoder_rows(*sound_models(sets.args.weights), sounds)]
    return table([f"{len(sounds)} sounds of held-out renders", "log-mel distance", "STFT distance"], rows)


def speed(sets) -> list:
    from evaluate import seconds_per_clip

    taken = seconds_per_clip(sets.args.work / "clips", sets.wishes)
    middle = np.percentile(taken[1:], [10, 50, 90]) if len(taken) > 1 else [taken[0]] * 3
    return [
        f"A clip of 4 s (224×128, before scaling and encoding) took {middle[1]:.2f} s in the median, {middle[0]:.2f} to {middle[2]:.2f} s"
        f" for the middle 80 %, the first {taken[0]:.2f} s with loading. The machine had other work: the bench of the engine says how"
        " fast it is.",
        "",
    ]


def write_report(args, sets, known) -> None:
    from evaluate import checksum

    made, real, rebuilt, before = sets.generated(), sets.of_list(False), sets.of_list(True), sets.before()
    note = sets.judge_note
    objects = sum(not is_person(line["label"]) for line in sets.lines)
    lines = [
        "# Evaluation of kinora-mini",
        "",
        f"{datetime.date.today():%Y-%m-%d}, by `engine/kinora-eval`: {len(sets.lines)} held-out prompts × 2 seeds ({objects} prompts of objects,"
        f" the rest of people), made by the engine on the CPU from weights with SHA-256 `{checksum(args.weights / 'model.safetensors')}`.",
        f"The prompts and what their clips should show are in [`training/{args.list.name}`](training/{args.list.name}): combinations, looks,"
        " camera in scene and synonyms of which the model was trained on none. Nothing here was trained on generated clips.",
        "",
        f"Contact sheet: [`evaluation-sheet.png`](evaluation-sheet.png), the first 24 prompts of objects of `{(known or sets).name}`;"
        " at the right of each what it should look like: the render, through the autoencoder.",
        *([f"By eye: {args.by_eye}"] if args.by_eye else ["By eye: not counted yet."]),
        *([f"The weights before: {args.before_note}"] if args.before else []),
        "",
        "## The judge",
        "",
        f"A network (SHA-256 `{checksum(args.judge)}`) trained for {note.get('seconds', '?')} s, {note.get('steps', '?')} steps of"
        f" {note.get('batch', '?')}, its path for objects for {note.get('shape_seconds', 0)} s, {note.get('shape_steps', 0)} steps of {note.get('shape_batch', '?')}, on {note.get('clips', '?')} renders of all combinations, the held-out ones too,"
        f" {100 * note.get('rebuilt', 0) if note.get('autoencoder') else 0:.0f} % of them through the autoencoder. Its ceilings stand beside every number.",
        *own(args.judge_log),
        "",
        "## Does a clip show what its prompt says?",
        "",
        *adherence(sets, made, real, rebuilt, before),
        "A prompt is asked only for what it says. `shirt` is the colour of a person's shirt, which the reference says and no word.",
        "",
        "## Are picture and sound together?",
        "",
        *heard(sets, made, real, rebuilt, before),
        "## Do clips look like renders, unlike each other and unlike training clips?",
        "",
        *realism(sets, made, before),
        *(known_part(known) if known else []),
        "## The vocoder",
        "",
        *vocoder(sets, real),
        "Log-mel: mean difference of natural logarithms. STFT: spectral convergence plus mean log difference, over windows of 512, 1024 and 2048.",
        "",
        "## Who is seen",
        "",
        *identity(args.identity),
        "## Speed",
        "",
        *speed(sets),
    ]
    args.report.write_text("\n".join(lines).rstrip() + "\n")
    print(args.report, flush=True)


def block(path: Path) -> list:
    return ["", "```text", *path.read_text().rstrip().splitlines(), "```"]


def own(log: Path | None) -> list:
    """The end of the training's log: accuracy on fresh renders."""
    if not log or not log.exists():
        return []
    lines = log.read_text().splitlines()
    start = next((i for i, line in enumerate(lines) if "fresh renders" in line), len(lines))
    return ["", "```text", *(line for line in lines[start:] if not line.startswith("autoencoder from")), "```"]


def identity(path: Path | None) -> list:
    if not path or not path.exists():
        return ["Not measured in this run; `training/python/identity.py` prints it.", ""]
    return ["`training/python/identity.py`; see `training/README.md` for what the rows mean.", *block(path), ""]
