"""Writes the goldens of `tests/parity`: `wan.safetensors`, `wan_bf16.safetensors`, `wan.json` and `wan_schedules.safetensors`.

usage: wan.py [--out engine/tests/golden]    (torch 2.15, diffusers 0.42.1; seconds on one core)

Two tiny transformers of diffusers' `WanTransformer3DModel` with random weights. `even` has heads of 24 numbers, of which
time, rows and columns turn 8 each; `uneven` has heads of 20, 8/6/6, so that swapped axes show, and patches of two frames.
Norms, biases and tables, which initialisation makes trivial, are random too, so that a term that is left out shows.
`wan.json` holds both configurations as diffusers writes them.

wan.safetensors, all F32, for each model under its name and a dot:
    weights.*                       the state dict
    x [2, C, F, H, W], text [2, 7, 12]
    t999, t500, t1                  output with that timestep for both samples
    mixed                           output with timesteps 999 and 250
    tokens, per_token               timesteps [2, tokens], all different, and their output (the path of `expand_timesteps`)
    rope_cos, rope_sin              [1, tokens, 1, head]
wan_bf16.safetensors: the weights of `uneven` rounded to BF16; `uneven.bf16_t500` in wan.safetensors is the output of the F32
    model with those rounded weights.
wan_schedules.safetensors: for `unipc` and `euler`, steps 4 and 20, shifts 3 and 5, e.g. `unipc_4_3`:
    .sigmas, .timesteps, .x [steps + 1, 24]   the latents before each step and after the last, with v = 0.3 x + 0.1 sin(7 x)
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, UniPCMultistepScheduler, WanTransformer3DModel
from safetensors.torch import save_file

SHARED = dict(
    num_attention_heads=2, text_dim=12, freq_dim=16, ffn_dim=40, num_layers=2, cross_attn_norm=True, rope_max_seq_len=16
)  # fmt: skip
MODELS = {
    "even": dict(patch_size=(1, 2, 2), attention_head_dim=24, in_channels=4, out_channels=4, **SHARED),
    "uneven": dict(patch_size=(2, 1, 2), attention_head_dim=20, in_channels=3, out_channels=5, **SHARED),
}
LATENTS = {"even": (3, 4, 6), "uneven": (4, 3, 6)}


@torch.no_grad()
def randomise(model: WanTransformer3DModel) -> None:
    for name, value in model.named_parameters():
        if "norm" in name and name.endswith("weight"):
            value.uniform_(0.5, 1.5)
        elif "scale_shift_table" in name:
            value.normal_(0, 0.5)
        elif name.endswith("bias"):
            value.normal_(0, 0.2)


@torch.no_grad()
def model_tensors(name: str) -> tuple[dict, dict, dict]:
    model = WanTransformer3DModel(**MODELS[name]).eval()
    randomise(model)
    frames, height, width = LATENTS[name]
    x = torch.randn(2, MODELS[name]["in_channels"], frames, height, width)
    text = torch.randn(2, 7, SHARED["text_dim"])
    run = lambda t: model(x, t, text, return_dict=False)[0]  # noqa: E731

    out = {f"weights.{key}": value.clone() for key, value in model.state_dict().items()}
    out |= {"x": x, "text": text}
    for t in (999.0, 500.0, 1.0):
        out[f"t{t:.0f}"] = run(torch.tensor([t, t]))
    out["mixed"] = run(torch.tensor([999.0, 250.0]))
    cos, sin = model.rope(x)
    out["rope_cos"], out["rope_sin"] = cos, sin
    out["tokens"] = torch.rand(2, cos.shape[1]) * 1000
    out["per_token"] = run(out["tokens"])

    rounded = {key: value.bfloat16() for key, value in model.state_dict().items()}
    model.load_state_dict({key: value.float() for key, value in rounded.items()})
    out["bf16_t500"] = run(torch.tensor([500.0, 500.0]))
    return {f"{name}.{key}": value.float().contiguous() for key, value in out.items()}, rounded, dict(model.config)


def velocity(x: torch.Tensor) -> torch.Tensor:
    return 0.3 * x + 0.1 * torch.sin(7 * x)


def schedule_tensors() -> dict:
    out = {}
    start = torch.randn(1, 4, 6)
    for steps in (4, 20):
        for shift in (3.0, 5.0):
            unipc = UniPCMultistepScheduler(
                prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift, num_train_timesteps=1000
            )
            for name, scheduler in (("unipc", unipc), ("euler", FlowMatchEulerDiscreteScheduler(shift=shift))):
                key = f"{name}_{steps}_{shift:.0f}"
                scheduler.set_timesteps(steps)
                out[f"{key}.sigmas"] = scheduler.sigmas.clone()
                out[f"{key}.timesteps"] = scheduler.timesteps.float()
                xs = [start]
                for t in scheduler.timesteps:
                    xs.append(scheduler.step(velocity(xs[-1]), t, xs[-1], return_dict=False)[0])
                out[f"{key}.x"] = torch.stack(xs).flatten(1)
    return {key: value.float().contiguous() for key, value in out.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "golden")
    out = parser.parse_args().out
    torch.manual_seed(1)
    torch.set_num_threads(1)
    tensors, configs = {}, {}
    for name in MODELS:
        values, rounded, config = model_tensors(name)
        tensors |= values
        configs[name] = {key: value for key, value in config.items() if key != "_use_default_values"}
    tensors = {key: value for key, value in tensors.items() if key != "even.bf16_t500"}
    save_file(tensors, out / "wan.safetensors")
    save_file(rounded, out / "wan_bf16.safetensors")
    save_file(schedule_tensors(), out / "wan_schedules.safetensors")
    (out / "wan.json").write_text(json.dumps(configs, indent=1) + "\n")
    for key, value in tensors.items():
        if ".weights." not in key:
            print(f"{key:20} {list(value.shape)} std {value.std():.3f}")
    for path in sorted(out.glob("*.safetensors")):
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
