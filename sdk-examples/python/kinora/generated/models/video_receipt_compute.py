from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoReceiptCompute")


@_attrs_define
class VideoReceiptCompute:
    """What a clip took to compute.

    Attributes:
        backend (str): What the device was driven by. Example: wgpu.
        cost (str): What that cost the operator. Example: 0.000068.
        device (str): The device, by the name its system gives it.
        device_us (int): Time the device was held, microseconds.
        flops (int): Floating-point operations, counted from the model's shape.
    """

    backend: str
    cost: str
    device: str
    device_us: int
    flops: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        backend = self.backend

        cost = self.cost

        device = self.device

        device_us = self.device_us

        flops = self.flops

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "backend": backend,
                "cost": cost,
                "device": device,
                "device_us": device_us,
                "flops": flops,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        backend = d.pop("backend")

        cost = d.pop("cost")

        device = d.pop("device")

        device_us = d.pop("device_us")

        flops = d.pop("flops")

        video_receipt_compute = cls(
            backend=backend,
            cost=cost,
            device=device,
            device_us=device_us,
            flops=flops,
        )

        video_receipt_compute.additional_properties = d
        return video_receipt_compute

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
