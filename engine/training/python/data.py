"""Encoded clips on the training device, by orientation and number of references, and random batches of them."""

from dataclasses import dataclass, field
from pathlib import Path

import torch

from config import audio_tokens, latent_frames
from encode import PARTS, REFERENCES

VALIDATION = 24  # the first clips of each orientation and number of references are kept out
STRUCK_WEIGHT = 3.0  # of the sound tokens of an event
FACE_WEIGHT = 2.0  # of a face's cells, times that of an actor's


@dataclass
class Batch:
    z: torch.Tensor  # (B, 8, G, h, w)
    sound: torch.Tensor  # (B, J, 320)
    ids: torch.Tensor  # (B, 48)
    weight: torch.Tensor  # (B, 1, G, h, w)
    struck: torch.Tensor  # (B, J, 1), weight of sound tokens
    refs: torch.Tensor | None = None  # (B, R, 22)


@dataclass
class Clips:
    """A growing store: the parts of encode.py, more room than clips."""

    parts: dict = field(default_factory=dict)
    count: int = 0

    def add(self, rows: dict) -> None:
        new = len(rows["z"])
        for name, values in rows.items():
            room = self.parts.get(name)
            if room is None or len(room) < self.count + new:
                size = max(2 * self.count, self.count + new)
                grown = torch.empty((size, *values.shape[1:]), dtype=values.dtype, device=values.device)
                if room is not None:
                    grown[: self.count] = room[: self.count]
                self.parts[name] = grown
            self.parts[name][self.count : self.count + new] = values
        self.count += new

    def pick(self, rows: torch.Tensor, refs: int, frames: int, weight: float) -> Batch:
        latents, tokens = latent_frames(frames), audio_tokens(frames)
        p = self.parts
        mask = p["mask"][rows, :latents].float()
        return Batch(
            p["z"][rows, :, :latents].float(),
            p["sound"][rows, :tokens].float(),
            p["ids"][rows].long(),
            (1 + (weight - 1) * mask.clamp(max=1) + weight * (FACE_WEIGHT - 1) * (mask - 1).clamp(min=0))[:, None],
            1 + (STRUCK_WEIGHT - 1) * p["struck"][rows, :tokens, None].float(),
            p["refs"][rows, :refs] if refs else None,
        )


class Store:
    """All clips of a folder; `refresh` reads the shards that have come since."""

    def __init__(self, folder: Path, device: str):
        self.folder, self.device = folder, device
        self.read, self.clips = set(), {}

    def refresh(self) -> int:
        """Reads new shards in order and returns the number of clips."""
        for path in sorted(self.folder.glob("*.pt")):
            if path.name in self.read:
                continue
            self.read.add(path.name)
            for way, parts in torch.load(path, weights_only=True).items():
                counts = parts["refs"].any(2).sum(1)
                for count in range(REFERENCES + 1):
                    chosen = (counts == count).nonzero()[:, 0]
                    if len(chosen):
                        rows = {part: parts[part][chosen].to(self.device) for part in PARTS}
                        self.clips.setdefault((way, count), Clips()).add(rows)
        return sum(clips.count for clips in self.clips.values())

    def draw(self, rng, size: int, frames: int, weight: float, known: float, eventful: bool = False) -> Batch:
        """A batch of one orientation and number of references; clips without any are `known` times rarer than in the data. With
        `eventful` something is struck in all of them, if there are so many such clips."""
        groups = [(key, clips) for key, clips in self.clips.items() if clips.count > VALIDATION]
        shares = [clips.count * (1 if key[1] else known) for key, clips in groups]
        (_, refs), clips = groups[rng.choice(len(groups), p=[share / sum(shares) for share in shares])]
        rows = torch.randint(VALIDATION, clips.count, (size,), device=self.device)
        if eventful:
            some = VALIDATION + clips.parts["struck"][VALIDATION : clips.count, : audio_tokens(frames)].any(1).nonzero()[:, 0]
            rows = some[rows % len(some)] if len(some) >= size else rows
        return clips.pick(rows, refs, frames, weight)

    def validation(self, refs: int, frames: int) -> list:
        """The batches kept out, one an orientation."""
        found = [clips for (_, count), clips in self.clips.items() if count == refs and clips.count >= VALIDATION]
        rows = torch.arange(VALIDATION, device=self.device)
        return [clips.pick(rows, refs, frames, 1) for clips in found]
