"""The model's sound to given pictures: how well it would be in time if its own pictures were as good as these."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from config import audio_tokens, of
from dit import sample
from encode import references, to_tensor
from export import restored
from model import Mini, rows_of, word_ids

SEED = 5


class Dubber:
    """A weights folder, for sound alone."""

    def __init__(self, weights: Path):
        self.rows = rows_of(weights)
        self.model = Mini(of(weights), len((weights / "words.txt").read_text().split())).eval()
        self.model.load_state_dict(restored(load_file(weights / "model.safetensors")))

    @torch.no_grad()
    def dub(self, number: int, meta: dict, frames: np.ndarray) -> np.ndarray:
        """Samples i16 to the frames [T, H, W, 3] u8 of a clip with this label; `number` chooses the noise."""
        model, sampling = self.model, self.model.cfg["sampling"]
        # A window is one frame longer than a whole number of latent frames: the last stands still.
        frames = np.concatenate([frames, frames[-1:].repeat((1 - len(frames)) % 4, 0)])
        noise = torch.Generator().manual_seed(SEED + number)
        noise = torch.randn(1, audio_tokens(len(frames)), model.cfg["transformer"]["audio_dim"], generator=noise)
        refs = torch.from_numpy(references(meta["references"]))[None, : len(meta["references"])]
        with torch.autocast("cpu", torch.bfloat16):
            video = model.vae.encode(to_tensor(frames)[None]).float()
            text = model.text(torch.tensor([word_ids(meta["caption"], self.rows, model.cfg["text"]["max_words"])]))
            ways = (sampling["steps"], sampling["shift"], sampling["guidance"])
            looks = refs if refs.shape[1] else None
            _, sound = sample(model.transformer, video, noise, text, text * 0, *ways, prefix=video.shape[2], refs=looks)
        heard = model.vocoder(model.audio.frames(sound.float()))[0]
        return (heard.clamp(-1, 1) * 32767).short().numpy()
