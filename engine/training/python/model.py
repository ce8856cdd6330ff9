"""kinora-mini in PyTorch. Parameter names are those of the contract, so a state dict is the weights file.

Shapes: B batch, T frames, G latent frames, J audio tokens, N = video + audio tokens, H x W pixels, h x w latent cells.
"""

import json
import math
import re
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from audio import Audio, Vocoder
from dit import Transformer


class Res(nn.Module):
    """Residual block on (B*S, C, h, w); with memory it also sees the normalised features of the previous step."""

    def __init__(self, channels: int, memory: bool):
        super().__init__()
        self.memory = memory
        self.conv1 = nn.Conv2d(channels * (2 if memory else 1), channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.gain = nn.Parameter(torch.ones(channels))
        nn.init.normal_(self.conv2.weight, std=0.1 / math.sqrt(9 * channels))
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: torch.Tensor, batch: int) -> torch.Tensor:
        scale = (x.square().mean(1, keepdim=True, dtype=torch.float32) + 1e-6).rsqrt().to(x.dtype)
        y = x * scale * self.gain.to(x.dtype).view(1, -1, 1, 1)
        if self.memory:
            steps = y.view(batch, -1, *y.shape[1:])
            previous = F.pad(steps, (0, 0, 0, 0, 0, 0, 1, 0))[:, :-1].reshape(y.shape)
            y = torch.cat([y, previous], 1)
        return x + self.conv2(F.silu(self.conv1(y)))


def blocks(count: int, channels: int, memory: bool) -> nn.ModuleList:
    return nn.ModuleList(Res(channels, memory) for _ in range(count))


class Encoder(nn.Module):
    def __init__(self, z: int, channels: list, counts: list):
        super().__init__()
        a, b = channels
        self.conv_in = nn.Conv2d(4 * 48, a, 3, padding=1)
        self.blocks_a = blocks(counts[0], a, False)
        self.down = nn.Conv2d(a, b, 3, stride=2, padding=1)
        self.blocks_b = blocks(counts[1], b, True)
        self.conv_out = nn.Conv2d(b, z, 1)

    def forward(self, video: torch.Tensor) -> torch.Tensor:
        """(B, T, 3, H, W) in [-1, 1] -> (B, z, G, H/8, W/8), not normalised."""
        batch = len(video)
        video = torch.cat([video[:, :1].expand(-1, 3, -1, -1, -1), video], 1)
        x = F.pixel_unshuffle(video.flatten(0, 1), 4)
        x = x.view(-1, 4 * 48, *x.shape[2:]).contiguous(memory_format=torch.channels_last)
        x = self.conv_in(x)
        for block in self.blocks_a:
            x = block(x, batch)
        x = self.down(F.silu(x))
        for block in self.blocks_b:
            x = block(x, batch)
        x = self.conv_out(x)
        return x.reshape(batch, -1, *x.shape[1:]).transpose(1, 2)


def grow(x: torch.Tensor) -> torch.Tensor:
    """(S, 2C, h, w) -> (2S, C, h, w): the first C channels are the first of two new steps."""
    steps, channels, height, width = x.shape
    return x.contiguous().view(2 * steps, channels // 2, height, width)


class Decoder(nn.Module):
    def __init__(self, z: int, channels: list, counts: list):
        super().__init__()
        a, b, c = channels
        self.conv_in = nn.Conv2d(z, a, 3, padding=1)
        self.blocks_a = blocks(counts[0], a, True)
        self.up_a = nn.Conv2d(a, 2 * 4 * b, 1)
        self.blocks_b = blocks(counts[1], b, True)
        self.up_b = nn.Conv2d(b, 2 * c, 1)
        self.blocks_c = blocks(counts[2], c, True)
        self.conv_out = nn.Conv2d(c, 48, 3, padding=1)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """(B, z, G, h, w), not normalised -> (B, 4G - 3, 3, 8h, 8w)."""
        batch, last = len(z), torch.channels_last
        x = self.conv_in(z.transpose(1, 2).flatten(0, 1).contiguous(memory_format=last))
        for block in self.blocks_a:
            x = block(x, batch)
        x = F.pixel_shuffle(grow(self.up_a(x)), 2).contiguous(memory_format=last)
        for block in self.blocks_b:
            x = block(x, batch)
        x = grow(self.up_b(x)).contiguous(memory_format=last)
        for block in self.blocks_c:
            x = block(x, batch)
        x = F.pixel_shuffle(self.conv_out(F.silu(x)), 4)
        return x.reshape(batch, -1, *x.shape[1:])[:, 3:]


class Vae(nn.Module):
    def __init__(self, cfg: dict):
        super().__init__()
        self.encoder = Encoder(cfg["z"], cfg["encoder_channels"], cfg["encoder_blocks"])
        self.decoder = Decoder(cfg["z"], cfg["decoder_channels"], cfg["decoder_blocks"])
        self.register_buffer("mean", torch.zeros(cfg["z"]))
        self.register_buffer("std", torch.ones(cfg["z"]))

    def normalise(self, z: torch.Tensor) -> torch.Tensor:
        return (z - self.mean.view(1, -1, 1, 1, 1)) / self.std.view(1, -1, 1, 1, 1)

    def denormalise(self, z: torch.Tensor) -> torch.Tensor:
        return z * self.std.view(1, -1, 1, 1, 1) + self.mean.view(1, -1, 1, 1, 1)

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        return self.normalise(self.encoder(video).float())

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.denormalise(z))


class SelfAttention(nn.Module):
    """Plain attention of the text encoder, padding masked."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v, self.to_out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        q, k, v = (f(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for f in (self.to_q, self.to_k, self.to_v))
        scores = (q @ k.mT).float() * q.shape[-1] ** -0.5
        scores = scores.masked_fill(~mask[:, None, None, :], -1e4)
        return self.to_out((scores.softmax(-1).to(v.dtype) @ v).transpose(1, 2).flatten(2))


class TextBlock(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = SelfAttention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = x + self.attn(self.norm1(x), mask)
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x)), approximate="tanh"))


class Text(nn.Module):
    """Word rows -> (B, max_words, width); -1 is padding, rows past the caption are zeros in the result."""

    def __init__(self, cfg: dict, vocabulary: int):
        super().__init__()
        width = cfg["width"]
        self.register_buffer("table", torch.zeros(vocabulary, cfg["table_dim"]))
        self.proj = nn.Linear(cfg["table_dim"], width)
        self.position = nn.Parameter(torch.randn(cfg["max_words"], width) * 0.02)
        self.blocks = nn.ModuleList(TextBlock(width, cfg["heads"], cfg["hidden"]) for _ in range(cfg["blocks"]))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, ids: torch.Tensor, noise: float = 0.0) -> torch.Tensor:
        mask = ids >= 0
        words = self.table[ids.clamp(min=0)]
        if noise:
            words = words + noise * torch.randn_like(words)
        x = self.proj(words) + self.position
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x) * mask[..., None]


def word_ids(caption: str, rows: dict, max_words: int) -> list:
    """Rows of the caption's words that are known, -1 past the end. `rows` maps a word to its row."""
    found = [rows[word] for word in re.findall(r"[a-z0-9']+", caption.lower()) if word in rows][:max_words]
    return found + [-1] * (max_words - len(found))


def rows_of(weights: Path) -> dict:
    """The row of every word that a weights folder can read: its own, or that of the trained word that stands for it."""
    own = {word: row for row, word in enumerate((weights / "words.txt").read_text().split())}
    trained = json.loads((weights / "config.json").read_text())["text"]["trained"]
    rows = {word: row for word, row in own.items() if 0 < row < trained}
    listed = (line.split() for line in (weights / "concepts.txt").read_text().splitlines())
    return {word: rows[concept] for word, concept in listed} | rows


class Mini(nn.Module):
    """The whole model: `Mini(cfg).state_dict()` has exactly the tensors of the weights file."""

    def __init__(self, cfg: dict, vocabulary: int):
        super().__init__()
        self.cfg = cfg
        self.vae = Vae(cfg["vae"])
        self.audio = Audio(cfg["audio"])
        self.vocoder = Vocoder(cfg["vocoder"], cfg["audio"])
        self.text = Text(cfg["text"], vocabulary)
        self.transformer = Transformer(cfg["transformer"])
