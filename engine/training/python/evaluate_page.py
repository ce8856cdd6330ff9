"""What people look at: a contact sheet of generated clips with their prompts, and a short reel with sound."""

import json
import subprocess
import tempfile
import textwrap
import wave
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

FRAMES = 4  # of a clip on the sheet, evenly from the first to the last
GAP = 8  # pixels before what the clip should look like
HEIGHT = 104  # pixels of a picture on the sheet
WIDTH = HEIGHT * 7 // 4
WORDS = 30  # pixels above a strip, two lines
COLUMNS = 2
REEL_SECONDS = 3
REEL_WORDS = 48  # pixels below a picture, four lines
REEL_RATE = "140k"  # of the pictures


def clip_of(folder: Path, wish: dict) -> tuple:
    """Frames [T, H, W, 3] u8 and sound [samples] i16."""
    base = folder / wish["id"]
    meta = json.loads(base.with_suffix(".json").read_text())
    shape = (meta["frames"], meta["height"], meta["width"], 3)
    return np.fromfile(base.with_suffix(".rgb"), np.uint8).reshape(shape), np.fromfile(base.with_suffix(".pcm"), "<i2")


def sheet(folder: Path, shown: list, ceilings: list, path: Path) -> None:
    """`shown` is pairs of wish and line of the list, `ceilings` a picture [H, W, 3] for each, shown at the right."""
    strip, band = (FRAMES + 1) * (WIDTH + 2) + GAP + 12, HEIGHT + WORDS + 6
    rows = -(-len(shown) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * strip, rows * band), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for place, ((wish, line), ceiling) in enumerate(zip(shown, ceilings)):
        left, top = place % COLUMNS * strip, place // COLUMNS * band
        label = line["label"]
        text = f"{place + 1} [{label['colour']} {label['object']} {label['action']}] {wish['prompt']}"
        draw.multiline_text((left + 2, top + 1), "\n".join(textwrap.wrap(text, 150)[:2]), "black", font, spacing=2)
        frames, _ = clip_of(folder, wish)
        some = frames[np.linspace(0, len(frames) - 1, FRAMES).round().astype(int)]
        for i, frame in enumerate([*some, ceiling]):
            picture = Image.fromarray(frame)
            picture = picture.resize((round(HEIGHT * picture.width / picture.height), HEIGHT), Image.Resampling.LANCZOS)
            page.paste(picture, (left + 2 + i * (WIDTH + 2) + (GAP if i == FRAMES else 0), top + WORDS))
    # Five bits a colour, or the file is twice as large; a palette would change the colours that are to be judged.
    ImageOps.posterize(page, 5).save(path, optimize=True)
    print(path, flush=True)


def reel(folder: Path, wishes: list, path: Path) -> None:
    """The first seconds of each clip, one after another, the prompt below, portrait in the middle."""
    font = ImageFont.load_default(10)
    with tempfile.TemporaryDirectory() as scratch:
        sound = Path(scratch) / "sound.wav"
        video = Path(scratch) / "video.rgb"
        with wave.open(str(sound), "wb") as heard, open(video, "wb") as seen:
            heard.setparams((1, 2, 16000, 0, "NONE", ""))
            for wish in wishes:
                frames, pcm = clip_of(folder, wish)
                heard.writeframes(pcm[: 16000 * REEL_SECONDS].tobytes())
                for frame in frames[: 12 * REEL_SECONDS]:
                    page = Image.new("RGB", (224, 128 + REEL_WORDS))
                    picture = Image.fromarray(frame)
                    picture.thumbnail((224, 128))
                    page.paste(picture, ((224 - picture.width) // 2, 0))
                    text = "\n".join(textwrap.wrap(wish["prompt"], 44)[:4])
                    ImageDraw.Draw(page).multiline_text((3, 129), text, "white", font, spacing=1)
                    seen.write(page.tobytes())
        command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"224x{128 + REEL_WORDS}", "-r", "12"]
        command += ["-i", str(video), "-i", str(sound), "-vf", "scale=iw*2:ih*2:flags=neighbor", "-c:v", "libx264"]
        command += ["-pix_fmt", "yuv420p", "-b:v", REEL_RATE, "-maxrate", REEL_RATE, "-bufsize", "1M", "-c:a", "aac"]
        subprocess.run(command + ["-b:a", "64k", "-movflags", "+faststart", str(path)], check=True)
    print(path, f"{path.stat().st_size / 1e6:.2f} MB", flush=True)
