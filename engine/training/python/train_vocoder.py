"""Trains the vocoder on the sound of the collected clips.

usage: train_vocoder.py [--minutes 5] [--clips 1500] [--device cpu|cuda] [--work train-work]
reads WORK/clips, writes WORK/vocoder.pt and vocoder.wav
Loss: log-magnitude and magnitude of the STFT at three resolutions, log-mel, and the waveform's L1; small noise on the
input mel makes it robust to generated sound. Mel mean and std are measured first and kept in the checkpoint.
"""

import wave

import numpy as np
import torch
import torch.nn.functional as F

import world
from audio import Audio, Vocoder
from common import Run, Weights, arguments, autocast, launch
from config import FULL, of

FRAMES = 64
RESOLUTIONS = ((2048, 512), (1024, 256), (256, 64))


def sounds(args) -> torch.Tensor:
    """All collected sound, (clips, samples) i16 on the device."""
    found = [record.pcm for record in world.arriving(args.work, args.clips, args.wait)]
    return torch.from_numpy(np.stack(found)).to(args.device)


def segments(pcm: torch.Tensor, size: int, rng) -> torch.Tensor:
    """Random pieces (size, 64 * hop) in [-1, 1], the louder ones of twice as many."""
    samples, device = FRAMES * FULL["audio"]["hop"], pcm.device
    clip = torch.from_numpy(rng.integers(0, len(pcm), 2 * size)).to(device)
    start = torch.from_numpy(rng.integers(0, pcm.shape[1] - samples + 1, 2 * size)).to(device)
    pieces = pcm[clip[:, None], start[:, None] + torch.arange(samples, device=device)].float() / 32768
    return pieces[pieces.abs().amax(1).argsort(descending=True)[:size]]


def stft_loss(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Log-magnitude L1 and relative magnitude L1, (B, samples) both, mean over the resolutions."""
    total = 0.0
    for n_fft, hop in RESOLUTIONS:
        window = torch.hann_window(n_fft, device=x.device)
        a, b = (torch.stft(v, n_fft, hop, window=window, return_complex=True).abs() for v in (y, x))
        log = (a.clamp(min=1e-4).log() - b.clamp(min=1e-4).log()).abs().mean()
        total = total + log + (a - b).abs().sum() / (b.sum() + 1e-3)
    return total / len(RESOLUTIONS)


def losses(vocoder: Vocoder, audio: Audio, x: torch.Tensor, noise: float) -> dict:
    """All terms for waveforms x (B, 64 * hop)."""
    mel = audio.normalise(audio.log_mel(x))[..., :FRAMES]
    with autocast(x.device.type):
        y = vocoder(mel + noise * torch.randn_like(mel))
    inner = slice(512, -512)
    heard = audio.normalise(audio.log_mel(y))[..., :FRAMES]
    return {
        "stft": stft_loss(y[:, inner], x[:, inner]),
        "mel": F.l1_loss(heard[..., 2:-3], mel[..., 2:-3]),
        "wave": F.l1_loss(y[:, inner], x[:, inner]) / (x.abs().mean() + 1e-3),
    }


def measure(audio: Audio, pcm: torch.Tensor) -> None:
    """Sets the mean and std of the log-mel from the collected sound."""
    total = torch.cat([audio.log_mel(p.float()[None] / 32768)[0] for p in pcm[:600]], 1)
    audio.mean.copy_(total.mean(1))
    audio.std.copy_(total.std(1).clamp(min=0.3))


def write_sample(vocoder: Vocoder, audio: Audio, pcm: torch.Tensor, path) -> None:
    """Four seconds of a real clip and the same through the vocoder."""
    x = pcm.float()[None] / 32768
    y = vocoder(audio.normalise(audio.log_mel(x)))
    both = (torch.cat([x, y], 1)[0].clamp(-1, 1) * 32767).short().cpu().numpy()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(FULL["audio"]["sample_rate"])
        file.writeframes(both.tobytes())


def train(args) -> None:
    torch.manual_seed(args.seed)
    cfg = of(args.work)
    model, audio = Vocoder(cfg["vocoder"], cfg["audio"]).to(args.device), Audio(cfg["audio"]).to(args.device)
    pcm = sounds(args)
    held, pcm = pcm[-32:], pcm[:-32]
    measure(audio, pcm)
    weights = Weights(model, lambda n, p: p.ndim == 2 and "blocks" in n, 0.02, 2e-3, 0.99)
    run = Run(args, weights, {"stage": "vocoder", "audio": audio.state_dict()})
    audio.load_state_dict(run.extra["audio"])
    while run.going():
        parts = losses(model, audio, segments(pcm, args.batch, run.rng), 0.1)
        total = parts["stft"] + parts["mel"] + 0.2 * parts["wave"]
        if run.step(total, parts, args.batch, run.rate(50, 0.0, 0.02)):
            run.log()
    run.save()
    if run.rank == 0:
        finish(run, model, audio, held)


def finish(run: Run, model: Vocoder, audio: Audio, held: torch.Tensor) -> None:
    """Losses and a sound file of the averaged weights on clips kept out."""
    model.load_state_dict(run.weights.ema)
    with torch.no_grad():
        rng = np.random.default_rng(0)
        parts = losses(model, audio, segments(held, 32, rng), 0.0)
        write_sample(model, audio, held[0], run.args.work / "vocoder.wav")
    run.log("final held out " + " ".join(f"{k} {v.item():.3f}" for k, v in parts.items()))


def main() -> None:
    parser = arguments(__doc__, "vocoder.pt", minutes=5, batch=16)
    parser.add_argument("--clips", type=int, default=1500, help="clips whose sound is used")
    parser.add_argument("--wait", type=float, default=0, help="minutes to wait for more clips")
    launch(train, parser.parse_args())


if __name__ == "__main__":
    main()
