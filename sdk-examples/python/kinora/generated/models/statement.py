from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.statement_entry import StatementEntry


T = TypeVar("T", bound="Statement")


@_attrs_define
class Statement:
    """What was charged in a month.

    Attributes:
        currency (str): Always `usd`. Example: usd.
        id (str): The month (UTC), which names the statement. Example: 2026-11.
        object_ (str): Always `organization.statement`. Example: organization.statement.
        total (str): What was charged. Example: 0.004000.
        has_more (bool): Whether there are more: ask for them with the id of the last line as `after`.
        lines (list[StatementEntry]): Each thing that was charged, the earliest first: at most 10 000. The amounts of
            all pages add up to `total`.
    """

    currency: str
    id: str
    object_: str
    total: str
    has_more: bool
    lines: list[StatementEntry]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        id = self.id

        object_ = self.object_

        total = self.total

        has_more = self.has_more

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "id": id,
                "object": object_,
                "total": total,
                "has_more": has_more,
                "lines": lines,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statement_entry import StatementEntry

        d = dict(src_dict)
        currency = d.pop("currency")

        id = d.pop("id")

        object_ = d.pop("object")

        total = d.pop("total")

        has_more = d.pop("has_more")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = StatementEntry.from_dict(lines_item_data)

            lines.append(lines_item)

        statement = cls(
            currency=currency,
            id=id,
            object_=object_,
            total=total,
            has_more=has_more,
            lines=lines,
        )

        statement.additional_properties = d
        return statement

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
