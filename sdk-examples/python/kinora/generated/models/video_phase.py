from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoPhase")


@_attrs_define
class VideoPhase:
    """What one part of a run took.

    Attributes:
        compute_seconds (float): Time the device was held, seconds.
        flops (int): Floating-point operations.
        phase (str): For example `denoise`.
        seconds (float): Time on the clock, seconds.
    """

    compute_seconds: float
    flops: int
    phase: str
    seconds: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        compute_seconds = self.compute_seconds

        flops = self.flops

        phase = self.phase

        seconds = self.seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "compute_seconds": compute_seconds,
                "flops": flops,
                "phase": phase,
                "seconds": seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        compute_seconds = d.pop("compute_seconds")

        flops = d.pop("flops")

        phase = d.pop("phase")

        seconds = d.pop("seconds")

        video_phase = cls(
            compute_seconds=compute_seconds,
            flops=flops,
            phase=phase,
            seconds=seconds,
        )

        video_phase.additional_properties = d
        return video_phase

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
