from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoEstimatedCompute")


@_attrs_define
class VideoEstimatedCompute:
    """What computing a video would take.

    Attributes:
        cost (str): What that costs the operator, dollars with six decimals. Example: 0.000068.
        samples (int): How many videos this is from.
        seconds (float): Time a device would be held, seconds.
    """

    cost: str
    samples: int
    seconds: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cost = self.cost

        samples = self.samples

        seconds = self.seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cost": cost,
                "samples": samples,
                "seconds": seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        cost = d.pop("cost")

        samples = d.pop("samples")

        seconds = d.pop("seconds")

        video_estimated_compute = cls(
            cost=cost,
            samples=samples,
            seconds=seconds,
        )

        video_estimated_compute.additional_properties = d
        return video_estimated_compute

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
