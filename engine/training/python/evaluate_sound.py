"""What is heard: onsets, the loudness of speech, and how near a vocoder comes to the sound it was given."""

import numpy as np
import torch

RATE = 16_000
FPS = 12
WINDOW, HOP = 512, 128  # samples of the onset detector: 8 ms
SPEECH_HZ = (300, 3400)
LAG_MAX = 3  # frames of picture; lip-sync is looked for within a quarter of a second
# Of renders 99 % of the events rise by more than 0.7, and the steps of even noise by less than 0.3 above their median.
RISE_MIN = 0.35
REST_S = 0.08  # of two onsets within this the stronger counts


def spectrum(pcm: np.ndarray, n_fft: int, hop: int) -> torch.Tensor:
    """(samples) -> magnitudes (n_fft / 2 + 1, frames), centred."""
    wave = torch.from_numpy(np.asarray(pcm, np.float32) / 32768)
    return torch.stft(wave, n_fft, hop, window=torch.hann_window(n_fft), center=True, return_complex=True).abs()


def flux(pcm: np.ndarray) -> np.ndarray:
    """How much louder it becomes, (frames of HOP samples): rises of the log spectrum, meaned over the bins. What is 40 dB below the
    loudest of the clip hardly counts."""
    magnitude = spectrum(pcm, WINDOW, HOP)
    level = torch.log1p(100 * magnitude / magnitude.max().clamp(min=1e-3))
    # Over two hops, or a window that holds half of the onset halves its rise.
    rise = (level[:, 2:] - level[:, :-2]).clamp(min=0).mean(0)
    return np.pad(rise.numpy(), (1, 1))


def onsets(pcm: np.ndarray) -> np.ndarray:
    """Seconds of sudden rises: peaks of the spectral flux that stand out from the second around them."""
    rise = flux(pcm)
    span, rest = int(0.5 * RATE / HOP), int(REST_S * RATE / HOP)

    def around(reach: int) -> np.ndarray:
        return np.lib.stride_tricks.sliding_window_view(np.pad(rise, reach, mode="edge"), 2 * reach + 1)

    stands_out = rise > np.median(around(span), 1) + RISE_MIN
    return np.flatnonzero(stands_out & (rise >= around(rest).max(1))) * HOP / RATE


def speech_level(pcm: np.ndarray, frames: int) -> np.ndarray:
    """(frames) loudness of the speech band during every picture, in log units."""
    n_fft, hop = 512, RATE // FPS // 4
    magnitude = spectrum(pcm, n_fft, hop)
    low, high = (round(hertz * n_fft / RATE) for hertz in SPEECH_HZ)
    level = magnitude[low:high].square().sum(0).sqrt()
    level = level[: 4 * frames] if len(level) >= 4 * frames else torch.nn.functional.pad(level, (0, 4 * frames - len(level)))
    return torch.log1p(50 * level.view(frames, 4).mean(1)).numpy()


def lip_correlation(mouth: np.ndarray, pcm: np.ndarray) -> tuple:
    """The best correlation of openness and loudness within LAG_MAX frames, and its lag (positive: the sound is late)."""
    level = speech_level(pcm, len(mouth))
    best = (-1.0, 0)
    for lag in range(-LAG_MAX, LAG_MAX + 1):
        a = mouth[max(0, -lag) : len(mouth) - max(0, lag)]
        b = level[max(0, lag) : len(level) - max(0, -lag)]
        if a.std() > 1e-4 and b.std() > 1e-4:
            best = max(best, (float(np.corrcoef(a, b)[0, 1]), lag))
    return best


def distances(made: torch.Tensor, real: torch.Tensor, audio) -> tuple:
    """How far sounds (B, samples) are from others: mean difference of the log-mel, and over three resolutions the spectral
    convergence plus the mean difference of the log magnitudes."""
    mel = (audio.log_mel(made) - audio.log_mel(real)).abs().mean()
    total = 0.0
    for n_fft in (512, 1024, 2048):
        a, b = (torch.stft(x, n_fft, n_fft // 4, window=torch.hann_window(n_fft), return_complex=True).abs() for x in (made, real))
        convergence = (a - b).norm(dim=(1, 2)) / b.norm(dim=(1, 2)).clamp(min=1e-3)
        total += convergence.mean() + (a.clamp(min=1e-4).log() - b.clamp(min=1e-4).log()).abs().mean()
    return float(mel), float(total / 3)


def griffin_lim(magnitude: torch.Tensor, n_fft: int, hop: int, rounds: int, length: int) -> torch.Tensor:
    """A sound with about these magnitudes (B, n_fft / 2 + 1, F), from random phases."""
    window = torch.hann_window(n_fft)
    generator = torch.Generator().manual_seed(1)
    phase = torch.rand(magnitude.shape, generator=generator) * 6.2832
    for _ in range(rounds):
        wave = torch.istft(torch.polar(magnitude, phase), n_fft, hop, window=window, length=length)
        phase = torch.stft(wave, n_fft, hop, window=window, return_complex=True).angle()
    return torch.istft(torch.polar(magnitude, phase), n_fft, hop, window=window, length=length)


@torch.inference_mode()
def vocoder_rows(audio, vocoder, sounds: np.ndarray) -> list:
    """[(name, log-mel distance, STFT distance)] on real sounds [N, samples] i16."""
    n_fft, hop = vocoder.n_fft, vocoder.hop
    parts = {}

    def add(name: str, made: torch.Tensor, real: torch.Tensor) -> None:
        parts.setdefault(name, []).append(distances(made[:, : real.shape[1]], real, audio))

    for start in range(0, len(sounds), 20):
        real = torch.from_numpy(sounds[start : start + 20].astype(np.float32) / 32768)
        length = real.shape[1] // hop * hop
        real = real[:, :length]
        mel = audio.log_mel(real)
        magnitude = torch.stft(real, n_fft, hop, window=torch.hann_window(n_fft), return_complex=True).abs()
        from_mel = (torch.linalg.pinv(audio.filters) @ mel.exp()).clamp(min=0)
        add("vocoder of the true mel", vocoder(audio.normalise(mel)), real)
        add("ceiling: the same sound, 8 ms later", torch.roll(real, 128, 1), real)
        add("ceiling: Griffin-Lim, 60 rounds, from the true magnitudes", griffin_lim(magnitude, n_fft, hop, 60, length), real)
        add("without a vocoder: Griffin-Lim, 60 rounds, from the true mel", griffin_lim(from_mel, n_fft, hop, 60, length), real)
        add("floor: noise of the same mel", griffin_lim(from_mel, n_fft, hop, 0, length), real)
        add("floor: the sound of another clip", real.roll(1, 0), real)
    return [(name, *np.mean(values, 0)) for name, values in parts.items()]
