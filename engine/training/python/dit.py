"""The diffusion transformer: Wan2.1's blocks with joint audio tokens, reference tokens and per-token timesteps.

A timestep is given per segment of tokens: `t (B, S)` and `lengths`, S integers that sum to N tokens. Training uses
a few long segments (clean prefix, noisy video, noisy audio); the general per-token case is S = N with every length 1.
References, `refs (B, R, ref_features)`, are no part of t and lengths: they are one more segment, always clean.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


def rope_tables(grid: tuple, audio: int, refs: int, head_dim: int, theta: float) -> tuple:
    """Cosines and sines (N, head_dim / 2): a (t, h, w) grid of video tokens, `audio` tokens, four a reference."""
    side = 2 * (head_dim // 6)
    t, h, w = (torch.arange(n, dtype=torch.float64) for n in grid)
    video = torch.stack(torch.meshgrid(t, h, w, indexing="ij"), -1).reshape(-1, 3)
    sound = torch.zeros(audio, 3, dtype=torch.float64)
    sound[:, 0] = 0.24 * torch.arange(audio, dtype=torch.float64)
    order, corner = torch.arange(refs, dtype=torch.float64), torch.arange(4, dtype=torch.float64)
    order, corner = torch.meshgrid(order, corner, indexing="ij")
    looks = torch.stack([-1 - order, corner // 2, corner % 2], -1).reshape(-1, 3)
    positions = torch.cat([video, sound, looks])
    angles = []
    for axis, dim in enumerate((head_dim - 2 * side, side, side)):
        speeds = theta ** -(torch.arange(0, dim, 2, dtype=torch.float64) / dim)
        angles.append(positions[:, axis, None] * speeds)
    angles = torch.cat(angles, 1)
    return angles.cos().float(), angles.sin().float()


def rotate(x: torch.Tensor, tables: tuple) -> torch.Tensor:
    """Rotary embedding of interleaved pairs: x (B, heads, N, head_dim)."""
    cos, sin = tables
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2).to(x.dtype)


class RmsNorm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.float()
        return (y * (y.square().mean(-1, keepdim=True) + self.eps).rsqrt() * self.weight).to(x.dtype)


class Attention(nn.Module):
    """Softmax attention by plain products: the backward of torch's fused CPU kernel is slower at these lengths."""

    def __init__(self, width: int, heads: int, eps: float):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])
        self.norm_q, self.norm_k = RmsNorm(width, eps), RmsNorm(width, eps)

    def forward(self, x: torch.Tensor, context: torch.Tensor, tables: tuple | None) -> torch.Tensor:
        q, k, v = self.norm_q(self.to_q(x)), self.norm_k(self.to_k(context)), self.to_v(context)
        q, k, v = (y.unflatten(-1, (self.heads, -1)).transpose(1, 2) for y in (q, k, v))
        if tables is not None:
            q, k = rotate(q, tables), rotate(k, tables)
        weights = ((q * q.shape[-1] ** -0.5) @ k.mT).softmax(-1).to(v.dtype)
        return self.to_out[0]((weights @ v).transpose(1, 2).flatten(2))


class Gelu(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.proj = nn.Linear(width, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.gelu(self.proj(x), approximate="tanh")


class FeedForward(nn.Module):
    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.net = nn.ModuleList([Gelu(width, hidden), nn.Identity(), nn.Linear(hidden, width)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net[2](self.net[0](x))


def segments(x: torch.Tensor, lengths: list):
    """Slices of x (B, N, D) and their index."""
    return enumerate(x.split(lengths, 1))


def modulate(x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor, lengths: list, eps: float) -> torch.Tensor:
    """LN(x) * (1 + scale) + shift with shift and scale (B, S, D), one row a segment."""
    y = F.layer_norm(x, x.shape[-1:], eps=eps)
    return torch.cat([part * (1 + scale[:, i : i + 1]) + shift[:, i : i + 1] for i, part in segments(y, lengths)], 1)


def gated(x: torch.Tensor, y: torch.Tensor, gate: torch.Tensor, lengths: list) -> torch.Tensor:
    """x + y * gate, gate (B, S, D)."""
    return x + torch.cat([part * gate[:, i : i + 1] for i, part in segments(y, lengths)], 1)


class Block(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int, eps: float):
        super().__init__()
        self.eps = eps
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, width) / width**0.5)
        self.attn1 = Attention(width, heads, eps)
        self.attn2 = Attention(width, heads, eps)
        self.norm2 = nn.LayerNorm(width, eps=eps)
        self.ffn = FeedForward(width, hidden)

    def forward(self, x, mod, lengths, context, tables):
        """x (B, N, D), mod (B, S, 6, D), context (B, words, D)."""
        shift1, scale1, gate1, shift2, scale2, gate2 = (self.scale_shift_table + mod.float()).unbind(2)
        y = modulate(x, shift1, scale1, lengths, self.eps)
        x = gated(x, self.attn1(y, y, tables), gate1, lengths)
        x = x + self.attn2(self.norm2(x), context, None)
        y = modulate(x, shift2, scale2, lengths, self.eps)
        return gated(x, self.ffn(y), gate2, lengths)


class Embedder(nn.Module):
    """linear_2(act(linear_1(x)))."""

    def __init__(self, inputs: int, width: int, activation, outputs: int = 0):
        super().__init__()
        self.activation = activation
        self.linear_1 = nn.Linear(inputs, width)
        self.linear_2 = nn.Linear(width, outputs or width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear_2(self.activation(self.linear_1(x)))


class Conditions(nn.Module):
    def __init__(self, width: int, cfg: dict):
        super().__init__()
        self.freqs = cfg["freq_dim"] // 2
        self.time_embedder = Embedder(cfg["freq_dim"], width, F.silu)
        self.time_proj = nn.Linear(width, 6 * width)
        self.text_embedder = Embedder(cfg["text_dim"], width, lambda x: F.gelu(x, approximate="tanh"))

    def forward(self, t: torch.Tensor) -> tuple:
        """t (B, S) of 0..1000 -> embedding (B, S, D) and modulation (B, S, 6, D)."""
        steps = torch.arange(self.freqs, device=t.device) / self.freqs
        angles = t.float()[..., None] * torch.exp(-math.log(10000.0) * steps)
        embedding = self.time_embedder(torch.cat([angles.cos(), angles.sin()], -1))
        return embedding, self.time_proj(F.silu(embedding)).unflatten(-1, (6, -1))


class Transformer(nn.Module):
    def __init__(self, cfg: dict):
        super().__init__()
        self.cfg = cfg
        heads, eps = cfg["num_attention_heads"], cfg["eps"]
        width = heads * cfg["attention_head_dim"]
        patch = cfg["patch_size"]
        self.patch_embedding = nn.Conv3d(cfg["in_channels"], width, patch, stride=patch)
        self.condition_embedder = Conditions(width, cfg)
        self.blocks = nn.ModuleList(Block(width, heads, cfg["ffn_dim"], eps) for _ in range(cfg["num_layers"]))
        self.scale_shift_table = nn.Parameter(torch.randn(1, 2, width) / width**0.5)
        self.proj_out = nn.Linear(width, cfg["out_channels"] * math.prod(patch))
        self.audio_embedding = nn.Linear(cfg["audio_dim"], width)
        self.audio_proj_out = nn.Linear(width, cfg["audio_dim"])
        self.ref_embedding = Embedder(cfg["ref_features"], width, F.silu, cfg["ref_tokens"] * width)
        self.modality_embedding = nn.Parameter(torch.randn(3, width) * 0.02)
        self.tables = {}
        self.compiled = None  # the blocks' compiled twins, for the commonest training batches
        for layer in (self.proj_out, self.audio_proj_out, self.condition_embedder.time_proj):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def compile_blocks(self) -> None:
        """Compiles the blocks once for every number of tokens: of batches without a clean prefix and with at most one
        reference, because each shape costs a minute or two of compiling."""
        torch._dynamo.config.recompile_limit = 32
        self.compiled = [torch.compile(block, dynamic=False) for block in self.blocks]

    def rope(self, grid: tuple, audio: int, refs: int) -> tuple:
        key = (grid, audio, refs)
        if key not in self.tables:
            self.tables[key] = rope_tables(*key, self.cfg["attention_head_dim"], self.cfg["rope_theta"])
        device = self.proj_out.weight.device
        return tuple(table.to(device) for table in self.tables[key])

    def patches(self, video: torch.Tensor) -> torch.Tensor:
        """(B, C, G, h, w) -> (B, N, C * pt * ph * pw) in the order of the patch embedding's weight."""
        pt, ph, pw = self.cfg["patch_size"]
        x = video.unflatten(4, (-1, pw)).unflatten(3, (-1, ph)).unflatten(2, (-1, pt))
        return x.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4).flatten(1, 3)

    def forward(self, video, audio, t, lengths, text, refs=None) -> tuple:
        """video (B, C, G, h, w), audio (B, J, audio_dim), t (B, S), text (B, words, text_dim), refs (B, R, ref_features)
        or none -> velocities of video and audio."""
        pt, ph, pw = self.cfg["patch_size"]
        grid = (video.shape[2] // pt, video.shape[3] // ph, video.shape[4] // pw)
        x = F.linear(self.patches(video), self.patch_embedding.weight.flatten(1), self.patch_embedding.bias)
        sound = self.audio_embedding(audio)
        parts = [x + self.modality_embedding[0], sound + self.modality_embedding[1]]
        count = 0 if refs is None else refs.shape[1]
        if count:
            looks = self.ref_embedding(refs).unflatten(-1, (self.cfg["ref_tokens"], -1)).flatten(1, 2)
            parts.append(looks + self.modality_embedding[2])
            t, lengths = F.pad(t, (0, 1)), [*lengths, looks.shape[1]]
        x = torch.cat(parts, 1)
        embedding, mod = self.condition_embedder(t)
        context = self.condition_embedder.text_embedder(text)
        tables = self.rope(grid, audio.shape[1], count)
        fast = self.compiled and count < 2 and len(lengths) == 2 + count and torch.is_grad_enabled()
        for block in self.compiled if fast else self.blocks:
            x = block(x, mod, lengths, context, tables)
        shift, scale = (self.scale_shift_table + embedding[:, :, None].float()).unbind(2)
        x = modulate(x, shift, scale, lengths, self.cfg["eps"])
        seen, heard = x[:, : math.prod(grid) + audio.shape[1]].split([math.prod(grid), audio.shape[1]], 1)
        y = self.proj_out(seen).float().view(len(x), *grid, pt, ph, pw, -1)
        y = y.permute(0, 7, 1, 4, 2, 5, 3, 6).reshape(len(x), -1, *video.shape[2:])
        return y, self.audio_proj_out(heard).float()


def shifted(u: torch.Tensor, shift: float) -> torch.Tensor:
    return shift * u / (1 + (shift - 1) * u)


@torch.no_grad()
def sample(model, video, audio, text, empty, steps, shift, guidance, prefix=0, prefix_audio=0, refs=None):
    """Euler sampling from noise; the first `prefix` latent frames and `prefix_audio` tokens are clean and stay so.

    video (B, C, G, h, w) and audio (B, J, D) are noise except for the prefix; text and empty (B, words, text_dim);
    refs (B, R, ref_features) or none: zeros stand for them in the unconditional half.
    """
    video, audio = video.clone(), audio.clone()
    _, ph, pw = model.cfg["patch_size"]
    per_frame = (video.shape[3] // ph) * (video.shape[4] // pw)
    sizes = [prefix * per_frame, (video.shape[2] - prefix) * per_frame, prefix_audio, audio.shape[1] - prefix_audio]
    noisy = torch.tensor([0.0, 1.0, 0.0, 1.0])
    keep = [i for i, size in enumerate(sizes) if size]
    lengths, noisy = [sizes[i] for i in keep], noisy[keep]
    sigmas = shifted(torch.linspace(1, 0, steps + 1, dtype=torch.float64), shift).tolist()
    both = torch.cat([text, empty])
    looks = None if refs is None else torch.cat([refs, torch.zeros_like(refs)])
    for now, after in zip(sigmas, sigmas[1:]):
        t = (1000 * now * noisy).expand(2 * len(video), -1)
        pair = model(torch.cat([video, video]), torch.cat([audio, audio]), t, lengths, both, looks)
        seen, heard = (u + guidance * (c - u) for c, u in (v.chunk(2) for v in pair))
        video[:, :, prefix:] += (after - now) * seen[:, :, prefix:]
        audio[:, prefix_audio:] += (after - now) * heard[:, prefix_audio:]
    return video, audio
