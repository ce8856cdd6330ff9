"""The judge: a small network that says what a clip shows. It judges generated clips and is never trained on one.

B clips, T frames (an even number), H x W pixels of a whole frame. Three paths look at a clip: `slow` at a few frames in half size (what
is seen), `fast` at all of them in a quarter of the size, two a step (what happens when), and `shape` at the same frames as `slow`, in finer steps: it
says which object it is, and is trained by itself after the others. All are pooled over the picture, so landscape and portrait need no padding. It is as small as two CPU cores need: 2 GFLOP a clip. Every head is a linear layer on one
feature vector, which is also what the Frechet distance, the diversity and the distance to the nearest training clip are measured in.
"""

import torch
import torch.nn.functional as F
from torch import nn

FEATURES = 128
STILL_STEP = 12  # frames from one that `slow` sees to the next


def conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs, momentum=0.05), nn.SiLU(True)
    )


class Block(nn.Module):
    """Residual block on (B*T, C, h, w); with time, its first convolution also sees the steps before and after."""

    def __init__(self, channels: int, time: bool):
        super().__init__()
        self.through_time = nn.Conv2d(3 * channels, channels, 1, bias=False) if time else None
        self.first = conv(channels, channels, 3)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels, momentum=0.05)
        nn.init.zeros_(self.norm.weight)

    def forward(self, x: torch.Tensor, batch: int) -> torch.Tensor:
        y = x
        if self.through_time:
            steps = x.view(batch, -1, *x.shape[1:])
            before = torch.cat([steps[:, :1], steps[:, :-1]], 1).flatten(0, 1)
            after = torch.cat([steps[:, 1:], steps[:, -1:]], 1).flatten(0, 1)
            y = self.through_time(torch.cat([before, x, after], 1).contiguous(memory_format=torch.channels_last))
        return F.silu(x + self.norm(self.second(self.first(y))))


class Pool(nn.Module):
    """(B*T, C, h, w) -> (B, 4C, T): the mean over the picture, the strongest place, and what is where two maps look; and the
    logits of the maps (B, T, 2, h, w). Training tells them where the first object or person is, and its face."""

    def __init__(self, channels: int):
        super().__init__()
        self.looks = nn.Conv2d(channels, 2, 1)

    def forward(self, x: torch.Tensor, batch: int) -> tuple:
        looks = self.looks(x)
        weight = looks.flatten(2).float().softmax(2).to(x.dtype)  # [B*T, 2, h*w]
        seen = (weight @ x.flatten(2).transpose(1, 2)).flatten(1)  # [B*T, 2C]
        x = torch.cat([x.mean((2, 3)), x.amax((2, 3)), seen], 1)
        return x.view(batch, -1, x.shape[1]).transpose(1, 2), looks.view(batch, -1, *looks.shape[1:])


class Path(nn.Module):
    """A quarter of the picture's size at once, or a half, then halves, with blocks between: (B*T, inputs, H, W) -> as Pool."""

    def __init__(self, inputs: int, widths: list, time: bool, fine: bool = False):
        super().__init__()
        layers = []
        for i, width in enumerate(widths):
            first = (5, 2) if fine else (7, 4)
            layers += [conv(inputs, width, *((3, 2) if i else first)), Block(width, time)]
            inputs = width
        self.layers = nn.ModuleList(layers)
        self.pool = Pool(inputs)

    def forward(self, x: torch.Tensor, batch: int) -> tuple:
        x = x.contiguous(memory_format=torch.channels_last)
        for layer in self.layers:
            x = layer(x, batch) if isinstance(layer, Block) else layer(x)
        return self.pool(x, batch)


def seen_of(frames: torch.Tensor) -> dict:
    """What the paths see of u8 frames (B, T, H, W, 3): `stills` (B, S, 3, H/2, W/2) and `motion` (B, T, 3, H/4, W/4), u8."""
    video = frames[:, : frames.shape[1] // 2 * 2].movedim(-1, -3)
    stills = F.avg_pool2d(video[:, ::STILL_STEP].flatten(0, 1).float(), 2)
    motion = F.avg_pool2d(video.flatten(0, 1).float(), 4)
    return {name: x.round().byte().unflatten(0, (len(video), -1)) for name, x in (("stills", stills), ("motion", motion))}


class Network(nn.Module):
    """`vocabulary` names the values of every head, e.g. {"scene": ["beach", ...], ...}."""

    def __init__(self, vocabulary: dict):
        super().__init__()
        self.slow = Path(3, [64, 128], False)
        self.fast = Path(12, [48, 96], True)
        self.shape = Path(3, [32, 64, 128], False, fine=True)
        self.shape_head = nn.Linear(4 * 128, len(vocabulary["object"]))
        self.moments = nn.Sequential(
            nn.Conv1d(4 * 96, 128, 3, padding=1), nn.SiLU(True), nn.Conv1d(128, 128, 5, padding=2), nn.SiLU(True)
        )
        self.impact = nn.Conv1d(128, 2, 3, padding=1)  # one for each frame of a step
        self.mouth = nn.Conv1d(128, 2, 3, padding=1)
        self.join = nn.Sequential(nn.Linear(4 * 128 + 2 * (4 * 96 + 128), 256), nn.LayerNorm(256), nn.SiLU(True))
        self.feature = nn.Linear(256, FEATURES)
        heads = {head: nn.Linear(FEATURES, len(values)) for head, values in vocabulary.items()}
        self.heads = nn.ModuleDict(heads)

    def objects(self, stills: torch.Tensor) -> tuple:
        """Stills in [-1, 1] -> logits of the object (B, values), and where the path looks."""
        seen, looks = self.shape(stills.flatten(0, 1), len(stills))
        with torch.autocast(stills.device.type, enabled=False):
            return self.shape_head(seen.mean(2).float()), looks

    def forward(self, stills: torch.Tensor, motion: torch.Tensor) -> dict:
        """`seen_of` in [-1, 1] -> logits of every head (B, values), impact logits (B, T), mouth openness 0..1 (B, T), features
        (B, FEATURES) and, for the loss, where the paths look."""
        batch = len(stills)
        slow, slow_looks = self.slow(stills.flatten(0, 1), batch)
        around = torch.cat([motion[:, :1], motion, motion[:, -1:]], 1)
        steps = around.unfold(1, 4, 2)  # [B, T/2, 3, h, w, 4]: the two frames of a step, one before and one after
        fast, fast_looks = self.fast(steps.movedim(-1, 2).flatten(2, 3).flatten(0, 1), batch)
        moments = self.moments(fast)
        # The mean alone over stills: it does not depend on how many there are.
        seen = [slow.mean(2), *(part for x in (fast, moments) for part in (x.mean(2), x.amax(2)))]
        # The ends are small and decide: in full precision, also where the paths are not.
        with torch.autocast(stills.device.type, enabled=False):
            feature = self.feature(self.join(torch.cat(seen, 1).float()))
            out = {head: layer(F.silu(feature)) for head, layer in self.heads.items()}
            out["impact"] = self.impact(moments.float()).transpose(1, 2).flatten(1)
            out["mouth"] = self.mouth(moments.float()).transpose(1, 2).flatten(1).sigmoid()
        if not self.training:
            out["object"], _ = self.objects(stills)
        out["features"] = feature
        out["looks"] = (slow_looks, fast_looks)
        return out


def look_loss(looks: torch.Tensor, tracks: torch.Tensor, size: tuple) -> torch.Tensor:
    """Cross-entropy of where a path looks (B, T, 2, h, w) and where it should: `tracks` (B, T, 2, 3) has centre and radius of object
    and face in pixels of a picture of `size` (H, W), NaN where there is none."""
    rows, columns = looks.shape[3:]
    y = (torch.arange(rows, device=looks.device) + 0.5) * (size[0] / rows)
    x = (torch.arange(columns, device=looks.device) + 0.5) * (size[1] / columns)
    cx, cy, r = (tracks[..., i, None, None] for i in range(3))
    inside = (cx >= 0) & (cx < size[1]) & (cy >= 0) & (cy < size[0])  # false for NaN
    spread = (0.6 * r.nan_to_num(1.0)).clamp(min=8.0)
    far = ((x - cx.nan_to_num()) / spread).square() + ((y[:, None] - cy.nan_to_num()) / spread).square()
    target = (-0.5 * far).flatten(3).softmax(3) * inside.flatten(3)
    return -(target * looks.float().flatten(3).log_softmax(3)).sum() / inside.sum().clamp(min=1)


def object_loss(said: torch.Tensor, looks: torch.Tensor, truth: dict) -> dict:
    """The parts of the loss of the path of shapes."""
    object_part = F.cross_entropy(said, truth["object"], ignore_index=-1, label_smoothing=0.02)
    return {"object": object_part, "looks": look_loss(looks, truth["tracks"][:, truth["stills"]], truth["size_px"])}


def loss_of(out: dict, truth: dict, heads: list) -> dict:
    """The parts of the loss. `truth[head]` (B) is -1 where a head does not apply; `impact` (B, T) is 0..1; `mouth` (B, T) is
    NaN where nobody's mouth is known; `tracks` as in `look_loss`; `stills` are the frames
    that `slow` saw, `size_px` (H, W) those of a whole frame."""
    parts = {h: F.cross_entropy(out[h], truth[h], ignore_index=-1, reduction="sum", label_smoothing=0.02) for h in heads}
    parts = {h: part / (truth[h] >= 0).sum().clamp(min=1) for h, part in parts.items()}
    heavy = torch.full((), 6.0, device=out["impact"].device)  # impacts are a few frames of a clip
    parts["impact"] = 3 * F.binary_cross_entropy_with_logits(out["impact"], truth["impact"], pos_weight=heavy)
    known = ~truth["mouth"].isnan()
    error = (out["mouth"] - truth["mouth"].nan_to_num()).square() * known
    parts["mouth"] = 20 * error.sum() / known.sum().clamp(min=1)
    slow, fast = out["looks"]
    size, tracks = truth["size_px"], truth["tracks"]
    parts["looks"] = 0.5 * (look_loss(slow, tracks[:, truth["stills"]], size) + look_loss(fast, tracks[:, ::2], size))
    return parts
