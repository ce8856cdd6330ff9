from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.price_list_status import PriceListStatus

T = TypeVar("T", bound="PriceList")


@_attrs_define
class PriceList:
    """A price list.

    Attributes:
        effective_at (int): From when it is in force, Unix seconds.
        id (str): Names the list. Example: 2026-12-01.
        loaded_at (int): When it was loaded, Unix seconds.
        object_ (str): Always `price_list`. Example: price_list.
        sha256 (str): SHA-256 of the file, lower-case hexadecimal.
        status (PriceListStatus): Whether a price list counts.
        withdrawn_at (int | None): When it was withdrawn, Unix seconds.
    """

    effective_at: int
    id: str
    loaded_at: int
    object_: str
    sha256: str
    status: PriceListStatus
    withdrawn_at: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        effective_at = self.effective_at

        id = self.id

        loaded_at = self.loaded_at

        object_ = self.object_

        sha256 = self.sha256

        status = self.status.value

        withdrawn_at: int | None
        withdrawn_at = self.withdrawn_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "effective_at": effective_at,
                "id": id,
                "loaded_at": loaded_at,
                "object": object_,
                "sha256": sha256,
                "status": status,
                "withdrawn_at": withdrawn_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        effective_at = d.pop("effective_at")

        id = d.pop("id")

        loaded_at = d.pop("loaded_at")

        object_ = d.pop("object")

        sha256 = d.pop("sha256")

        status = PriceListStatus(d.pop("status"))

        def _parse_withdrawn_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at"))

        price_list = cls(
            effective_at=effective_at,
            id=id,
            loaded_at=loaded_at,
            object_=object_,
            sha256=sha256,
            status=status,
            withdrawn_at=withdrawn_at,
        )

        price_list.additional_properties = d
        return price_list

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
