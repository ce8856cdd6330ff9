"""The diffusion transformer: Wan2.1's blocks with joint audio tokens, reference tokens and per-token timesteps.

A timestep is given per segment of tokens: `t (B, S)` and `lengths`, S integers that sum to N tokens. Training uses
a few long segments (clean prefix, noisy video, noisy audio); the general per-token case is S = N with every length 1.
References, `refs (B, R, ref_features)`, are no part of t and lengths: they are one more segment, always clean.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn


SIGMA_MIN = 0.1  # below it a velocity from a clean prediction is that at this noise level
SHORTCUT_MAX = 0.25  # the longest shortcut, as a part of the way from noise to clip before the shift


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
    """Softmax attention; on the CPU by plain products, because the backward of torch's fused kernel is slower there."""

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
        if x.is_cuda:
            seen = F.scaled_dot_product_attention(q.to(v.dtype), k.to(v.dtype), v)
        else:
            seen = ((q * q.shape[-1] ** -0.5) @ k.mT).softmax(-1).to(v.dtype) @ v
        return self.to_out[0](seen.transpose(1, 2).flatten(2))


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


def modulate(x: torch.Tensor, shift: torch.Tensor, scale: torch.Tensor, eps: float) -> torch.Tensor:
    """LN(x) * (1 + scale) + shift, shift and scale (B, N, D)."""
    return F.layer_norm(x, x.shape[-1:], eps=eps) * (1 + scale) + shift


class Block(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int, eps: float):
        super().__init__()
        self.eps = eps
        self.scale_shift_table = nn.Parameter(torch.randn(1, 6, width) / width**0.5)
        self.attn1 = Attention(width, heads, eps)
        self.attn2 = Attention(width, heads, eps)
        self.norm2 = nn.LayerNorm(width, eps=eps)
        self.ffn = FeedForward(width, hidden)

    def forward(self, x, mod, where, context, tables):
        """x (B, N, D), mod (B, S, 6, D), where (N) the segment of each token, context (B, words, D)."""
        rows = (self.scale_shift_table + mod.float()).unbind(2)
        shift1, scale1, gate1, shift2, scale2, gate2 = (row[:, where] for row in rows)
        y = modulate(x, shift1, scale1, self.eps)
        x = x + self.attn1(y, y, tables) * gate1
        x = x + self.attn2(self.norm2(x), context, None)
        y = modulate(x, shift2, scale2, self.eps)
        return x + self.ffn(y) * gate2


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
        self.shortcut = nn.Parameter(torch.zeros(width)) if cfg["shortcut"] else None
        self.time_proj = nn.Linear(width, 6 * width)
        self.text_embedder = Embedder(cfg["text_dim"], width, lambda x: F.gelu(x, approximate="tanh"))

    def forward(self, t: torch.Tensor, shortcut: torch.Tensor | None) -> tuple:
        """t (B, S) of 0..1000 -> embedding (B, S, D) and modulation (B, S, 6, D); shortcut (B) is the length of a long step, see shortcut.py."""
        steps = torch.arange(self.freqs, device=t.device) / self.freqs
        angles = t.float()[..., None] * torch.exp(-math.log(10000.0) * steps)
        embedding = self.time_embedder(torch.cat([angles.cos(), angles.sin()], -1))
        if shortcut is not None:
            embedding = embedding + shortcut[:, None, None] * self.shortcut
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
        self.tables, self.places = {}, {}
        self.run_block = Block.forward  # or its compiled twin
        for layer in (self.proj_out, self.audio_proj_out, self.condition_embedder.time_proj):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def compile_blocks(self) -> None:
        """Compiles the blocks, which are alike: on the CPU once for every number of tokens (up to two minutes each), on a GPU
        once for all."""
        torch._dynamo.config.recompile_limit = 64
        self.run_block = torch.compile(Block.forward, dynamic=self.proj_out.weight.is_cuda)

    def rope(self, grid: tuple, audio: int, refs: int) -> tuple:
        key, device = (grid, audio, refs), self.proj_out.weight.device
        if key not in self.tables or self.tables[key][0].device != device:
            tables = rope_tables(*key, self.cfg["attention_head_dim"], self.cfg["rope_theta"])
            self.tables[key] = tuple(table.to(device) for table in tables)
        return self.tables[key]

    def segments(self, lengths: tuple) -> torch.Tensor:
        """(N) the segment of each token."""
        device = self.proj_out.weight.device
        if lengths not in self.places or self.places[lengths].device != device:
            self.places[lengths] = torch.arange(len(lengths)).repeat_interleave(torch.tensor(lengths)).to(device)
        return self.places[lengths]

    def patches(self, video: torch.Tensor) -> torch.Tensor:
        """(B, C, G, h, w) -> (B, N, C * pt * ph * pw) in the order of the patch embedding's weight."""
        pt, ph, pw = self.cfg["patch_size"]
        x = video.unflatten(4, (-1, pw)).unflatten(3, (-1, ph)).unflatten(2, (-1, pt))
        return x.permute(0, 2, 4, 6, 1, 3, 5, 7).flatten(4).flatten(1, 3)

    def forward(self, video, audio, t, lengths, text, refs=None, shortcut=None) -> tuple:
        """video (B, C, G, h, w), audio (B, J, audio_dim), t (B, S), text (B, words, text_dim), refs (B, R, ref_features)
        or none, shortcut (B) or none -> velocities of video and audio. A segment may be empty.

        A token of sound has more numbers (320) than the width has: a velocity, which is mostly noise, does not fit through it, clean sound,
        which has structure, does. So with `audio_predicts` "clean" the last layer says x0, and v = (x - x0) / sigma (Li and He, 2025,
        arXiv 2511.13720)."""
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
        embedding, mod = self.condition_embedder(t, shortcut)
        context = self.condition_embedder.text_embedder(text)
        tables = self.rope(grid, audio.shape[1], count)
        where = self.segments(tuple(lengths))
        # On the CPU every shape is compiled by itself, which pays only for those that training draws often.
        pays = x.is_cuda or (count < 2 and torch.is_grad_enabled())
        run_block = self.run_block if pays else Block.forward
        for block in self.blocks:
            x = run_block(block, x, mod, where, context, tables)
        shift, scale = ((row[:, where]) for row in (self.scale_shift_table + embedding[:, :, None].float()).unbind(2))
        x = modulate(x, shift, scale, self.cfg["eps"])
        seen, heard = x[:, : math.prod(grid) + audio.shape[1]].split([math.prod(grid), audio.shape[1]], 1)
        y = self.proj_out(seen).float().view(len(x), *grid, pt, ph, pw, -1)
        y = y.permute(0, 7, 1, 4, 2, 5, 3, 6).reshape(len(x), -1, *video.shape[2:])
        said = self.audio_proj_out(heard).float()
        if self.cfg["audio_predicts"] == "clean":
            sigma = t[:, where[math.prod(grid) :][: audio.shape[1]], None] / 1000
            said = (audio - said) / sigma.clamp(min=SIGMA_MIN)
        return y, said


def shifted(u: torch.Tensor, shift: float) -> torch.Tensor:
    return shift * u / (1 + (shift - 1) * u)


def guided(model, video, audio, t, lengths, text, empty, guidance, refs) -> tuple:
    """Velocities of video and audio, both branches of guidance in one batch; t (B, S)."""
    looks = None if refs is None else torch.cat([refs, torch.zeros_like(refs)])
    twice = [torch.cat([x, x]) for x in (video, audio, t)]
    pair = model(*twice, lengths, torch.cat([text, empty]), looks)
    return tuple(u + guidance * (c - u) for c, u in (v.chunk(2) for v in pair))


@torch.no_grad()
def sample(
    model, video, audio, text, empty, steps, shift, guidance, prefix=0, prefix_audio=0, refs=None, shortcut=False, sound_after=False
):  # fmt: skip
    """Euler sampling from noise; the first `prefix` latent frames and `prefix_audio` tokens are clean and stay so.

    video (B, C, G, h, w) and audio (B, J, D) are noise except for the prefix; text and empty (B, words, text_dim);
    refs (B, R, ref_features) or none: zeros stand for them in the unconditional half. With `sound_after` the sound is made once more
    from its noise, to the finished pictures.
    """
    video = video.clone()
    size, device = len(video), video.device
    _, ph, pw = model.cfg["patch_size"]
    per_frame = (video.shape[3] // ph) * (video.shape[4] // pw)
    lengths = [prefix * per_frame, (video.shape[2] - prefix) * per_frame, prefix_audio, audio.shape[1] - prefix_audio]
    sigmas = shifted(torch.linspace(1, 0, steps + 1, dtype=torch.float64), shift).tolist()
    mark = torch.full((size,), 1 / (steps * SHORTCUT_MAX), device=device) if shortcut else None
    noise = audio
    for sound_alone in (False, True) if sound_after else (False,):
        audio = noise.clone()
        for now, after in zip(sigmas, sigmas[1:]):
            t = 1000 * torch.tensor([[0.0, 0.0 if sound_alone else now, 0.0, now]], device=device).expand(size, -1)
            if shortcut:  # has guidance within
                seen, heard = model(video, audio, t, lengths, text, refs, mark)
            else:
                seen, heard = guided(model, video, audio, t, lengths, text, empty, guidance, refs)
            if not sound_alone:
                video[:, :, prefix:] += (after - now) * seen[:, :, prefix:]
            audio[:, prefix_audio:] += (after - now) * heard[:, prefix_audio:]
    return video, audio
