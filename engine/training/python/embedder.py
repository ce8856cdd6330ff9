"""A small network that tells drawn people apart, trained on renders only, to measure what the model makes of references.

It sees the whole picture and finds the person itself: one picture in, 64 numbers of length 1 out. Two pictures of one
person in different places must be nearer than those of two people (InfoNCE). Nothing generated is ever trained on.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import world

WIDTH = 64
HEADS = 4  # places that are looked at: face, hair, shirt, whatever helps
TEMPERATURE = 0.1
IDENTITIES, VIEWS = 600, 6  # people and stills of each, of trained looks
SEED = 40_000
PAIRS, STEPS, RATE, TOLD = 48, 500, 3e-3, 5.0


class Embedder(nn.Module):
    def __init__(self, features: int):
        super().__init__()
        widths = (3, 16, 32, 64, 64)
        strides = (2, 2, 2, 1)
        self.convs = nn.ModuleList(nn.Conv2d(a, b, 3, s, 1) for a, b, s in zip(widths, widths[1:], strides))
        self.norms = nn.ModuleList(nn.GroupNorm(8, b) for b in widths[1:])
        self.where = nn.Conv2d(64, HEADS, 1)
        self.out = nn.Linear(HEADS * 64, WIDTH)
        self.tell = nn.Linear(HEADS * 64, features)

    def look(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) in [-1, 1] -> (B, HEADS * 64), what is at the places that are looked at."""
        for conv, norm in zip(self.convs, self.norms):
            x = F.silu(norm(conv(x)))
        looked = self.where(x).flatten(2).float().softmax(-1).to(x.dtype)
        return (looked @ x.flatten(2).mT).flatten(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) in [-1, 1] -> (B, 64) of length 1."""
        return F.normalize(self.out(self.look(x)).float(), dim=-1)


def renders(world_binary: str, identities: int, views: int, frames: int, seed: int, held_out: bool) -> tuple:
    """Landscape records of people, [identities][views], and the features (identities, 22) of their references."""
    seen = [[] for _ in range(identities)]
    drawn = identities * (2 * views + 4)  # a quarter is portrait and not used
    for at, record in enumerate(world.stream(world_binary, drawn, seed, frames, held_out, identities)):
        who = at % identities
        if record.way == "landscape" and len(seen[who]) < views:
            seen[who].append(record)
    short = [who for who, clips in enumerate(seen) if len(clips) < views]
    assert not short, f"people {short} were drawn in too few landscape clips"
    return seen, torch.tensor([views[0].meta["references"][0] for views in seen])


def to_tensor(frames: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(frames)).movedim(-1, -3).float() / 127.5 - 1


def disturb(x: torch.Tensor, rng) -> torch.Tensor:
    """What an autoencoder and a sampler do to a picture, roughly: blur, noise, another brightness; and mirrored."""
    if rng.random() < 0.5:
        x = x.flip(-1)
    if rng.random() < 0.5:
        x = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    x = x * rng.uniform(0.85, 1.15) + rng.uniform(-0.1, 0.1)
    return x + float(rng.uniform(0, 0.15)) * torch.randn_like(x)


def train(world_binary: str, seed: int = 1) -> Embedder:
    """A trained embedder; about five minutes of one core."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    people, features = renders(world_binary, IDENTITIES, VIEWS, 1, SEED, held_out=False)
    stills = np.stack([np.stack([record.frames[0] for record in views]) for views in people])
    model = Embedder(features.shape[1]).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01)
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 20, 2 * (1 - step / STEPS))
        who = rng.choice(IDENTITIES, PAIRS, replace=False)
        views = [rng.permutation(VIEWS)[:2] for _ in who]
        pair = [torch.cat([disturb(to_tensor(stills[p, v[i]])[None], rng) for p, v in zip(who, views)]) for i in (0, 1)]
        with torch.autocast("cpu", torch.bfloat16):
            looked = model.look(torch.cat(pair).contiguous(memory_format=torch.channels_last))
        found = F.normalize(model.out(looked.float()), dim=-1)
        told = (model.tell(looked.float()) - features[who].repeat(2, 1)).square().mean()
        near = found[:PAIRS] @ found[PAIRS:].T / TEMPERATURE
        target = torch.arange(PAIRS)
        loss = (F.cross_entropy(near, target) + F.cross_entropy(near.T, target)) / 2
        optimiser.zero_grad()
        (loss + TOLD * told).backward()
        optimiser.step()
        if step % 50 == 49:
            right = (near.argmax(1) == target).float().mean()
            print(f"embedder: step {step + 1} of {STEPS}, loss {loss:.3f}, told {told:.3f}, {right:.2f} of {PAIRS} right", flush=True)
    return model.eval()


@torch.no_grad()
def embed(model: Embedder, clip: np.ndarray, stills: int = 4) -> torch.Tensor:
    """One clip [T, H, W, 3] -> 64 numbers of length 1, the mean over evenly spaced frames."""
    picks = np.linspace(0, len(clip) - 1, min(stills, len(clip))).astype(int)
    return F.normalize(model(to_tensor(clip[picks])).mean(0), dim=0)
