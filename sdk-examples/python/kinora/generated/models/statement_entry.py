from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StatementEntry")


@_attrs_define
class StatementEntry:
    """One thing that was charged.

    Attributes:
        amount (str): What was charged. Example: 0.004000.
        api_key_id (str): The key.
        captured_at (int): When it was charged, Unix seconds.
        component (str): What is charged for: `second`, `job` or `reference`. Example: second.
        discount_basis_points (int): What was taken off, hundredths of a percent.
        id (str): Names the line.
        model (str): The model. Example: kinora-mini.
        operation (str): What was done. Example: create.
        price_list (str): The price list.
        project_id (str): The project.
        quantity (float): How much of it.
        tier (str): The resolution tier. Example: 720p.
        unit_price (str): What a whole one costs on the list. Example: 0.001000.
        video_id (str): The video.
    """

    amount: str
    api_key_id: str
    captured_at: int
    component: str
    discount_basis_points: int
    id: str
    model: str
    operation: str
    price_list: str
    project_id: str
    quantity: float
    tier: str
    unit_price: str
    video_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        api_key_id = self.api_key_id

        captured_at = self.captured_at

        component = self.component

        discount_basis_points = self.discount_basis_points

        id = self.id

        model = self.model

        operation = self.operation

        price_list = self.price_list

        project_id = self.project_id

        quantity = self.quantity

        tier = self.tier

        unit_price = self.unit_price

        video_id = self.video_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "api_key_id": api_key_id,
                "captured_at": captured_at,
                "component": component,
                "discount_basis_points": discount_basis_points,
                "id": id,
                "model": model,
                "operation": operation,
                "price_list": price_list,
                "project_id": project_id,
                "quantity": quantity,
                "tier": tier,
                "unit_price": unit_price,
                "video_id": video_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        api_key_id = d.pop("api_key_id")

        captured_at = d.pop("captured_at")

        component = d.pop("component")

        discount_basis_points = d.pop("discount_basis_points")

        id = d.pop("id")

        model = d.pop("model")

        operation = d.pop("operation")

        price_list = d.pop("price_list")

        project_id = d.pop("project_id")

        quantity = d.pop("quantity")

        tier = d.pop("tier")

        unit_price = d.pop("unit_price")

        video_id = d.pop("video_id")

        statement_entry = cls(
            amount=amount,
            api_key_id=api_key_id,
            captured_at=captured_at,
            component=component,
            discount_basis_points=discount_basis_points,
            id=id,
            model=model,
            operation=operation,
            price_list=price_list,
            project_id=project_id,
            quantity=quantity,
            tier=tier,
            unit_price=unit_price,
            video_id=video_id,
        )

        statement_entry.additional_properties = d
        return statement_entry

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
