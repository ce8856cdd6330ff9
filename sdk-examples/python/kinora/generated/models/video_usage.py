from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_phase import VideoPhase


T = TypeVar("T", bound="VideoUsage")


@_attrs_define
class VideoUsage:
    """What came out of a video and what it took.

    Attributes:
        audio_seconds (float): Length of its sound, seconds; 0 without sound.
        backend (str): What the device was driven by, for example `wgpu` or `flex`.
        compute_seconds (float): Time the device was held, seconds: what the operator's rate applies to.
        device (str): The device, by the name its system gives it.
        flops (int): Floating-point operations, counted from the model's shape.
        frames (int): Pictures in it.
        height (int): Pixels from top to bottom.
        output_seconds (float): Length of the clip, seconds.
        peak_memory_mb (int | None): Largest memory of the worker while the engine ran, encoding not included,
            megabytes, where its system
            tells.
        phases (list[VideoPhase]): The parts of the run, in the order they ran.
        queue_ms (int): Time from the request until a worker took it, milliseconds.
        run_ms (int): Time from then until it was completed, milliseconds.
        steps (int): Denoising steps.
        width (int): Pixels from left to right.
    """

    audio_seconds: float
    backend: str
    compute_seconds: float
    device: str
    flops: int
    frames: int
    height: int
    output_seconds: float
    peak_memory_mb: int | None
    phases: list[VideoPhase]
    queue_ms: int
    run_ms: int
    steps: int
    width: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        audio_seconds = self.audio_seconds

        backend = self.backend

        compute_seconds = self.compute_seconds

        device = self.device

        flops = self.flops

        frames = self.frames

        height = self.height

        output_seconds = self.output_seconds

        peak_memory_mb: int | None
        peak_memory_mb = self.peak_memory_mb

        phases = []
        for phases_item_data in self.phases:
            phases_item = phases_item_data.to_dict()
            phases.append(phases_item)

        queue_ms = self.queue_ms

        run_ms = self.run_ms

        steps = self.steps

        width = self.width

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "audio_seconds": audio_seconds,
                "backend": backend,
                "compute_seconds": compute_seconds,
                "device": device,
                "flops": flops,
                "frames": frames,
                "height": height,
                "output_seconds": output_seconds,
                "peak_memory_mb": peak_memory_mb,
                "phases": phases,
                "queue_ms": queue_ms,
                "run_ms": run_ms,
                "steps": steps,
                "width": width,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_phase import VideoPhase

        d = dict(src_dict)
        audio_seconds = d.pop("audio_seconds")

        backend = d.pop("backend")

        compute_seconds = d.pop("compute_seconds")

        device = d.pop("device")

        flops = d.pop("flops")

        frames = d.pop("frames")

        height = d.pop("height")

        output_seconds = d.pop("output_seconds")

        def _parse_peak_memory_mb(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        peak_memory_mb = _parse_peak_memory_mb(d.pop("peak_memory_mb"))

        phases = []
        _phases = d.pop("phases")
        for phases_item_data in _phases:
            phases_item = VideoPhase.from_dict(phases_item_data)

            phases.append(phases_item)

        queue_ms = d.pop("queue_ms")

        run_ms = d.pop("run_ms")

        steps = d.pop("steps")

        width = d.pop("width")

        video_usage = cls(
            audio_seconds=audio_seconds,
            backend=backend,
            compute_seconds=compute_seconds,
            device=device,
            flops=flops,
            frames=frames,
            height=height,
            output_seconds=output_seconds,
            peak_memory_mb=peak_memory_mb,
            phases=phases,
            queue_ms=queue_ms,
            run_ms=run_ms,
            steps=steps,
            width=width,
        )

        video_usage.additional_properties = d
        return video_usage

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
