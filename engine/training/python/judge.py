"""Trains the judge of the evaluation on renders of all combinations, the held-out ones too: it judges, it generates nothing.

usage: judge.py train --world PATH [--speech FILE] [--work DIR] [--minutes 1.2] [--device cpu|cuda] [--out judge.safetensors]
       judge.py test  --world PATH [--speech FILE] [--work DIR] [--device cpu|cuda] [--out judge.safetensors]
       judge.py pack  FROM TO            a .pt as .safetensors, or the other way

`train` renders with `--readers` world processes while it trains, sends a share of the clips through the autoencoder of
DIR/ae.pt (as soon as there is one) with noise on the latents, and wears most of them. At the end it prints what `test`
does: the judge's own accuracy on fresh renders, and on the same through the autoencoder. In other scripts:

    judge = judge.load("judge.safetensors", "cuda")
    scores = judge.score(frames)                      # u8 [B, T, H, W, 3]
    right = judge.agreement(scores, labels)           # labels of the stream's records -> {head: (right, asked)}
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch

import judge_data
from common import Muon
from judge_augment import Rebuilder, mirrored, worn
from judge_model import STILL_STEP, Network, loss_of, object_loss, seen_of

TEST_CLIPS = 480
LATENT_NOISE = 0.5  # standard deviations of the latents
SEEDS = 700_000
LEVELS = [round(0.3 + 0.05 * i, 2) for i in range(14)]  # probabilities of an impact


def write(path: Path, tensors: dict, note: dict) -> None:
    """Halves with the vocabulary, and what else is noted, in the file's metadata."""
    tensors = {name: (t.half() if t.is_floating_point() else t).cpu().contiguous() for name, t in tensors.items()}
    if path.suffix == ".pt":
        torch.save({"note": note, "tensors": tensors}, path)
    else:
        from safetensors.torch import save_file

        save_file(tensors, path, {name: json.dumps(value) for name, value in note.items()})


def read(path: Path) -> tuple:
    """Tensors and note of a file that `write` wrote."""
    if path.suffix == ".pt":
        state = torch.load(path, weights_only=True, map_location="cpu")
        return state["tensors"], state["note"]
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        return tensors, {name: json.loads(value) for name, value in file.metadata().items()}


class Judge:
    """`level` is the probability from which an impact counts; None until it was chosen."""

    def __init__(self, network: Network, vocabulary: dict, device: str, level: float | None = None):
        self.network, self.labels, self.device, self.level = network, judge_data.Labels(vocabulary), device, level

    @torch.inference_mode()
    def score(self, frames, batch: int = 16) -> dict:
        """u8 (B, T, H, W, 3), array or tensor -> logits of every head (B, values), `impact` (B, T) probabilities, `mouth`
        (B, T) openness 0..1, `features` (B, 128); float32 on the CPU."""
        self.network.eval()
        frames = torch.as_tensor(frames)
        parts = []
        for start in range(0, len(frames), batch):
            parts.append(self.look(seen_of(frames[start : start + batch].to(self.device))))
        out = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        return out

    @torch.inference_mode()
    def look(self, seen: dict) -> dict:
        """As `score`, of `seen_of`."""
        with torch.autocast(self.device, torch.bfloat16):
            out = self.network(*(unit(seen[name]) for name in ("stills", "motion")))
        del out["looks"]
        out["impact"] = out["impact"].sigmoid()
        return {name: value.float().cpu() for name, value in out.items()}

    def agreement(self, scores: dict, labels: list) -> dict:
        """{head: (right, asked)}: only clips are asked to which the head applies."""
        truth = torch.from_numpy(np.stack([self.labels.numbers(meta) for meta in labels]))
        out = {}
        for i, head in enumerate(self.labels.heads):
            asked = truth[:, i] >= 0
            right = scores[head].argmax(1) == truth[:, i]
            out[head] = (int((right & asked).sum()), int(asked.sum()))
        return out


def unit(pixels: torch.Tensor) -> torch.Tensor:
    """u8 -> [-1, 1]."""
    return pixels.float().div_(127.5).sub_(1)


def load(path, device: str = "cpu") -> Judge:
    tensors, note = read(Path(path))
    network = Network(note["vocabulary"])
    network.load_state_dict({name: t.float() if t.is_floating_point() else t for name, t in tensors.items()})
    network.to(device, memory_format=torch.channels_last).eval()
    return Judge(network, note["vocabulary"], device, note.get("impact_level"))


def peaks(probability: np.ndarray, level: float) -> np.ndarray:
    """The frames of a (T) track that are at least `level` and the highest within two frames."""
    near = np.stack([np.roll(np.pad(probability, 2), shift)[2:-2] for shift in (-2, -1, 1, 2)])
    return np.flatnonzero((probability >= level) & (probability > near[2:].max(0)) & (probability >= near[:2].max(0)))


def impact_counts(impacts: list, level: float) -> tuple:
    """(true impacts that are claimed within one frame, true ones, claimed ones) of pairs of (T) tracks, said and true."""
    matched = seen = claimed = 0
    for said, true in impacts:
        a, b = peaks(said, level), np.flatnonzero(true == 1)
        seen, claimed = seen + len(b), claimed + len(a)
        matched += sum(bool(np.abs(a - frame).min(initial=99) <= 1) for frame in b)
    return matched, seen, claimed


def own_accuracy(judge: Judge, tests) -> list:
    """Lines of the report on test clips: every head, impacts, mouths. The first time it also chooses the level from which an
    impact counts, by the F1 measure."""
    right, asked, commonest, impacts, mouths, opens = {}, {}, {}, [], [], []
    for pool in tests.pools.values():
        for start in range(0, pool.count, 16):
            part = pool.batch(torch.arange(start, min(start + 16, pool.count), device=judge.device))
            scores = judge.look(part)
            for i, head in enumerate(judge.labels.heads):
                truth = part["numbers"][:, i].cpu()
                known = truth >= 0
                right[head] = right.get(head, 0) + int(((scores[head].argmax(1) == truth) & known).sum())
                asked[head] = asked.get(head, 0) + int(known.sum())
                count = torch.bincount(truth[known], minlength=scores[head].shape[1])
                commonest[head] = commonest.get(head, 0) + count
            impacts += zip(scores["impact"].numpy(), part["impact"].cpu().numpy())
            known = ~part["mouth"].isnan().cpu()
            mouths.append(scores["mouth"][known])
            opens.append(part["mouth"].cpu()[known])
    lines = [
        f"  {head:10} {100 * right[head] / max(1, asked[head]):5.1f} % of {asked[head]}"
        f"   (commonest of {len(commonest[head])}: {100 * commonest[head].max() / max(1, asked[head]):.1f} %)"
        for head in judge.labels.heads
    ]
    counts = {level: impact_counts(impacts, level) for level in (LEVELS if judge.level is None else [judge.level])}
    best = max(counts, key=lambda level: 2 * counts[level][0] / max(1, sum(counts[level][1:])))
    judge.level = best
    matched, seen, claimed = counts[best]
    lines.append(f"  impacts    {matched} of {seen} found within one frame, {claimed} claimed, at level {best}")
    mouths, opens = torch.cat(mouths), torch.cat(opens)
    if len(opens) > 1:
        together = float(torch.corrcoef(torch.stack([mouths, opens]))[0, 1])
        lines.append(f"  mouth      correlation {together:.3f} over {len(opens)} frames")
    return lines


def report(judge: Judge, args) -> None:
    """Prints the judge's own accuracy on fresh renders, and on some of them through the autoencoder."""
    world, seeds = world_of(args), [SEEDS - 2]
    tests = judge_data.Renders(world, judge.labels, seeds, args.test, args.device)
    waited(tests, tests.capacity())
    print(f"on {tests.count()} fresh renders:", *own_accuracy(judge, tests), sep="\n", flush=True)
    rebuilder = Rebuilder(args.work, args.device, 0.0)
    rebuilder.refresh()
    if rebuilder.vae:
        some = judge_data.Renders(world, judge.labels, seeds, args.test // 4, args.device, rebuilder, 1.0)
        waited(some, some.capacity())
        print(f"on {some.count()} of them through the autoencoder:", *own_accuracy(judge, some), sep="\n", flush=True)
    if judge.labels.unknown:
        print("values that the vocabulary lacks:", judge.labels.unknown, flush=True)


def world_of(args) -> judge_data.World:
    return judge_data.World(args.world, args.split, args.speech, args.threads)


def waited(renders, clips: int) -> None:
    """Until there are so many clips."""
    while renders.count() < clips:
        if renders.failure or not any(thread.is_alive() for thread in renders.threads):
            raise SystemExit(f"the renders stopped after {renders.count()} clips: {renders.failure}")
        time.sleep(0.02)  # the readers have no bell; nothing depends on how long this is


def optimisers_of(params: list) -> list:
    """With the most of their rates. The kernels are orthogonalised: on two processor cores every step counts."""
    kernels = [param for param in params if param.ndim == 4]
    rest = [param for param in params if param.ndim != 4]
    return [(torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=0.03), 2e-3), (Muon(kernels, 0.01), 0.01)]


def learn(args, network: Network, renders, deadline: float, before: dict) -> dict:
    """Trains until the deadline and returns the note for the file, beside what was noted before."""
    heads, device = renders.labels.heads, args.device
    table = renders.labels.mirrored().to(device)
    learned = [network.shape, network.shape_head] if args.shapes else [network]
    optimisers = optimisers_of([param for module in learned for param in module.parameters()])
    rng = np.random.default_rng(args.seed)
    begun = logged = time.time()
    step, smooth = 0, {}
    while time.time() < deadline:
        if renders.failure:
            print("a reader failed:", renders.failure, flush=True)
            renders.failure = None
        progress = (time.time() - begun) / (deadline - begun)
        rate = min(1, (step + 1) / 40) * (1 - progress) ** 0.7 + 1e-3
        for optimiser, most in optimisers:
            optimiser.param_groups[0]["lr"] = most * rate * args.rate
        if step % 20 == 0:
            renders.rebuild.refresh()
        with torch.no_grad():
            part = renders.sample(args.batch, rng)
            if args.shapes:
                part["motion"] = part["motion"][:, :1]  # is not looked at
            part = mirrored(part, table)
            chosen = np.sort(rng.choice(part["stills"].shape[1], args.stills, replace=False))
            stills, motion = worn(unit(part["stills"][:, chosen]), unit(part["motion"]))
        network.train()
        truth = part | {head: part["numbers"][:, i] for i, head in enumerate(heads)}
        truth["stills"] = torch.from_numpy(chosen * STILL_STEP).to(device)
        with torch.autocast(device, torch.bfloat16):
            found = network.objects(stills) if args.shapes else network(stills, motion)
        parts = object_loss(*found, truth) if args.shapes else loss_of(found, truth, heads)
        total = sum(parts.values())
        network.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        for optimiser, _ in optimisers:
            optimiser.step()
        step += 1
        if step % 10 == 0:  # a number read from the device waits for it
            for name, value in parts.items():
                smooth[name] = smooth.get(name, value.item()) * 0.8 + 0.2 * value.item()
        if time.time() - logged > args.every:
            logged = time.time()
            said = " ".join(f"{name} {value:.2f}" for name, value in smooth.items())
            print(
                f"{logged - begun:.0f} s step {step} {said} | {step * args.batch / (logged - begun):.0f} samples/s, "
                f"{renders.count()} clips, left {deadline - logged:.0f} s",
                flush=True,
            )
            write(args.out, network.state_dict(), before | {"vocabulary": renders.labels.vocabulary})
    kind = "shape_" if args.shapes else ""
    return before | {
        "vocabulary": renders.labels.vocabulary,
        f"{kind}steps": step + before.get(f"{kind}steps", 0),
        f"{kind}batch": args.batch,
        f"{kind}seconds": round(time.time() - begun) + before.get(f"{kind}seconds", 0),
        "clips": renders.count(),
        "rebuilt": args.rebuilt,
        "autoencoder": renders.rebuild.vae is not None,
    }


def train(args) -> None:
    start = time.time()
    sys.setswitchinterval(0.0005)  # the readers must not keep the trainer from feeding the device
    world = world_of(args)
    everyone = judge_data.World(args.world, args.split, args.speech, len(os.sched_getaffinity(0)))
    vocabulary = judge_data.survey(everyone, SEEDS - 1, args.survey)
    print(f"{time.time() - start:.1f} s: survey of {args.survey} labels", flush=True)
    for head, values in vocabulary.items():
        print(f"  {head} ({len(values)}): {', '.join(values)}", flush=True)
    labels = judge_data.Labels(vocabulary)
    there = args.cache is not None and args.cache.exists()
    seeds = [SEEDS + args.seed * 100 + i for i in range(0 if there else args.readers)]
    rebuilder = Rebuilder(args.work, args.device, LATENT_NOISE)
    rebuilder.refresh()
    renders = judge_data.Renders(world, labels, seeds, args.clips, args.device, rebuilder, args.rebuilt)
    if there:
        renders.load(args.cache)
    torch.manual_seed(args.seed)
    network = Network(vocabulary).to(args.device, memory_format=torch.channels_last)
    before = {}
    if args.again and args.out.exists():
        tensors, before = read(args.out)
        old = {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}
        network.load_state_dict(network.state_dict() | old)
    print(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} M parameters", flush=True)
    waited(renders, renders.capacity() if args.cache else min(2 * args.batch, args.clips))
    print(f"{time.time() - start:.1f} s: first {renders.count()} clips", flush=True)
    if args.cache:
        start = time.time()
        if not args.cache.exists():
            renders.save(args.cache)
    note = learn(args, network, renders, start + 60 * args.minutes, before)
    renders.stop()
    write(args.out, network.state_dict(), note)
    size = args.out.stat().st_size / 1e6
    told = {name: value for name, value in note.items() if name != "vocabulary"}
    print(f"{told}, {args.out} {size:.1f} MB", flush=True)
    judge = load(args.out, args.device)
    report(judge, args)
    write(args.out, network.state_dict(), note | {"impact_level": judge.level})


def test(args) -> None:
    report(load(args.out, args.device), args)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    tasks = parser.add_subparsers(dest="task", required=True)
    for name in ("train", "test"):
        task = tasks.add_parser(name)
        task.add_argument("--world", required=True)
        task.add_argument("--speech", default="", help="the file that the world takes speech from")
        task.add_argument("--split", default="judge", choices=judge_data.SPLITS)
        task.add_argument("--work", type=Path, default=Path("train-work"), help="folder with ae.pt")
        task.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
        task.add_argument("--out", type=Path, default=Path("judge.safetensors"))
        task.add_argument("--threads", type=int, default=2, help="of each world process")
        task.add_argument("--test", type=int, default=TEST_CLIPS, help="fresh clips to be judged at the end")
    parser_train = tasks.choices["train"]
    parser_train.add_argument("--minutes", type=float, default=1.2, help="from the start to the end of training")
    parser_train.add_argument("--cache", type=Path, help="file of all clips, which is made first if it is not there; minutes count from then")
    parser_train.add_argument("--again", action="store_true", help="goes on from the weights of --out, with new rates")
    parser_train.add_argument("--shapes", action="store_true", help="trains the path that names objects, and nothing else; after the others, with --again")
    parser_train.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates; 0.5 to go on gently")
    parser_train.add_argument("--readers", type=int, default=max(1, len(os.sched_getaffinity(0)) // 3))
    parser_train.add_argument("--batch", type=int, default=48)
    parser_train.add_argument("--stills", type=int, default=2, help="stills of each clip in a step")
    parser_train.add_argument("--clips", type=int, default=6000, help="kept on the device, 0.4 MB each")
    parser_train.add_argument("--rebuilt", type=float, default=0.1, help="share of the clips that go through the autoencoder")
    parser_train.add_argument("--survey", type=int, default=judge_data.SURVEY_CLIPS, help="labels that are read first")
    parser_train.add_argument("--seed", type=int, default=1)
    parser_train.add_argument("--every", type=float, default=5, help="seconds between log lines")
    pack = tasks.add_parser("pack")
    pack.add_argument("source", type=Path)
    pack.add_argument("target", type=Path)
    args = parser.parse_args()
    if args.task == "pack":
        write(args.target, *read(args.source))
    else:
        {"train": train, "test": test}[args.task](args)


if __name__ == "__main__":
    main()
