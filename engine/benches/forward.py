"""One forward of the transformer by kinora-engine and by PyTorch, each in F32 and in bfloat16, in turns on the same cores.

    cargo bench -p kinora-engine --bench forward --no-run      # prints where the program is
    python3 engine/benches/forward.py PROGRAM [--case FILE] [--own f32,bf16] [--rounds 20] [--threads 2]

A case is as `forward.rs` beside this file describes it. Both compute the same shapes from random weights; keys and values of the
text are computed before, as they are once a clip. PyTorch's blocks are written as it is fastest at: its fused attention, layer
and RMS norm; rotary pairs as complex numbers. In each round each takes its turn: one forward that is not counted, then one
that is. What is printed is the median over rounds, the least, and the medians over rounds of the ratios to this engine within a
round, so that a machine that is busy for a while is so for all of them. In bfloat16 this engine computes the products of the
blocks, if the processor can (AVX-512 BF16; else the line is F32 again); PyTorch computes all of it.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import time

import torch
import torch.nn.functional as F
from torch import nn

WEIGHTS = pathlib.Path(__file__).parents[1] / "weights/kinora-mini/config.json"


def case_of(path: pathlib.Path) -> dict:
    """The case of a file, or that of a kinora-mini: two branches of a window of 49 frames at 224x128."""
    case = json.loads(path.read_text())
    if "batch" in case:
        return case
    words = case["text"]["max_words"]
    return {"name": case["name"], "batch": 2, "words": words, "latents": [13, 16, 28], "audio": 51, "transformer": case["transformer"]}


def rotations(places: torch.Tensor, head: int, theta: float) -> torch.Tensor:
    """Complex rotations (1, N, 1, head / 2) of places (N, 3)."""
    side = 2 * (head // 6)
    angles = []
    for axis, dim in enumerate((head - 2 * side, side, side)):
        speeds = theta ** -(torch.arange(0, dim, 2, dtype=torch.float64) / dim)
        angles.append(places[:, axis, None] * speeds)
    angles = torch.cat(angles, 1)[None, :, None]
    return torch.polar(torch.ones_like(angles), angles).to(torch.complex64)


def rotate(x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """x (B, N, heads, head)."""
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turns).flatten(-2).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v, self.to_out = (nn.Linear(width, width) for _ in range(4))
        self.norm_q, self.norm_k = nn.RMSNorm(width, eps=1e-6), nn.RMSNorm(width, eps=1e-6)

    def keys(self, x: torch.Tensor, turns: torch.Tensor | None = None) -> tuple:
        k, v = (y.unflatten(-1, (self.heads, -1)) for y in (self.norm_k(self.to_k(x)), self.to_v(x)))
        return (k if turns is None else rotate(k, turns)).transpose(1, 2), v.transpose(1, 2)

    def forward(self, x: torch.Tensor, keys: tuple, turns: torch.Tensor | None = None) -> torch.Tensor:
        q = self.norm_q(self.to_q(x)).unflatten(-1, (self.heads, -1))
        q = (q if turns is None else rotate(q, turns)).transpose(1, 2)
        return self.to_out(F.scaled_dot_product_attention(q, *keys).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.table = nn.Parameter(torch.randn(1, 6, width))
        self.attn1, self.attn2 = Attention(width, heads), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.wide, self.narrow = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x: torch.Tensor, mod: torch.Tensor, keys: tuple, turns: torch.Tensor) -> torch.Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = (self.table + mod).chunk(6, 1)
        norm = lambda x: F.layer_norm(x, x.shape[-1:], eps=1e-6)
        y = norm(x) * (1 + scale1) + shift1
        x = x + self.attn1(y, self.attn1.keys(y, turns), turns) * gate1
        x = x + self.attn2(self.norm2(x), keys)
        y = norm(x) * (1 + scale2) + shift2
        return x + self.narrow(F.gelu(self.wide(y), approximate="tanh")) * gate2


class Transformer(nn.Module):
    def __init__(self, case: dict):
        super().__init__()
        cfg = case["transformer"]
        heads, head = cfg["num_attention_heads"], cfg["attention_head_dim"]
        width = heads * head
        self.patch, self.freqs = cfg["patch_size"], cfg["freq_dim"] // 2
        numbers = math.prod(self.patch)
        self.embed = nn.Linear(cfg["in_channels"] * numbers, width)
        self.time = nn.Sequential(nn.Linear(cfg["freq_dim"], width), nn.SiLU(), nn.Linear(width, width))
        self.time_proj = nn.Linear(width, 6 * width)
        self.text = nn.Sequential(nn.Linear(cfg["text_dim"], width), nn.GELU("tanh"), nn.Linear(width, width))
        self.blocks = nn.ModuleList(Block(width, heads, cfg["ffn_dim"]) for _ in range(cfg["num_layers"]))
        self.table = nn.Parameter(torch.randn(1, 2, width))
        self.out = nn.Linear(width, cfg["out_channels"] * numbers)
        self.audio = case["audio"] if cfg.get("audio_dim") else 0
        if self.audio:
            self.embed_audio, self.out_audio = nn.Linear(cfg["audio_dim"], width), nn.Linear(width, cfg["audio_dim"])
        places = [range(n // p) for n, p in zip(case["latents"], self.patch)]
        places = torch.cartesian_prod(*(torch.tensor(list(r), dtype=torch.float64) for r in places))
        sound = torch.zeros(self.audio, 3, dtype=torch.float64)
        sound[:, 0] = 0.24 * torch.arange(self.audio, dtype=torch.float64)
        self.turns = rotations(torch.cat([places, sound]), head, cfg.get("rope_theta", 10000.0))

    def context(self, text: torch.Tensor) -> list:
        text = self.text(text)
        return [block.attn2.keys(text) for block in self.blocks]

    def forward(self, video: torch.Tensor, audio: torch.Tensor | None, t: torch.Tensor, context: list) -> tuple:
        (b, c, f, h, w), (pt, ph, pw) = video.shape, self.patch
        x = video.reshape(b, c, f // pt, pt, h // ph, ph, w // pw, pw).permute(0, 2, 4, 6, 1, 3, 5, 7)
        x = self.embed(x.reshape(b, -1, c * pt * ph * pw))
        tokens = x.shape[1]
        if audio is not None:
            x = torch.cat([x, self.embed_audio(audio)], 1)
        angles = t[:, None] * torch.exp(-math.log(10000.0) * torch.arange(self.freqs) / self.freqs)
        e = self.time(torch.cat([angles.cos(), angles.sin()], -1).to(x.dtype))
        mod = self.time_proj(F.silu(e)).unflatten(-1, (6, -1))
        for block, keys in zip(self.blocks, context):
            x = block(x, mod, keys, self.turns)
        shift, scale = (self.table + e[:, None]).chunk(2, 1)
        x = F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift
        y = self.out(x[:, :tokens]).reshape(b, f // pt, h // ph, w // pw, pt, ph, pw, -1).permute(0, 7, 1, 4, 2, 5, 3, 6)
        return y.reshape(b, -1, f, h, w), self.out_audio(x[:, tokens:]) if audio is not None else None


def torch_forward(case: dict, dtype: torch.dtype):
    """A function that runs one forward and returns its milliseconds."""
    torch.manual_seed(1)
    torch.set_default_dtype(dtype)
    model = Transformer(case).eval()
    cfg, batch = case["transformer"], case["batch"]
    video = torch.randn(batch, cfg["in_channels"], *case["latents"])
    audio = torch.randn(batch, case["audio"], cfg["audio_dim"]) if model.audio else None
    t = torch.tensor([500.0], dtype=torch.float32)
    with torch.inference_mode():
        context = model.context(torch.randn(batch, case["words"], cfg["text_dim"]))
    torch.set_default_dtype(torch.float32)

    def forward() -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            model(video, audio, t, context)
        return (time.perf_counter() - start) * 1e3

    return forward


class Engine:
    """The Rust program, asked for one forward after the other."""

    def __init__(self, program: str, case: pathlib.Path, threads: int, precision: str):
        command = [program, "--serve", "--case", str(case), "--precision", precision]
        env = os.environ | {"RAYON_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.gigaflops = float(self.process.stdout.readline())

    def __call__(self) -> float:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("program")
    parser.add_argument("--case", type=pathlib.Path, default=WEIGHTS)
    parser.add_argument("--own", default="f32,bf16", help="precisions of this engine; one alone where memory is short")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    case = case_of(args.case)
    own = {f"kinora-engine {kind}": Engine(args.program, args.case, args.threads, kind) for kind in args.own.split(",")}
    others = {f"PyTorch {kind}": torch_forward(case, dtype) for kind, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16))}
    runners = own | others
    taken = {name: [] for name in runners}
    for _ in range(args.rounds):
        for name, forward in runners.items():
            forward()
            taken[name].append(forward())
    gigaflops = next(iter(own.values())).gigaflops
    print(f"{case['name']}: {gigaflops:.1f} GFLOP a forward, {args.threads} threads, {args.rounds} rounds, PyTorch {torch.__version__}")
    print(f"{'':18} {'median ms':>10} {'least ms':>10} {'GFLOP/s':>8}" + "".join(f"{'beside ' + name:>28}" for name in own))
    for name, times in taken.items():
        ratios = (statistics.median(a / b for a, b in zip(times, taken[engine])) for engine in own)
        median = statistics.median(times)
        beside = "".join(f"{ratio:27.2f}x" for ratio in ratios)
        print(f"{name:18} {median:10.1f} {min(times):10.1f} {gigaflops / median * 1e3:8.0f}{beside}")
    load = os.getloadavg()[0]
    print(f"load of the machine over the last minute {load:.1f}, of which {args.threads} at most are this benchmark")


if __name__ == "__main__":
    main()
