"""The numbers of `config.json`: the full model and the tiny one of the parity fixtures.

Every width of the architecture is here and nowhere else; `model.py` and the engine read the same keys. A folder of weights or checkpoints
that has a `config.json` is of that model, and not of the full one: `of(folder)`.
"""

import json
from pathlib import Path

FULL = {
    "name": "kinora-mini",
    "fps": 12,
    "vae": {
        "z": 8,
        "encoder_channels": [64, 96],
        "encoder_blocks": [1, 2],
        "decoder_channels": [96, 64, 48],
        "decoder_blocks": [4, 2, 2],
        "precision": "bf16",  # it is trained so, too
    },
    "audio": {"sample_rate": 16000, "n_fft": 1024, "hop": 256, "mels": 64, "frames_per_token": 5},
    "vocoder": {"channels": 160, "hidden": 480, "blocks": 5},
    "text": {"table_dim": 64, "width": 256, "heads": 4, "hidden": 768, "blocks": 2, "max_words": 48, "trained": 8192},
    "transformer": {
        "num_attention_heads": 4,
        "attention_head_dim": 64,
        "num_layers": 10,
        "ffn_dim": 1024,
        "in_channels": 8,
        "out_channels": 8,
        "patch_size": [1, 4, 4],
        "text_dim": 256,
        "freq_dim": 256,
        "cross_attn_norm": True,
        "eps": 1e-6,
        "qk_norm": "rms_norm_across_heads",
        "rope_theta": 100.0,
        "audio_dim": 320,
        "audio_predicts": "clean",
        "ref_features": 22,
        "ref_tokens": 4,
        "shortcut": True,
        "precision": "bf16",
    },
    "sampling": {"steps": 8, "shift": 8.0, "guidance": 3.0, "prefix_latents": 2, "shortcut": False, "sound_after": True},
}

TINY = {
    "name": "kinora-mini-tiny",
    "fps": 12,
    "vae": {
        "z": 8,
        "encoder_channels": [8, 12],
        "encoder_blocks": [1, 2],
        "decoder_channels": [12, 8, 6],
        "decoder_blocks": [2, 1, 2],
    },
    "audio": {"sample_rate": 16000, "n_fft": 128, "hop": 32, "mels": 8, "frames_per_token": 5},
    "vocoder": {"channels": 16, "hidden": 24, "blocks": 2},
    "text": {"table_dim": 8, "width": 24, "heads": 2, "hidden": 32, "blocks": 2, "max_words": 6, "trained": 12},
    "transformer": {
        "num_attention_heads": 2,
        "attention_head_dim": 20,
        "num_layers": 2,
        "ffn_dim": 48,
        "in_channels": 8,
        "out_channels": 8,
        "patch_size": [1, 4, 4],
        "text_dim": 24,
        "freq_dim": 32,
        "cross_attn_norm": True,
        "eps": 1e-6,
        "qk_norm": "rms_norm_across_heads",
        "rope_theta": 100.0,
        "audio_dim": 40,
        "audio_predicts": "clean",
        "ref_features": 22,
        "ref_tokens": 4,
        "shortcut": True,
    },
    "sampling": {"steps": 4, "shift": 3.0, "guidance": 3.0, "prefix_latents": 2, "shortcut": False, "sound_after": True},
}


def of(folder: Path) -> dict:
    """The numbers of the model in a folder: of its `config.json`, without one the full model."""
    path = folder / "config.json"
    if not path.exists():
        return FULL
    found = json.loads(path.read_text())
    for part, name in (("transformer", "shortcut"), ("sampling", "shortcut"), ("sampling", "sound_after")):
        found[part].setdefault(name, False)  # files from before there were any
    found["transformer"].setdefault("audio_predicts", "velocity")
    return found


def latent_frames(frames: int) -> int:
    """Latent frames of a window of `frames = 1 + 4k` frames."""
    return (frames - 1) // 4 + 1


def audio_tokens(frames: int) -> int:
    """Audio tokens of a window of `frames` frames: floor(frames / 12 / 0.08)."""
    return frames * 100 // 96
