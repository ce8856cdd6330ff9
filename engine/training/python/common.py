"""What the training stages share: devices, optimisers, averaged weights, the time box and the log."""

import argparse
import math
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist

import checkpoint


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for hidden matrices and for convolution kernels seen as (out, in * kh * kw)."""

    def __init__(self, params, lr: float, momentum: float = 0.95, decay: float = 0.01):
        super().__init__(params, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes = {}
            for param in group["params"]:
                if param.grad is not None:
                    shapes.setdefault(param.shape, []).append(param)
            for params in shapes.values():
                gradients = [param.grad for param in params]
                for param in params:
                    if "momentum" not in self.state[param]:
                        self.state[param]["momentum"] = torch.zeros_like(param)
                buffers = [self.state[param]["momentum"] for param in params]
                torch._foreach_lerp_(buffers, gradients, 1 - group["momentum"])
                updates = torch._foreach_lerp(gradients, buffers, group["momentum"])
                updates = orthogonal(torch.stack([update.flatten(1) for update in updates]))
                rows, columns = updates.shape[1:]
                scale = group["lr"] * max(1, rows / columns) ** 0.5
                torch._foreach_mul_(params, 1 - group["lr"] * group["decay"])
                torch._foreach_add_(params, [u.view(p.shape) for u, p in zip(updates, params)], alpha=-scale)


def orthogonal(x: torch.Tensor) -> torch.Tensor:
    """Newton-Schulz in five steps: (n, rows, columns) with singular values near 1."""
    x = x.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    return (x.mT if tall else x).float()


class Weights:
    """The optimisers of a model and its exponentially averaged copy."""

    def __init__(self, model, hidden, muon: float, adam: float, average: float):
        """`hidden(name, param)` says which parameters Muon takes; AdamW takes the rest."""
        mats = [p for n, p in model.named_parameters() if hidden(n, p)]
        chosen = {id(p) for p in mats}
        rest = [p for p in model.parameters() if id(p) not in chosen]
        fused = rest[0].device.type == "cuda"
        self.model, self.average = model, average
        self.rates = [adam, muon]
        adamw = torch.optim.AdamW(rest, adam, betas=(0.9, 0.98), weight_decay=0.01, fused=fused)
        self.optimisers = [adamw, Muon(mats, muon)]
        self.ema = {name: value.detach().clone() for name, value in model.state_dict().items()}

    def step(self, loss: torch.Tensor, factor: float, step: int) -> None:
        """One update with both learning rates times `factor`; `step` counts from 0."""
        for optimiser, rate in zip(self.optimisers, self.rates):
            for group in optimiser.param_groups:
                group["lr"] = rate * factor
        self.model.zero_grad()
        loss.backward()
        self.share()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        keep = min(self.average, (step + 1) / (step + 10))
        params = dict(self.model.named_parameters())
        averages = [self.ema[name] for name in params]
        torch._foreach_lerp_(averages, [p.detach() for p in params.values()], 1 - keep)

    def share(self) -> None:
        """Averages the gradients over the processes, in one message; a part that one of them did not use counts as zero."""
        if not dist.is_initialized():
            return
        for param in self.model.parameters():
            if param.grad is None and param.requires_grad:
                param.grad = torch.zeros_like(param)
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat)
        flat /= dist.get_world_size()
        for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
            gradient.copy_(part.view(gradient.shape))


class Run:
    """One time-boxed, resumable stage: `while run.going(): ... run.step(loss, ...)`."""

    def __init__(self, args, weights: Weights, extra: dict):
        self.args, self.weights, self.extra = args, weights, extra
        self.path = args.work / args.checkpoint
        self.rank = dist.get_rank() if dist.is_initialized() else 0
        self.steps, self.samples, self.gflop, self.loss = 0, 0, 0.0, {}
        self.spent = 0.0  # seconds of training in all runs of the stage, the same number in every process
        if self.path.exists():
            self.resume(checkpoint.load(self.path, args.device))
        self.start = self.ticked = self.saved = self.logged = time.time()
        self.seed()

    def resume(self, state: dict) -> None:
        """Goes on with the same stage, or starts a new stage from the weights and optimiser states of another."""
        w = self.weights
        checkpoint.restore(state, w.model, w.optimisers)
        w.ema = state["ema"]
        if state["extra"].get("stage") == self.extra.get("stage") and not self.args.again:
            self.steps, self.spent = state["step"], state["seconds"]
        else:
            state["extra"].pop("teacher", None)  # of a stage that was begun from other weights
        self.extra = {**state["extra"], **self.extra}
        if self.rank == 0:
            print(f"from {self.path.name} of stage {state['extra'].get('stage')}, step {self.steps}", flush=True)

    def seed(self) -> None:
        """Randomness is a function of seed, process and step, so a resumed run draws what an unbroken one does."""
        self.rng = np.random.default_rng([self.args.seed, self.rank, self.steps])
        self.shared_rng = np.random.default_rng([self.args.seed, self.steps])  # the same in every process
        torch.manual_seed(int(self.rng.integers(1 << 62)))

    def tick(self) -> None:
        """Adds the time since the last step, averaged over the processes so that all stop at the same step."""
        now = time.time()
        passed = torch.tensor([now - self.ticked], dtype=torch.float64)
        self.ticked = now
        if dist.is_initialized():
            dist.all_reduce(passed)
            passed /= dist.get_world_size()
        self.spent += passed.item()

    def progress(self) -> float:
        """0..1 of the time box, or of the steps if a number of steps is given."""
        if self.args.steps:
            return self.steps / self.args.steps
        return self.spent / (60 * self.args.minutes)

    def going(self) -> bool:
        return self.progress() < 1 and self.steps != self.args.stop_at

    def rate(self, warm: int, decay_from: float, floor: float) -> float:
        """Learning-rate factor: `warm` steps up, flat, then a half cosine from `decay_from` to `floor`."""
        rest = max(0.0, self.progress() - decay_from) / max(1e-9, 1 - decay_from)
        return min(1, (self.steps + 1) / warm) * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1, rest))))

    def step(self, loss: torch.Tensor, parts: dict, samples: int, factor: float, gflop: float = 0.0) -> bool:
        """Updates the weights; true when a log line is due (once in `--every` seconds). `gflop` is for one sample, `parts`
        are losses to be shown: tensors, because to read a number is to wait for the device."""
        self.weights.step(loss, factor, self.steps)
        self.steps += 1
        self.tick()
        self.seed()
        samples *= dist.get_world_size() if dist.is_initialized() else 1
        self.samples += samples
        self.gflop += samples * gflop
        for name, value in parts.items():
            value = value.detach()
            self.loss[name] = self.loss.get(name, value).lerp(value, 0.03)
        if time.time() - self.saved > 60 * self.args.save_every:
            self.save()
        due = self.rank == 0 and time.time() - self.logged > self.args.every
        if due:
            self.logged = time.time()
        return due

    def save(self) -> None:
        self.saved = time.time()
        w = self.weights
        if self.rank == 0:
            checkpoint.save(self.path, w.model, w.optimisers, w.ema, self.steps, self.spent, self.extra)

    def log(self, text: str = "") -> None:
        """Minute, step, smoothed losses, samples/s, GFLOP/s and the minutes left."""
        passed = time.time() - self.start
        parts = " ".join(f"{name} {value.item():.4f}" for name, value in self.loss.items())
        left = self.spent / 60 * (1 / max(self.progress(), 1e-9) - 1)
        print(
            f"min {self.spent / 60:.2f} step {self.steps} {parts} {text} "
            f"{self.samples / passed:.1f} samples/s {self.gflop / passed:.0f} GFLOP/s left {left:.1f} min",
            flush=True,
        )


def arguments(description: str, name: str, minutes: float, batch: int) -> argparse.ArgumentParser:
    """The options every stage has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("train-work"), help="folder of data and checkpoints")
    parser.add_argument("--checkpoint", default=name, help="file in the work folder; training goes on from it")
    parser.add_argument("--minutes", type=float, default=minutes, help="time box, over all resumed runs of the stage")
    parser.add_argument("--steps", type=int, default=0, help="schedule by steps and not by minutes")
    parser.add_argument("--stop-at", type=int, default=-1, help="stop at this step, schedule unchanged")
    parser.add_argument("--again", action="store_true", help="a new time box from the weights of the same stage")
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--every", type=float, default=60, help="seconds between log lines, each with a validation")
    parser.add_argument("--save-every", type=float, default=1.7, help="minutes between checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--processes", type=int, default=1, help="data-parallel processes on the CPU, --batch for each")
    parser.add_argument("--threads", type=int, default=0, help="of each process; 0: the processors it may use")
    return parser


def autocast(device: str, enabled: bool = True):
    """bfloat16 where it pays; matrices only, sums stay float32."""
    return torch.autocast(device, torch.bfloat16, enabled=enabled)


def worker(rank: int, train, args, meeting: str) -> None:
    torch.set_num_threads(args.threads or max(1, len(os.sched_getaffinity(0)) // args.processes))
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    if args.processes > 1:
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=args.processes)
    train(args)
    if args.processes > 1:
        dist.destroy_process_group()


def launch(train, args) -> None:
    """Runs `train(args)` in each process. Beside other programs, one thread a process loses far less time in waiting
    than threads that must meet in every operation: processes meet once a step."""
    if args.processes == 1:
        worker(0, train, args, "")
        return
    if args.device != "cpu":
        raise SystemExit("--processes is for the CPU: leave it out with --device cuda")
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(worker, (train, args, f"{folder}/meeting"), args.processes)


def wait_for(path: Path, minutes: float) -> None:
    """Until a file is there that another command makes; fails after so many minutes."""
    end = time.time() + 60 * minutes
    while not path.exists():
        if time.time() > end:
            raise SystemExit(f"{path} is not there: run the stage before this one, or give it --wait MINUTES more")
        time.sleep(0.2)


def load_average(model, path: Path) -> dict:
    """Loads the averaged weights of a checkpoint into the model and returns the checkpoint."""
    state = checkpoint.load(path)
    model.load_state_dict(state["ema"])
    return state
