"""The numbers of an evaluation, from what the judge says of clips. A `Seen` is a set of clips after the judge has seen it."""

from dataclasses import dataclass

import numpy as np
import torch

from evaluate_sound import lip_correlation, onsets
from judge import peaks
from judge_data import FPS, seconds_of, two_people

IN_TIME_S = 0.12
SHUFFLES = 5
FAR_S = 9.0  # the offset of an impact that nothing is heard with


@dataclass
class Seen:
    scores: dict  # of `Judge.score`
    labels: list
    sounds: list  # [samples] i16 each
    said: list  # the heads that each clip's prompt says

    def part(self, rows) -> "Seen":
        rows = list(rows)
        scores = {name: value[rows] for name, value in self.scores.items()}
        return Seen(scores, *([values[i] for i in rows] for values in (self.labels, self.sounds, self.said)))


def is_person(meta: dict) -> bool:
    return meta["object"] == "person"


def accuracy(judge, seen: Seen, labels: list | None = None) -> dict:
    """{row: (right, asked)} over the clips whose prompt says a head. Where a person is seen, `object` is asked as `person` and
    the colour, which is the shirt's and comes from the reference, as `shirt`. `labels` are others than the clips' own."""
    labels = labels or seen.labels
    truth = torch.from_numpy(np.stack([judge.labels.numbers(meta) for meta in labels]))
    out = {}
    for i, head in enumerate(judge.labels.heads):
        guess = seen.scores[head].argmax(1)
        for row, meta in enumerate(labels):
            name = {"object": "person", "colour": "shirt"}.get(head, head) if is_person(seen.labels[row]) else head
            asked = head in seen.said[row] or name == "shirt"
            if asked and truth[row, i] >= 0:
                right, count = out.get(name, (0, 0))
                out[name] = (right + int(guess[row] == truth[row, i]), count + 1)
    return out


def shuffled_accuracy(judge, seen: Seen) -> dict:
    """As accuracy, but each clip is asked for what the prompt of another clip of its sort says, over some shuffles."""
    total = {}
    kinds = [[i for i, meta in enumerate(seen.labels) if is_person(meta) == kind] for kind in (False, True)]
    for shift in range(1, SHUFFLES + 1):
        other = list(range(len(seen.labels)))
        for rows in kinds:
            for place, row in enumerate(rows):
                other[row] = rows[(place + 7 * shift) % len(rows)]
        labels = [seen.labels[i] for i in other]
        said = [seen.said[i] for i in other]
        moved = Seen(seen.scores, seen.labels, seen.sounds, said)
        for name, (right, asked) in accuracy(judge, moved, labels).items():
            before = total.get(name, (0, 0))
            total[name] = (before[0] + right, before[1] + asked)
    return total


def frechet(a: torch.Tensor, b: torch.Tensor) -> float:
    """The Frechet distance of two sets of features (N, D) as if both were normal."""
    a, b = a.double(), b.double()
    ca, cb = torch.cov(a.T), torch.cov(b.T)
    # The eigenvalues of a product of two covariances are real and not negative.
    root = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return float((a.mean(0) - b.mean(0)).square().sum() + ca.trace() + cb.trace() - 2 * root)


def offsets(impact: np.ndarray, heard: np.ndarray, level: float) -> np.ndarray:
    """Seconds from every impact that the judge sees to the nearest onset; FAR_S where none is heard."""
    frames = (peaks(impact, level) + 0.5) / FPS
    if not len(heard):
        return np.full(len(frames), FAR_S)
    near = heard[None] - frames[:, None]
    return near[np.arange(len(frames)), np.abs(near).argmin(1)]


def in_time(seen: Seen, level: float, shift: int = 0) -> dict:
    """Over the clips of impacts (their label has events): the share of clips with an impact that the judge sees; with an onset;
    whose impacts have, in the median, an onset within 120 ms; the share of all seen impacts that have one; and the median
    offset in ms of those that have. `level` is the judge's; `shift` gives each clip the sound of another."""
    clips = [i for i, meta in enumerate(seen.labels) if seconds_of(meta)]
    heard = [onsets(seen.sounds[i]) for i in clips]
    heard = heard[shift:] + heard[:shift]
    found = [offsets(seen.scores["impact"][i].numpy(), sound, level) for i, sound in zip(clips, heard)]
    every = np.concatenate(found) if found else np.zeros(0)
    good = np.abs(every) <= IN_TIME_S
    count = max(1, len(clips))
    return {
        "clips": len(clips),
        "seen": sum(len(part) > 0 for part in found) / count,
        "heard": sum(len(sound) > 0 for sound in heard) / count,
        "onsets": float(np.mean([len(sound) for sound in heard])) if clips else 0.0,
        "in_time": sum(len(part) > 0 and np.median(np.abs(part)) <= IN_TIME_S for part in found) / count,
        "impacts_in_time": float(good.mean()) if len(every) else 0.0,
        "offset_ms": float(np.median(every[good])) * 1000 if good.any() else 0.0,
    }


def true_offsets(seen: Seen) -> dict:
    """How good the onset detector itself is: events of the labels that have an onset within 120 ms. For renders only."""
    events = [(seconds, onsets(seen.sounds[i])) for i, meta in enumerate(seen.labels) for seconds in seconds_of(meta)]
    hit = [len(heard) > 0 and np.abs(heard - seconds).min() <= IN_TIME_S for seconds, heard in events]
    return {"events": len(hit), "found": float(np.mean(hit)) if hit else 0.0}


def lips(seen: Seen, shift: int = 0) -> dict:
    """Over the clips of one person who talks: the mean of the best correlations of mouth and speech band, and the median lag."""
    clips = [i for i, meta in enumerate(seen.labels) if meta.get("talking") and not two_people(meta)]
    sounds = [seen.sounds[i] for i in clips]
    sounds = sounds[shift:] + sounds[:shift]
    found = [lip_correlation(seen.scores["mouth"][i].numpy(), sound) for i, sound in zip(clips, sounds)]
    if not found:
        return {"clips": 0, "correlation": float("nan"), "lag_ms": 0.0}
    correlation, lag = zip(*found)
    return {"clips": len(clips), "correlation": float(np.mean(correlation)), "lag_ms": float(np.median(lag)) * 1000 / FPS}


def pair_distance(a: torch.Tensor, b: torch.Tensor) -> float:
    """The mean distance of row i from row i."""
    return float((a - b).norm(dim=1).mean())


def nearest(a: torch.Tensor, training: torch.Tensor) -> float:
    """The median over the rows of the distance to the nearest of the training clips."""
    return float(torch.cdist(a, training).min(1).values.median())
