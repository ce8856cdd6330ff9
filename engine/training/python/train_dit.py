"""Trains the diffusion transformer and the text encoder on encoded clips.

usage: train_dit.py --stage A[,B,C,D] [--minutes M[,M...]] [--batch N] [--device cpu|cuda] [--work train-work]
reads WORK/latents and text_table.pt, writes WORK/dit.pt; a stage starts from the checkpoint of the stage before.
    A  stills, 1 latent frame (28 video + 1 sound token)     C  49 frames, 13 latent frames (364 + 51 tokens)
    B  17 frames, 5 latent frames (140 + 17 tokens)            D  as C, and shortcuts: see shortcut.py
    R  stills, 17 and 49 frames, to go on from given weights
In stage C some batches are B's and A's: more clips are seen for the same work. R is for weights that
`import_weights.py` took from a weights folder: they learn what is new in the world and unlearn nothing.
Every batch has one orientation and one number of references. In some batches of B, C and D (`--sounding`) all pictures are clean, of clips in
which something is struck, and the sound to them is learned: so it is sampled, see dit.py. Of the others 15 % have a clean prefix of 1 to 3 latent
frames (one in half of them) with the sound of their span. Noise is independent for video and sound in 30 % of
the samples, else equal. The text of 12 % of the samples and the references of 15 % are dropped, independently of each
other: zeros stand for them, as in guidance. A tenth of the batches with references have no reference tokens at all.
Word vectors get a little noise, so that near words are near in meaning to the transformer, too.
"""

import copy
import math
import time
from dataclasses import dataclass

import torch
from torch import nn

import checkpoint
from common import Run, Weights, arguments, autocast, launch, wait_for
from config import audio_tokens, latent_frames, of
from data import VALIDATION, Batch, Store
from dit import Transformer, shifted
from encode import REFERENCES
from model import Text
from shortcut import shortcut_loss
from world import SIZES

STAGES = {  # frames, minutes, batch on the CPU and on a GPU, training shift, start of the learning-rate decay
    "A": (1, 8, 96, 700, 3.0, 1.0),
    "B": (17, 14, 24, 192, 5.0, 1.0),
    "C": (49, 35, 10, 96, 6.0, 0.2),
    "D": (49, 10, 10, 64, 6.0, 0.2),
    "R": (17, 60, 24, 192, 5.0, 0.15),
}
MIX = {  # kinds of batches
    "C": {"A": 0.1, "B": 0.25, "C": 0.65},
    "D": {"B": 0.2, "C": 0.8},
    "R": {"A": 0.3, "B": 0.42, "C": 0.28},
}
SPREAD = 1.5  # standard deviation of the logit of a noise level before the shift
ORDER = "ABCRD"  # a stage that comes before that of the checkpoint is done
RATES = {"D": 0.25}  # factor of the learning rates of a stage
PREFIX_SHARE = 0.15
SOUNDING_SHIFT = 20.0  # of sound to clean pictures: below a noise level of 0.9 the sound itself tells when it begins
SOUNDING_STRUCK = 6.0  # weight of the sound tokens of an event there
TEXT_DROPPED, REFS_DROPPED, REFS_ABSENT = 0.12, 0.15, 0.1
WORD_NOISE = 0.08  # of vectors of unit variance
KNOWN_SHARE = {"R": 0.5}  # how much rarer than in the data clips without references are in a stage
REFRESH_SECONDS = 5  # between looks for new clips


class Denoiser(nn.Module):
    """Text encoder and transformer: the parts that this stage trains."""

    def __init__(self, cfg: dict, table: torch.Tensor):
        super().__init__()
        self.cfg = cfg
        self.text = Text(cfg["text"], len(table))
        self.text.table.copy_(table)
        self.transformer = Transformer(cfg["transformer"])


def sigmas(size: int, shift: float, device, generator=None) -> tuple:
    """Noise levels of video and sound, (B, 1) each. They lie high: a clip's layout and motions are settled above 0.9, because latents vary by
    1.7 and neighbours say the same."""
    normal = torch.randn(size, 2, device=device, generator=generator)
    same = torch.rand(size, 1, device=device, generator=generator) < 0.7
    normal = torch.where(same, normal[:, :1], normal)
    return shifted((SPREAD * normal).sigmoid(), shift).split(1, 1)


@dataclass
class Kept:
    """What is not dropped, (B) of true and false."""

    text: torch.Tensor
    refs: torch.Tensor

    @classmethod
    def draw(cls, size: int, device="cpu"):
        rand = torch.rand(2, size, device=device)
        return cls(rand[0] >= TEXT_DROPPED, rand[1] >= REFS_DROPPED)


@dataclass
class Noised:
    """A batch with noise: what the transformer is given, and what it should answer."""

    video: torch.Tensor
    sound: torch.Tensor
    t: torch.Tensor  # (B, 4)
    lengths: list
    seen_noise: torch.Tensor
    heard_noise: torch.Tensor
    prefix: int  # clean latent frames
    heard: int  # clean sound tokens


def noised(batch: Batch, seen_sigma, heard_sigma, prefix: int, generator=None) -> Noised:
    """`prefix` latent frames and the sound of their span stay clean; sigmas are (B, 1). Where all frames are clean, no sound is."""
    frame = batch.z.shape[3] * batch.z.shape[4] // 16
    heard = audio_tokens(1 + 4 * (prefix - 1)) if 0 < prefix < batch.z.shape[2] else 0
    clean = torch.zeros_like(seen_sigma)
    lengths = [prefix * frame, (batch.z.shape[2] - prefix) * frame, heard, batch.sound.shape[1] - heard]
    t = torch.cat([clean, seen_sigma, clean, heard_sigma], 1) * 1000
    seen_noise = torch.randn(batch.z.shape, device=batch.z.device, generator=generator)
    heard_noise = torch.randn(batch.sound.shape, device=batch.z.device, generator=generator)
    video = torch.lerp(batch.z, seen_noise, seen_sigma.view(-1, 1, 1, 1, 1))
    sound = torch.lerp(batch.sound, heard_noise, heard_sigma[..., None])
    video[:, :, :prefix], sound[:, :heard] = batch.z[:, :, :prefix], batch.sound[:, :heard]
    return Noised(video, sound, t, lengths, seen_noise, heard_noise, prefix, heard)


def weighted(batch: Batch, noisy: Noised, seen_error, heard_error) -> tuple:
    """Mean squares outside the clean prefix, by the weights of the batch; 0 for pictures that are all clean."""
    weight, struck = batch.weight[:, :, noisy.prefix :], batch.struck[:, noisy.heard :]
    video = (seen_error[:, :, noisy.prefix :].square() * weight).sum() / weight.expand_as(batch.z[:, :, noisy.prefix :]).sum().clamp(min=1)
    return video, (heard_error[:, noisy.heard :].square() * struck).mean() / struck.mean()


def losses(model: Denoiser, batch: Batch, shift: float, prefix: int = 0, kept=None, generator=None) -> tuple:
    """Rectified-flow losses of video and sound; `prefix` latent frames are clean, `kept` says what is not dropped."""
    device = batch.z.device
    seen_sigma, heard_sigma = sigmas(len(batch.z), shift, device, generator)
    noisy = noised(batch, seen_sigma, heard_sigma, prefix, generator)
    with autocast(device.type):
        text = model.text(batch.ids, WORD_NOISE if kept is not None else 0.0)
        refs = batch.refs
        if kept is not None:
            text = text * kept.text[:, None, None]
            refs = None if refs is None else refs * kept.refs[:, None, None]
        seen, said = model.transformer(noisy.video, noisy.sound, noisy.t, noisy.lengths, text, refs)
    return weighted(batch, noisy, seen - (noisy.seen_noise - batch.z), said - (noisy.heard_noise - batch.sound))


@torch.no_grad()
def validate(model: Denoiser, store: Store, frames: int, shift: float) -> str:
    """Losses of the averaged weights on clips kept out, same noise every time, by number of references."""
    generator, out = torch.Generator(store.device).manual_seed(1), []
    for count in range(REFERENCES + 1):
        pairs = [losses(model, batch, shift, generator=generator) for batch in store.validation(count, frames)]
        if pairs:
            seen, said = (sum(float(pair[i]) for pair in pairs) / len(pairs) for i in (0, 1))
            out.append(f"val {count} refs video {seen:.4f} sound {said:.4f}")
    return " ".join(out)


def gflop(model: Denoiser, frames: int, refs: int = 0) -> float:
    """GFLOP of one training sample: three passes over the block matrices and the attention products."""
    cfg = model.transformer.cfg
    tokens = latent_frames(frames) * math.prod(SIZES["landscape"]) // 1024 + audio_tokens(frames)
    tokens += refs * cfg["ref_tokens"]
    matrices = sum(p.numel() for n, p in model.named_parameters() if "blocks" in n and p.ndim == 2)
    width = cfg["num_attention_heads"] * cfg["attention_head_dim"]
    return (6 * matrices * tokens + 12 * tokens**2 * width * cfg["num_layers"]) / 1e9


def hidden(name: str, param: torch.Tensor) -> bool:
    return param.ndim == 2 and ("blocks" in name or name == "text.proj.weight")


def batch_size(args, kind: str) -> int:
    """The kind's own, or in the proportion that --batch has to the stage's."""
    own = STAGES[kind][3 if args.device == "cuda" else 2]
    return max(1, round(args.batch * own / STAGES[args.stage][3 if args.device == "cuda" else 2])) if args.batch else own


def mix_of(args, stage: str) -> dict:
    """The kinds of batches of a stage and their shares."""
    return args.mix or MIX.get(stage, {stage: 1.0})


def shares(text: str) -> dict:
    """A=0.5,B=0.5 -> {"A": 0.5, "B": 0.5}, for a sum of 1."""
    found = {kind: float(share) for kind, share in (part.split("=") for part in text.split(","))}
    if not found.keys() <= {"A", "B", "C"}:
        raise ValueError(text)
    return {kind: share / sum(found.values()) for kind, share in found.items()}


def draw(run: Run, store: Store) -> tuple:
    """A stage's random batch: (kind, frames, shift, batch, clean latent frames). Later stages go on seeing stills and short clips. The batches of all
    processes are of one size, so that none waits for another."""
    rng, args = run.shared_rng, run.args
    mix = mix_of(args, args.stage)
    kind = str(rng.choice(list(mix), p=list(mix.values())))
    frames, shift, prefix = STAGES[kind][0], STAGES[kind][4], 0
    sounding = frames > 9 and rng.random() < args.sounding
    known = KNOWN_SHARE.get(args.stage, 1.0)
    batch = store.draw(rng, batch_size(args, kind), frames, args.object, known, eventful=sounding)
    if rng.random() < REFS_ABSENT:
        batch.refs = None
    if sounding:
        kind, shift, prefix = f"{kind} clean", SOUNDING_SHIFT, latent_frames(frames)
        batch.struck = batch.struck.where(batch.struck == 1, SOUNDING_STRUCK)
    elif frames > 9 and rng.random() < PREFIX_SHARE:
        prefix = int(rng.choice([1, 2, 3], p=[0.5, 0.25, 0.25]))
    return kind, frames, shift, batch, prefix


def steps(run: Run, model: Denoiser, shadow: Denoiser, store: Store) -> None:
    stage, refreshed = run.args.stage, time.time()
    frames, _, _, _, shift, decay = STAGES[stage]
    teacher = teacher_of(run, model, shadow) if stage == "D" else None
    while run.going():
        if run.args.follow and time.time() - refreshed > REFRESH_SECONDS:
            store.refresh()
            refreshed = time.time()
        kind, length, noise, batch, prefix = draw(run, store)
        size = len(batch.z)
        if teacher is not None and run.steps % 2:
            kind = "shortcut"
            video, sound = shortcut_loss(model, teacher, model.cfg["sampling"], batch, prefix, noised, weighted)
        else:
            video, sound = losses(model, batch, noise, prefix, Kept.draw(size, batch.z.device))
        cost = gflop(model, length, 0 if batch.refs is None else batch.refs.shape[1])
        rate = RATES.get(stage, 1.0) * run.rate(30, decay, 0.03)
        if run.step(video + run.args.sound * sound, {f"video {kind}": video, f"sound {kind}": sound}, size, rate, cost):
            shadow.load_state_dict(run.weights.ema)
            run.log(validate(shadow, store, frames, shift) + f" of {sum(c.count for c in store.clips.values())} clips")


def teacher_of(run: Run, model: Denoiser, shadow: Denoiser) -> Denoiser:
    """The averaged weights that stage D began from, also after it was interrupted."""
    if "teacher" not in run.extra:
        run.extra["teacher"] = {name: value.clone() for name, value in run.weights.ema.items()}
    teacher = copy.deepcopy(shadow)
    teacher.load_state_dict(run.extra["teacher"])
    teacher.transformer.run_block = model.transformer.run_block
    return teacher


def warm(model: Denoiser, args, kinds) -> None:
    """Compiles for every number of tokens, with batches of noise, before there are clips."""
    started, cfg = time.time(), model.transformer.cfg
    for kind in kinds:
        frames, size = STAGES[kind][0], batch_size(args, kind)
        for refs in range(REFERENCES + 1):
            latents, tokens = latent_frames(frames), audio_tokens(frames)
            batch = Batch(
                torch.randn(size, cfg["in_channels"], latents, 16, 28, device=args.device),
                torch.randn(size, tokens, cfg["audio_dim"], device=args.device),
                torch.zeros(size, model.cfg["text"]["max_words"], dtype=torch.long, device=args.device),
                torch.ones(size, 1, latents, 16, 28, device=args.device),
                torch.ones(size, tokens, 1, device=args.device),
                torch.randn(size, refs, cfg["ref_features"], device=args.device) if refs else None,
            )
            video, sound = losses(model, batch, 2.0, kept=Kept.draw(size, args.device))
            (video + sound).backward()
            model.zero_grad()
            if args.device == "cuda":
                with torch.no_grad():
                    losses(model, batch, 2.0)
            print(f"compiled {kind} with {refs} references, {time.time() - started:.0f} s", flush=True)


def one_stage(args, model: Denoiser, shadow: Denoiser, store: Store) -> None:
    stage = args.stage
    frames, minutes, _, _, shift, _ = STAGES[stage]
    args.minutes = args.minutes or minutes
    path = args.work / args.checkpoint
    if path.exists() and ORDER.index(checkpoint.load(path)["extra"]["stage"]) > ORDER.index(stage) and not args.again:
        print(f"stage {stage} is done", flush=True)
        return
    weights = Weights(model, hidden, args.muon, args.adam, args.average)
    run = Run(args, weights, {"stage": stage})
    counts = {f"{way}, {count} refs": clips.count for (way, count), clips in store.clips.items()}
    if run.rank == 0:
        print(f"stage {stage}: {counts} clips, {gflop(model, frames):.2f} GFLOP a sample", flush=True)
    steps(run, model, shadow, store)
    run.save()
    shadow.load_state_dict(weights.ema)
    if run.rank == 0:
        run.log(f"final {validate(shadow, store, frames, shift)}")
        if args.device == "cuda":
            print(f"most memory of the GPU {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB", flush=True)


def train(args) -> None:
    table = torch.load(args.work / "text_table.pt", weights_only=True)["table"]
    torch.manual_seed(args.seed)
    model, shadow = (Denoiser(of(args.work), table).to(args.device) for _ in range(2))
    minutes = [float(m) for m in str(args.minutes or "").split(",") if m] or [0.0] * len(args.stages)
    if len(minutes) != len(args.stages):
        raise SystemExit(f"--minutes needs one number for each stage of {','.join(args.stages)}")
    if args.compile:
        model.transformer.compile_blocks()
        known = [kind for stage in args.stages for kind in mix_of(args, stage)]
        args.stage = args.stages[-1]
        warm(model, args, [kind for kind in sorted(set(known), reverse=True) if kind != "D"])
    store = Store(args.work / "latents", args.device)
    wait_for(args.work / "latents" / f"{args.first:05}.pt", args.wait)
    while store.refresh() < VALIDATION:
        time.sleep(0.2)
    if args.until:
        minutes = [m / sum(minutes) * (args.until - time.time()) / 60 for m in minutes]
    for args.stage, args.minutes in zip(args.stages, minutes):
        one_stage(args, model, shadow, store)


def main() -> None:
    parser = arguments(__doc__, "dit.pt", minutes=None, batch=0)
    parser.set_defaults(minutes=None)
    for action in parser._actions:
        if action.dest == "minutes":
            action.type = str
    parser.add_argument("--stage", dest="stages", type=lambda text: text.split(","), required=True, metavar="A|B|C|D|R")
    parser.add_argument("--mix", type=shares, help="kinds of batches, such as A=0.5,B=0.3,C=0.2, in place of the stage's own")
    parser.add_argument("--object", type=float, default=2.5, help="loss weight of an actor's cells")
    parser.add_argument("--sound", type=float, default=0.5, help="loss weight of the sound beside the video's 1")
    parser.add_argument("--sounding", type=float, default=0.2, help="share of the batches of 17 and 49 frames that are sound to clean pictures")
    parser.add_argument("--adam", type=float, default=1.5e-3)
    parser.add_argument("--muon", type=float, default=0.02)
    parser.add_argument("--average", type=float, default=0.995)
    parser.add_argument("--compile", action="store_true", help="fuse the blocks: a minute or more of start for 1.3 x the speed")
    parser.add_argument("--first", type=int, default=0, help="begin when the latents of this shard are there")
    parser.add_argument("--wait", type=float, default=0, help="minutes to wait for them")
    parser.add_argument("--until", type=float, default=0, help="seconds since 1970; --minutes are then shares of what is left")
    parser.add_argument("--follow", action="store_true", help="take up new shards of latents while training")
    args = parser.parse_args()
    if unknown := [stage for stage in args.stages if stage not in STAGES]:
        parser.error(f"no stage {unknown[0]}: there are {', '.join(STAGES)}")
    launch(train, args)


if __name__ == "__main__":
    main()
