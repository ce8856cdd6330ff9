from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreditBlock")


@_attrs_define
class CreditBlock:
    """A block of credit.

    Attributes:
        amount (str): What it was. Example: 10.000000.
        created_at (int): When, Unix seconds.
        expires_at (int | None): When what is left ends, Unix seconds; `null` if it does not.
        id (str): Names the block. Example: blk_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `organization.credit_block`. Example: organization.credit_block.
        priority (int): 0 to 100; the lower is spent first.
        reason (str): Why it was given.
        remaining (str): What is left. Example: 9.996000.
        source (str): `promotional`, `paid` or `correction`. Example: promotional.
    """

    amount: str
    created_at: int
    expires_at: int | None
    id: str
    object_: str
    priority: int
    reason: str
    remaining: str
    source: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        created_at = self.created_at

        expires_at: int | None
        expires_at = self.expires_at

        id = self.id

        object_ = self.object_

        priority = self.priority

        reason = self.reason

        remaining = self.remaining

        source = self.source

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "created_at": created_at,
                "expires_at": expires_at,
                "id": id,
                "object": object_,
                "priority": priority,
                "reason": reason,
                "remaining": remaining,
                "source": source,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        created_at = d.pop("created_at")

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        id = d.pop("id")

        object_ = d.pop("object")

        priority = d.pop("priority")

        reason = d.pop("reason")

        remaining = d.pop("remaining")

        source = d.pop("source")

        credit_block = cls(
            amount=amount,
            created_at=created_at,
            expires_at=expires_at,
            id=id,
            object_=object_,
            priority=priority,
            reason=reason,
            remaining=remaining,
            source=source,
        )

        credit_block.additional_properties = d
        return credit_block

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
