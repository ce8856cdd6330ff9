"""Writes the fixtures of the engine's parity tests: `mini.safetensors` and `mini.json`.

usage: parity.py [--out engine/tests/golden]

A tiny seeded model with every part of the real one; norms, tables and zero-initialised heads are random, so that a term
that is left out shows. All tensors F32; `mini.json` is `{"config", "words", "captions": [{"text", "ids"}], "sample"}`.

    weights.*                the state dict, names of the contract
    vae.video  [1, 9, 3, 32, 48]     -> vae.latents [1, 8, 3, 4, 6] (normalised, from the encoder)
    vae.decoded [1, 9, 3, 32, 48]    the decoder on vae.latents
    mel.wave [1, 1000]               -> mel.normalised [1, 8, 32], tiny analysis and weights.audio.{mean,std}
    mel_full.wave [1, 5000]          -> mel_full.log [1, 64, 20], the real analysis (n_fft 1024, hop 256), not normalised
    vocoder.mel = mel.normalised     -> vocoder.wave [1, 1024]
    text.ids [4, 6] as F32, -1 pads  -> text.out [4, 6, 24]; rows as `captions` in mini.json, the last one is empty
    dit.video [2, 8, 3, 8, 12], dit.audio [2, 9, 40], dit.t [2, 27] (18 video tokens, 9 audio tokens, all different),
    dit.text = text.out[0:2]         -> dit.v_video, dit.v_audio
    short.v_video, short.v_audio     the same inputs, told that the step is a shortcut, 0.7 of the longest
    ref1.features [2, 1, 22], ref2.features [2, 2, 22]   one and two references; the other inputs are those of dit.*:
        -> ref1.v_video, ref1.v_audio, ref2.v_video, ref2.v_audio                 with dit.text
        -> ref1.empty_v_video, ref1.empty_v_audio, ref2.empty_v_video, ref2.empty_v_audio
                                     the unconditional half: text and features all zero, as many reference tokens
    sample.video, sample.audio       noise, with the first latent frame and the first audio token clean
    sample.out_video, sample.out_audio   Euler with `sample` of mini.json, text = text.out[0:2], clean prefix of one frame
    sample.ref2_out_video, sample.ref2_out_audio   the same with ref2.features
    sample.short_out_video, sample.short_out_audio   the same with shortcuts, which have no unconditional half
    sample.after_out_*               the same as out, and the sound once more to the finished pictures
    sample.clean_out_*, sample.clean_low_out_*, sample.ref2_clean_after_out_*   as out, out with `low_shift` and ref2 with the
                                     sound once more, of a last layer that says clean sound; of all others it says velocities
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from audio import Audio
from config import FULL, TINY, audio_tokens, latent_frames
from dit import sample
from model import Mini, word_ids

WORDS = ["<unk>", "a", "red", "ball", "bounces", "on", "the", "grass", "blue", "cat", "don't", "24"]
CAPTIONS = ["A red ball bounces on the grass, slowly", "the Blue, cat-don't 24", "purple zebra", ""]
SHORTCUT = 0.7  # length of the step, in the longest
SAMPLE = {"steps": 4, "shift": 3.0, "low_shift": 0.2, "guidance": 2.5, "prefix_latents": 1, "prefix_audio_tokens": 1}


@torch.no_grad()
def randomise(model: Mini) -> None:
    """Values of plain size for everything that initialisation makes trivial."""
    for name, value in model.state_dict().items():
        leaf = name.rsplit(".", 1)[-1]
        if leaf in ("gain", "gamma", "std") or ("norm" in name and leaf == "weight"):
            value.uniform_(0.5, 1.5)
        elif leaf in ("scale_shift_table", "modality_embedding", "position", "table", "mean", "shortcut") or leaf == "bias":
            value.normal_(0, 0.3)
        elif "proj_out" in name or "time_proj" in name:
            value.normal_(0, value.shape[1] ** -0.5)
        elif name.endswith("conv2.weight"):
            value.normal_(0, 0.7 * (value[0].numel()) ** -0.5)


@torch.no_grad()
def tensors(model: Mini) -> dict:
    frames = 9
    model.transformer.cfg = {**TINY["transformer"], "audio_predicts": "velocity"}
    out = {f"weights.{name}": value for name, value in model.state_dict().items()}
    out["vae.video"] = torch.rand(1, frames, 3, 32, 48) * 2 - 1
    out["vae.latents"] = model.vae.encode(out["vae.video"])
    out["vae.decoded"] = model.vae.decode(out["vae.latents"])
    out["mel.wave"] = torch.rand(1, 1000) * 2 - 1
    out["mel.normalised"] = model.audio.normalise(model.audio.log_mel(out["mel.wave"]))
    out["mel_full.wave"] = torch.rand(1, 5000) * 2 - 1
    out["mel_full.log"] = Audio(FULL["audio"]).log_mel(out["mel_full.wave"])
    out["vocoder.wave"] = model.vocoder(out["mel.normalised"])
    rows = {word: i for i, word in enumerate(WORDS)}
    ids = torch.tensor([word_ids(caption, rows, TINY["text"]["max_words"]) for caption in CAPTIONS])
    out["text.ids"] = ids.float()
    out["text.out"] = model.text(ids)
    out["dit.video"] = torch.randn(2, 8, latent_frames(frames), 8, 12)
    out["dit.audio"] = torch.randn(2, audio_tokens(frames), 40)
    out["dit.t"] = torch.rand(2, 27) * 1000
    text = out["text.out"][:2]
    pair = model.transformer(out["dit.video"], out["dit.audio"], out["dit.t"], [1] * 27, text)
    out["dit.v_video"], out["dit.v_audio"] = pair
    inputs = (out["dit.video"], out["dit.audio"], out["dit.t"], [1] * 27, text)
    out["short.v_video"], out["short.v_audio"] = model.transformer(*inputs, shortcut=torch.full((2,), SHORTCUT))
    for count in (1, 2):
        refs = torch.rand(2, count, TINY["transformer"]["ref_features"]) * 2 - 1
        out[f"ref{count}.features"] = refs
        for name, words, looks in (("", text, refs), ("empty_", torch.zeros_like(text), torch.zeros_like(refs))):
            pair = model.transformer(out["dit.video"], out["dit.audio"], out["dit.t"], [1] * 27, words, looks)
            out[f"ref{count}.{name}v_video"], out[f"ref{count}.{name}v_audio"] = pair
    out["sample.video"], out["sample.audio"] = torch.randn(2, 8, 3, 8, 12), torch.randn(2, 9, 40)
    two = out["ref2.features"]
    ways = [  # name, references, shortcut, sound_after, audio_predicts, shift
        ("out", None, False, False, "velocity", SAMPLE["shift"]),
        ("ref2_out", two, False, False, "velocity", SAMPLE["shift"]),
        ("short_out", None, True, False, "velocity", SAMPLE["shift"]),
        ("after_out", None, False, True, "velocity", SAMPLE["shift"]),
        ("clean_out", None, False, False, "clean", SAMPLE["shift"]),
        ("clean_low_out", None, False, False, "clean", SAMPLE["low_shift"]),
        ("ref2_clean_after_out", two, False, True, "clean", SAMPLE["shift"]),
    ]
    for name, refs, short, sound_after, predicts, shift in ways:
        model.transformer.cfg = {**TINY["transformer"], "audio_predicts": predicts}
        pair = sample(
            model.transformer, out["sample.video"], out["sample.audio"], text, torch.zeros_like(text), SAMPLE["steps"],
            shift, SAMPLE["guidance"], SAMPLE["prefix_latents"], SAMPLE["prefix_audio_tokens"], refs, short, sound_after,
        )  # fmt: skip
        out[f"sample.{name}_video"], out[f"sample.{name}_audio"] = pair
    return {name: value.float().contiguous() for name, value in out.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).resolve().parent
    parser.add_argument("--out", type=Path, default=here.parents[1] / "tests" / "golden")
    args = parser.parse_args()
    torch.manual_seed(1)
    model = Mini(TINY, len(WORDS))
    randomise(model)
    values = tensors(model)
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(values, args.out / "mini.safetensors")
    rows = {word: i for i, word in enumerate(WORDS)}
    captions = [{"text": c, "ids": word_ids(c, rows, TINY["text"]["max_words"])} for c in CAPTIONS]
    record = {"config": TINY, "words": WORDS, "captions": captions, "sample": SAMPLE}
    (args.out / "mini.json").write_text(json.dumps(record, indent=1) + "\n")
    for name, value in values.items():
        if not name.startswith("weights."):
            print(f"{name:20} {list(value.shape)} std {value.std():.3f}")
    print((args.out / "mini.safetensors").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
