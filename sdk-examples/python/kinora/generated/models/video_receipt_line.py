from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoReceiptLine")


@_attrs_define
class VideoReceiptLine:
    """One charged quantity.

    Attributes:
        amount (str): What was charged. Example: 0.004000.
        component (str): `second`, `job` or `reference`. Example: second.
        discount_basis_points (int): What was taken off, hundredths of a percent.
        quantity (str): How much of it was delivered, with three decimals. Example: 4.000.
        unit (str): What one costs on the list. Example: 0.001000.
    """

    amount: str
    component: str
    discount_basis_points: int
    quantity: str
    unit: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        component = self.component

        discount_basis_points = self.discount_basis_points

        quantity = self.quantity

        unit = self.unit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "component": component,
                "discount_basis_points": discount_basis_points,
                "quantity": quantity,
                "unit": unit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        component = d.pop("component")

        discount_basis_points = d.pop("discount_basis_points")

        quantity = d.pop("quantity")

        unit = d.pop("unit")

        video_receipt_line = cls(
            amount=amount,
            component=component,
            discount_basis_points=discount_basis_points,
            quantity=quantity,
            unit=unit,
        )

        video_receipt_line.additional_properties = d
        return video_receipt_line

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
