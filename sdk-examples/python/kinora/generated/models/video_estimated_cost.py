from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_estimated_line import VideoEstimatedLine


T = TypeVar("T", bound="VideoEstimatedCost")


@_attrs_define
class VideoEstimatedCost:
    """The price of a video. Amounts are dollars with six decimals, exact.

    Attributes:
        currency (str): Always `usd`. Example: usd.
        discount_basis_points (int): What is taken off each line, hundredths of a percent.
        estimated (str): The most it can cost. Example: 0.008000.
        lines (list[VideoEstimatedLine]): What it is made of.
        price_list (str): The price list in force. Example: 2026-01-01-example.
    """

    currency: str
    discount_basis_points: int
    estimated: str
    lines: list[VideoEstimatedLine]
    price_list: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        discount_basis_points = self.discount_basis_points

        estimated = self.estimated

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        price_list = self.price_list

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "discount_basis_points": discount_basis_points,
                "estimated": estimated,
                "lines": lines,
                "price_list": price_list,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_estimated_line import VideoEstimatedLine

        d = dict(src_dict)
        currency = d.pop("currency")

        discount_basis_points = d.pop("discount_basis_points")

        estimated = d.pop("estimated")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = VideoEstimatedLine.from_dict(lines_item_data)

            lines.append(lines_item)

        price_list = d.pop("price_list")

        video_estimated_cost = cls(
            currency=currency,
            discount_basis_points=discount_basis_points,
            estimated=estimated,
            lines=lines,
            price_list=price_list,
        )

        video_estimated_cost.additional_properties = d
        return video_estimated_cost

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
