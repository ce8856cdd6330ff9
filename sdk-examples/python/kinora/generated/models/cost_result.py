from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cost_amount import CostAmount


T = TypeVar("T", bound="CostResult")


@_attrs_define
class CostResult:
    """What was charged in a bucket and a group.

    Attributes:
        amount (CostAmount): An amount of money.
        api_key_id (None | str): The key, if it is grouped by.
        api_source (None | str): `unlabeled`, if it is grouped by.
        line_item (None | str): What for, if it is grouped by: model, operation, tier and component. Example: kinora-
            mini, create, 720p, second.
        object_ (str): Always `organization.costs.result`. Example: organization.costs.result.
        project_id (None | str): The project, if it is grouped by.
        quantity (float | None): How much of it was charged for, if it is grouped by `line_item`.
        quantity_unit (None | str): `duration_seconds` for the component `second`, else `null`.
        user_id (None | str): Always `null`: there are no users here.
    """

    amount: CostAmount
    api_key_id: None | str
    api_source: None | str
    line_item: None | str
    object_: str
    project_id: None | str
    quantity: float | None
    quantity_unit: None | str
    user_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount.to_dict()

        api_key_id: None | str
        api_key_id = self.api_key_id

        api_source: None | str
        api_source = self.api_source

        line_item: None | str
        line_item = self.line_item

        object_ = self.object_

        project_id: None | str
        project_id = self.project_id

        quantity: float | None
        quantity = self.quantity

        quantity_unit: None | str
        quantity_unit = self.quantity_unit

        user_id: None | str
        user_id = self.user_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "api_key_id": api_key_id,
                "api_source": api_source,
                "line_item": line_item,
                "object": object_,
                "project_id": project_id,
                "quantity": quantity,
                "quantity_unit": quantity_unit,
                "user_id": user_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.cost_amount import CostAmount

        d = dict(src_dict)
        amount = CostAmount.from_dict(d.pop("amount"))

        def _parse_api_key_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        api_key_id = _parse_api_key_id(d.pop("api_key_id"))

        def _parse_api_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        api_source = _parse_api_source(d.pop("api_source"))

        def _parse_line_item(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        line_item = _parse_line_item(d.pop("line_item"))

        object_ = d.pop("object")

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        def _parse_quantity(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        quantity = _parse_quantity(d.pop("quantity"))

        def _parse_quantity_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        quantity_unit = _parse_quantity_unit(d.pop("quantity_unit"))

        def _parse_user_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_id = _parse_user_id(d.pop("user_id"))

        cost_result = cls(
            amount=amount,
            api_key_id=api_key_id,
            api_source=api_source,
            line_item=line_item,
            object_=object_,
            project_id=project_id,
            quantity=quantity,
            quantity_unit=quantity_unit,
            user_id=user_id,
        )

        cost_result.additional_properties = d
        return cost_result

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
