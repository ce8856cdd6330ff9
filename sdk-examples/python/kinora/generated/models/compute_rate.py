from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ComputeRate")


@_attrs_define
class ComputeRate:
    """What an hour of a device costs the operator from some time on. The newest in force counts; a device's own goes
    before
    that of all.

        Attributes:
            created_at (int): When it was set, Unix seconds.
            device (None | str): The device; `null` for any without a rate of its own.
            dollars_per_hour (str): What an hour of it costs. Example: 2.500000.
            effective_at (int): From when, Unix seconds.
            id (str): Names the rate.
            object_ (str): Always `compute_rate`. Example: compute_rate.
    """

    created_at: int
    device: None | str
    dollars_per_hour: str
    effective_at: int
    id: str
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        device: None | str
        device = self.device

        dollars_per_hour = self.dollars_per_hour

        effective_at = self.effective_at

        id = self.id

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "device": device,
                "dollars_per_hour": dollars_per_hour,
                "effective_at": effective_at,
                "id": id,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        def _parse_device(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        device = _parse_device(d.pop("device"))

        dollars_per_hour = d.pop("dollars_per_hour")

        effective_at = d.pop("effective_at")

        id = d.pop("id")

        object_ = d.pop("object")

        compute_rate = cls(
            created_at=created_at,
            device=device,
            dollars_per_hour=dollars_per_hour,
            effective_at=effective_at,
            id=id,
            object_=object_,
        )

        compute_rate.additional_properties = d
        return compute_rate

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
