from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StatementSummary")


@_attrs_define
class StatementSummary:
    """A month in which something was charged.

    Attributes:
        currency (str): Always `usd`. Example: usd.
        id (str): The month (UTC), which names the statement. Example: 2026-11.
        object_ (str): Always `organization.statement`. Example: organization.statement.
        total (str): What was charged. Example: 0.004000.
    """

    currency: str
    id: str
    object_: str
    total: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        id = self.id

        object_ = self.object_

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "id": id,
                "object": object_,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        currency = d.pop("currency")

        id = d.pop("id")

        object_ = d.pop("object")

        total = d.pop("total")

        statement_summary = cls(
            currency=currency,
            id=id,
            object_=object_,
            total=total,
        )

        statement_summary.additional_properties = d
        return statement_summary

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
