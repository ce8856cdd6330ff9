"""What is done to renders before the judge sees them: the mirror, the faults of generated clips, the autoencoder."""

from pathlib import Path

import torch
import torch.nn.functional as F


def video_of(frames: torch.Tensor) -> torch.Tensor:
    """(B, T, H, W, 3) u8 -> (B, T, 3, H, W) in [-1, 1]."""
    return frames.movedim(-1, -3).float().div_(127.5).sub_(1)


def mirrored(video: torch.Tensor, part: dict, table: torch.Tensor) -> tuple:
    """Half of the clips that may be are mirrored, and what is known of them: (video, numbers, tracks)."""
    numbers, tracks = part["numbers"], part["tracks"]
    chosen = part["mirror"] & (torch.rand(len(video), device=video.device) < 0.5)
    video = torch.where(chosen[:, None, None, None, None], video.flip(-1), video)
    heads = torch.arange(numbers.shape[1], device=numbers.device)
    other = table[heads, numbers.clamp(min=0)]
    numbers = torch.where(chosen[:, None] & (numbers >= 0), other, numbers)
    across = tracks * tracks.new_tensor([-1, 1, 1]) + tracks.new_tensor([video.shape[-1], 0, 0])
    return video, numbers, torch.where(chosen[:, None, None, None], across, tracks)


def blurred(video: torch.Tensor, factor: int) -> torch.Tensor:
    """Without what is finer than about `factor` pixels."""
    batch, size = len(video), video.shape[3:]
    x = F.avg_pool2d(video.flatten(0, 1), factor)
    return F.interpolate(x, size=size, mode="bilinear").view(batch, -1, 3, *size)


def worn(video: torch.Tensor) -> torch.Tensor:
    """Blur, noise fine and coarse, brightness, contrast: each clip its own, a third of them none."""
    batch, device = len(video), video.device

    def draw(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(batch, 1, 1, 1, 1, device=device)

    share = draw(-0.7, 1).clamp(min=0)
    soft = blurred(video, 2 if torch.rand(()) < 0.6 else 4)
    x = torch.lerp(video, soft, share)
    coarse = torch.randn(*x.shape[:3], x.shape[3] // 8, x.shape[4] // 8, device=device)
    coarse = F.interpolate(coarse.flatten(0, 1), size=x.shape[3:], mode="bilinear").view_as(x)
    x = x + draw(-0.1, 0.12).clamp(min=0) * torch.randn_like(x) + draw(-0.1, 0.1).clamp(min=0) * coarse
    x = x * draw(0.85, 1.1) + draw(-0.1, 0.1)
    keep = torch.rand(batch, 1, 1, 1, 1, device=device) < 1 / 3
    return torch.where(keep, video, x).clamp(-1, 1)


class Rebuilder:
    """Clips through the autoencoder in DIR/ae.pt, which may appear, or change, while the judge is trained."""

    def __init__(self, folder: Path, device: str):
        self.path, self.device, self.vae, self.changed = folder / "ae.pt", device, None, 0.0

    def refresh(self) -> None:
        """Loads the averaged weights if the file is new. A file of another shape is reported, and done without."""
        if not self.path.exists() or self.path.stat().st_mtime == self.changed:
            return
        self.changed = self.path.stat().st_mtime
        before = self.vae
        try:
            self.vae = vae_of(torch.load(self.path, weights_only=False, map_location="cpu")["ema"], self.device)
            self.rebuild(torch.zeros(1, 5, 3, 64, 64, device=self.device), 0.0)
            print(f"autoencoder from {self.path}", flush=True)
        except Exception as failure:  # whatever is wrong with it, the judge is trained
            self.vae = before
            print(f"NO new autoencoder, {self.path} cannot be used: {str(failure)[:300]}", flush=True)

    @torch.no_grad()
    def rebuild(self, video: torch.Tensor, noise: float) -> torch.Tensor:
        """As video, with up to `noise` standard deviations of noise on the latents, each clip its own."""
        z = self.vae.encode(video)
        level = noise * torch.rand(len(z), 1, 1, 1, 1, device=z.device)
        return self.vae.decode(z + level * torch.randn_like(z)).float().clamp(-1, 1)


def vae_of(state: dict, device: str):
    """The autoencoder of its tensors, which are named as in the checkpoint of `train_ae.py`."""
    from config import FULL
    from model import Vae

    vae = Vae(FULL["vae"])
    vae.load_state_dict({name: value.float() for name, value in state.items()})
    return vae.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
