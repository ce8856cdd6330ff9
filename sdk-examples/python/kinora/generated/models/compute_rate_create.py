from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ComputeRateCreate")


@_attrs_define
class ComputeRateCreate:
    """A rate to be set.

    Attributes:
        dollars_per_hour (str): What an hour of it costs the operator, dollars as text. Example: 2.500000.
        device (None | str | Unset): The device, by the name that workers report; any without a rate of its own if
            absent. Example: NVIDIA H100 80GB HBM3.
        effective_at (int | None | Unset): From when, Unix seconds; now if absent. Not in the past.
    """

    dollars_per_hour: str
    device: None | str | Unset = UNSET
    effective_at: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        dollars_per_hour = self.dollars_per_hour

        device: None | str | Unset
        if isinstance(self.device, Unset):
            device = UNSET
        else:
            device = self.device

        effective_at: int | None | Unset
        if isinstance(self.effective_at, Unset):
            effective_at = UNSET
        else:
            effective_at = self.effective_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "dollars_per_hour": dollars_per_hour,
            }
        )
        if device is not UNSET:
            field_dict["device"] = device
        if effective_at is not UNSET:
            field_dict["effective_at"] = effective_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        dollars_per_hour = d.pop("dollars_per_hour")

        def _parse_device(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        device = _parse_device(d.pop("device", UNSET))

        def _parse_effective_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        effective_at = _parse_effective_at(d.pop("effective_at", UNSET))

        compute_rate_create = cls(
            dollars_per_hour=dollars_per_hour,
            device=device,
            effective_at=effective_at,
        )

        return compute_rate_create
