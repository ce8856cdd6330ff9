from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.margin_entry import MarginEntry


T = TypeVar("T", bound="Margin")


@_attrs_define
class Margin:
    """What the server earned in a range of time.

    Attributes:
        currency (str): Always `usd`. Example: usd.
        data (list[MarginEntry]): Each group that has something.
        end_time (int): The first second after it, Unix seconds.
        object_ (str): Always `margin`. Example: margin.
        start_time (int): The first second of the range, Unix seconds.
        total (MarginEntry): What a group earned.
    """

    currency: str
    data: list[MarginEntry]
    end_time: int
    object_: str
    start_time: int
    total: MarginEntry
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        end_time = self.end_time

        object_ = self.object_

        start_time = self.start_time

        total = self.total.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "data": data,
                "end_time": end_time,
                "object": object_,
                "start_time": start_time,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.margin_entry import MarginEntry

        d = dict(src_dict)
        currency = d.pop("currency")

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = MarginEntry.from_dict(data_item_data)

            data.append(data_item)

        end_time = d.pop("end_time")

        object_ = d.pop("object")

        start_time = d.pop("start_time")

        total = MarginEntry.from_dict(d.pop("total"))

        margin = cls(
            currency=currency,
            data=data,
            end_time=end_time,
            object_=object_,
            start_time=start_time,
            total=total,
        )

        margin.additional_properties = d
        return margin

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
