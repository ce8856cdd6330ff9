"""Samples clips from a checkpoint or a weights file: a contact sheet with captions, and sound as WAV.

usage: sample.py [--work train-work | --weights DIR] [--frames 49] [--out sheet.png] [--prompt TEXT ...]
       [--portrait] [--steps 8] [--guidance 3] [--seed 1]
"""

import argparse
import os
import time
import wave
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from safetensors.torch import load_file

from config import audio_tokens, latent_frames, of
from dit import sample
from export import restored, trained
from model import Mini, rows_of, word_ids

PROMPTS = [
    "a red ball bounces on the grass",
    "a large blue cube spins in the desert",
    "a yellow bird flies over the sea to the right",
    "a green car rolls along the ground to the left in the snow",
    "a small white boat is floating under the stars at night",
    "a pink star jumps in a room with happy music",
    "a purple ball rolls to the right on the beach",
    "an orange bird sits still on the meadow",
]


def model_of(args) -> tuple:
    """The model and the rows of its words, from a weights folder or from the checkpoints."""
    if not args.weights:
        model, words = trained(args.work)
        return model, {word: row for row, word in enumerate(words)}
    rows = rows_of(args.weights)
    model = Mini(of(args.weights), len((args.weights / "words.txt").read_text().split()))
    model.load_state_dict(restored(load_file(args.weights / "model.safetensors")))
    return model, rows


@torch.no_grad()
def generate(
    model: Mini, rows: dict, prompts: list, frames: int, portrait: bool, steps: int, guidance: float, seed: int, refs=None
):
    """Pixels (B, T, H, W, 3) u8 and sound (B, samples) for the prompts and, if there are any, refs (B, R, 22)."""
    ids = torch.tensor([word_ids(p, rows, model.text.position.shape[0]) for p in prompts])
    text = model.text(ids)
    generator = torch.Generator().manual_seed(seed)
    size = (28, 16) if portrait else (16, 28)
    video = torch.randn(len(prompts), 8, latent_frames(frames), *size, generator=generator)
    sound = torch.randn(len(prompts), audio_tokens(frames), 320, generator=generator)
    empty = torch.zeros_like(text)
    sampling = model.cfg["sampling"]
    kept = (steps, sampling["shift"], guidance)
    ways = {name: sampling[name] for name in ("shortcut", "sound_after")}
    video, sound = sample(model.transformer, video, sound, text, empty, *kept, refs=refs, **ways)
    pixels = torch.cat([model.vae.decode(z[None]) for z in video])
    heard = model.vocoder(model.audio.frames(sound))
    return ((pixels.clamp(-1, 1) + 1) * 127.5).byte().movedim(2, -1).numpy(), heard.numpy()


def sheet(pixels: np.ndarray, prompts: list, columns: int) -> Image.Image:
    """One row a clip: caption above evenly spaced frames."""
    picks = np.linspace(0, pixels.shape[1] - 1, min(columns, pixels.shape[1])).astype(int)
    height, width = pixels.shape[2:4]
    out = Image.new("RGB", (width * len(picks), (height + 14) * len(prompts)), "white")
    draw = ImageDraw.Draw(out)
    for row, (clip, prompt) in enumerate(zip(pixels, prompts)):
        top = row * (height + 14)
        draw.text((2, top + 1), prompt, fill="black")
        for column, frame in enumerate(picks):
            out.paste(Image.fromarray(clip[frame]), (column * width, top + 14))
    return out


def write_wave(sound: np.ndarray, path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes((sound.clip(-1, 1) * 32767).astype("<i2").tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("train-work"))
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--out", type=Path, default=Path("sheet.png"))
    parser.add_argument("--prompt", nargs="+", default=PROMPTS)
    parser.add_argument("--frames", type=int, default=49)
    parser.add_argument("--columns", type=int, default=7)
    parser.add_argument("--portrait", action="store_true")
    parser.add_argument("--steps", type=int, help="default: the model's own")
    parser.add_argument("--guidance", type=float, help="default: the model's own")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    model, rows = model_of(args)
    start, own = time.time(), model.cfg["sampling"]
    steps, guidance = args.steps or own["steps"], own["guidance"] if args.guidance is None else args.guidance
    pixels, sound = generate(model, rows, args.prompt, args.frames, args.portrait, steps, guidance, args.seed)
    print(f"{len(args.prompt)} clips in {time.time() - start:.1f} s")
    sheet(pixels, args.prompt, args.columns).save(args.out)
    write_wave(sound.reshape(-1), args.out.with_suffix(".wav"))


if __name__ == "__main__":
    main()
