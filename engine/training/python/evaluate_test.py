"""Tests of the evaluation's measures on sounds and numbers whose answer is known.

usage: evaluate_test.py
"""

import numpy as np
import torch

from evaluate_list import Said
from evaluate_measure import frechet, nearest, offsets
from evaluate_sound import RATE, lip_correlation, onsets
from judge import peaks
from judge_augment import mirrored
from judge_data import Labels, impacts_of


def burst(seconds: list, loudness: float) -> np.ndarray:
    """Four seconds of noise with short bursts."""
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 200, 4 * RATE)
    for start in seconds:
        at = int(start * RATE)
        sound[at : at + 1600] += loudness * rng.normal(size=1600) * np.exp(-np.arange(1600) / 400)
    return sound.astype(np.int16)


def an_onset_is_found_where_it_is_and_nowhere_else() -> None:
    found = onsets(burst([0.5, 2.0, 3.1], 9000))
    assert np.allclose(found, [0.5, 2.0, 3.1], atol=0.03), found
    assert len(onsets(burst([], 0))) == 0


def an_impact_is_as_far_as_its_nearest_onset() -> None:
    impact = np.zeros(48, np.float32)
    impact[[12, 13, 30]] = 0.7, 0.9, 0.6
    assert peaks(impact, 0.5).tolist() == [13, 30]
    near = offsets(impact, np.array([1.1, 2.6]), 0.5)
    assert np.allclose(near, [1.1 - 13.5 / 12, 2.6 - 30.5 / 12]), near
    assert (offsets(impact, np.zeros(0), 0.5) > 1).all()


def lips_are_compared_at_their_best_lag() -> None:
    mouth = np.abs(np.sin(np.arange(48) * 0.7)).astype(np.float32)
    late = np.roll(mouth, 2)
    envelope = np.repeat(late, RATE // 12)
    sound = envelope * np.sin(np.arange(len(envelope)) * 2 * np.pi * 1000 / RATE) * 8000
    together, lag = lip_correlation(mouth, sound.astype(np.int16))
    assert together > 0.8 and lag == 2, (together, lag)


def the_same_clips_are_at_no_distance_and_moved_ones_at_the_square() -> None:
    a = torch.randn(400, 8, generator=torch.Generator().manual_seed(1))
    assert abs(frechet(a, a)) < 1e-3
    assert abs(frechet(a, a + 2) - 8 * 4) < 1e-2
    assert nearest(a, a) < 1e-3 < nearest(a, a + 2)


def a_mirror_turns_directions_and_tracks() -> None:
    labels = Labels({"direction": ["left", "right"], "camera": ["pan left", "pan right", "static"]})
    table = labels.mirrored()
    part = {
        "numbers": torch.tensor([[0, 1]] * 64),
        "tracks": torch.tensor([[[[10.0, 5.0, 3.0]] * 2] * 3] * 64),
        "mirror": torch.ones(64, dtype=torch.bool),
    }
    part |= {name: torch.zeros(64, 3, 3, 4, 25, dtype=torch.uint8) for name in ("stills", "motion")} | {"size_px": (8, 50)}
    part["motion"][..., 0] = 1
    got = mirrored(part, table)
    turned = got["motion"][:, 0, 0, 0, -1] == 1
    assert 0 < turned.sum() < 64
    assert (got["numbers"][turned] == torch.tensor([1, 0])).all() and (got["numbers"][~turned] == torch.tensor([0, 1])).all()
    assert (got["tracks"][turned][..., 0] == 40).all() and (got["tracks"][~turned][..., 0] == 10).all()


def an_event_is_an_impact_in_its_frame() -> None:
    track = impacts_of({"frames": 10, "events": [[0.26, "thud"]]})
    assert track.argmax() == 3 and track[3] == 1 and track[2] == track[4] == 0.5 and track.sum() == 2


def a_caption_says_what_all_captions_with_its_words_show() -> None:
    empty = {"size": "big", "direction": "none", "second_track": None}
    labels = [
        {**empty, "caption": f"a {colour} ball on the {place}", "scene": scene, "object": "ball", "colour": colour, "action": action}
        for colour in ("red", "blue")
        for place, scene in (("shore", "beach"), ("sand", "beach"), ("sand", "desert"))
        for action in ("roll", "spin")
    ] * 20
    said = Said(labels)
    assert said.of(labels[0]) == ["colour", "scene"], said.of(labels[0])  # the shore is a beach
    assert said.of(labels[2]) == ["colour"], said.of(labels[2])  # there is sand in two scenes; nothing says what it does


TESTS = [
    an_onset_is_found_where_it_is_and_nowhere_else,
    an_impact_is_as_far_as_its_nearest_onset,
    lips_are_compared_at_their_best_lag,
    the_same_clips_are_at_no_distance_and_moved_ones_at_the_square,
    a_mirror_turns_directions_and_tracks,
    an_event_is_an_impact_in_its_frame,
    a_caption_says_what_all_captions_with_its_words_show,
]

if __name__ == "__main__":
    for test in TESTS:
        test()
        print("ok:", test.__name__.replace("_", " "), flush=True)
