"""Log-mel analysis and the Vocos vocoder. F is mel frames (62.5 a second in the full model)."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def mel_filters(sample_rate: int, n_fft: int, mels: int) -> torch.Tensor:
    """HTK triangles from 0 to half the sample rate, no area normalisation: (mels, n_fft/2 + 1)."""
    top = 2595.0 * math.log10(1 + sample_rate / 2 / 700.0)
    points = 700.0 * (10 ** (torch.linspace(0, top, mels + 2, dtype=torch.float64) / 2595.0) - 1)
    bins = torch.linspace(0, sample_rate / 2, n_fft // 2 + 1, dtype=torch.float64)
    low, centre, high = (points[i : i + mels, None] for i in range(3))
    rising = (bins - low) / (centre - low)
    falling = (high - bins) / (high - centre)
    return torch.minimum(rising, falling).clamp(min=0).float()


class Audio(nn.Module):
    """Log-mel with per-bin normalisation; `mean` and `std` are in the weights file."""

    def __init__(self, cfg: dict):
        super().__init__()
        self.cfg = cfg
        self.register_buffer("mean", torch.zeros(cfg["mels"]))
        self.register_buffer("std", torch.ones(cfg["mels"]))
        self.register_buffer("filters", mel_filters(cfg["sample_rate"], cfg["n_fft"], cfg["mels"]), persistent=False)
        self.register_buffer("window", torch.hann_window(cfg["n_fft"]), persistent=False)

    def log_mel(self, wave: torch.Tensor) -> torch.Tensor:
        """(B, samples) in [-1, 1] -> (B, mels, 1 + samples // hop), not normalised."""
        n_fft, hop = self.cfg["n_fft"], self.cfg["hop"]
        spectrum = torch.stft(wave, n_fft, hop, window=self.window, center=True, return_complex=True)
        return (self.filters @ spectrum.abs()).clamp(min=1e-5).log()

    def normalise(self, mel: torch.Tensor) -> torch.Tensor:
        return (mel - self.mean[:, None]) / self.std[:, None]

    def tokens(self, mel: torch.Tensor, count: int) -> torch.Tensor:
        """Normalised (B, mels, F) -> (B, count, frames_per_token * mels), frame-major."""
        frames = self.cfg["frames_per_token"]
        return mel[..., : count * frames].transpose(1, 2).reshape(len(mel), count, -1)

    def frames(self, tokens: torch.Tensor) -> torch.Tensor:
        """The inverse of `tokens`: (B, J, frames_per_token * mels) -> (B, mels, F)."""
        return tokens.reshape(len(tokens), -1, self.cfg["mels"]).transpose(1, 2)


class VocoderBlock(nn.Module):
    """ConvNeXt block on (B, C, F)."""

    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.dwconv = nn.Conv1d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.pw1 = nn.Linear(channels, hidden)
        self.pw2 = nn.Linear(hidden, channels)
        self.gamma = nn.Parameter(torch.full((channels,), 0.2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.dwconv(x).transpose(1, 2))
        y = self.pw2(F.gelu(self.pw1(y), approximate="tanh")) * self.gamma
        return x + y.transpose(1, 2)


class Vocoder(nn.Module):
    def __init__(self, cfg: dict, audio: dict):
        super().__init__()
        channels = cfg["channels"]
        self.n_fft, self.hop = audio["n_fft"], audio["hop"]
        self.conv_in = nn.Conv1d(audio["mels"], channels, 7, padding=3)
        self.norm_in = nn.LayerNorm(channels, eps=1e-6)
        self.blocks = nn.ModuleList(VocoderBlock(channels, cfg["hidden"]) for _ in range(cfg["blocks"]))
        self.norm_out = nn.LayerNorm(channels, eps=1e-6)
        self.head = nn.Linear(channels, self.n_fft + 2)
        self.register_buffer("window", torch.hann_window(self.n_fft), persistent=False)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        """Normalised log-mel (B, mels, F) -> waveform (B, F * hop) of about [-1, 1]."""
        x = self.norm_in(self.conv_in(mel).transpose(1, 2)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        head = self.head(self.norm_out(x.transpose(1, 2))).float().transpose(1, 2)
        magnitude, phase = head.chunk(2, 1)
        spectrum = torch.polar(magnitude.clamp(max=5).exp(), phase)
        wave = torch.istft(spectrum, self.n_fft, self.hop, window=self.window, center=True)
        return F.pad(wave, (0, self.hop))
