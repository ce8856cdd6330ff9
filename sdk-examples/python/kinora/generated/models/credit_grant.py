from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.credit_grant_source import CreditGrantSource
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreditGrant")


@_attrs_define
class CreditGrant:
    """Credit to be given.

    Attributes:
        amount (str): How much, dollars as text, above 0. Example: 10.00.
        reason (str): Why. The organization sees it. Example: Welcome.
        source (CreditGrantSource): `promotional` for a gift; `correction` for what was paid by other means than Stripe,
            or is put right. Example: promotional.
        expires_at (int | None | Unset): When what is left of it ends, Unix seconds; never if absent.
        idempotency_key (None | str | Unset): Names the grant: the same name again for the organization gives nothing
            more.
        priority (int | None | Unset): The lower is spent first; 50 if absent.
    """

    amount: str
    reason: str
    source: CreditGrantSource
    expires_at: int | None | Unset = UNSET
    idempotency_key: None | str | Unset = UNSET
    priority: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        reason = self.reason

        source = self.source.value

        expires_at: int | None | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = self.expires_at

        idempotency_key: None | str | Unset
        if isinstance(self.idempotency_key, Unset):
            idempotency_key = UNSET
        else:
            idempotency_key = self.idempotency_key

        priority: int | None | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        else:
            priority = self.priority

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "reason": reason,
                "source": source,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if idempotency_key is not UNSET:
            field_dict["idempotency_key"] = idempotency_key
        if priority is not UNSET:
            field_dict["priority"] = priority

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        reason = d.pop("reason")

        source = CreditGrantSource(d.pop("source"))

        def _parse_expires_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_idempotency_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        idempotency_key = _parse_idempotency_key(d.pop("idempotency_key", UNSET))

        def _parse_priority(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        priority = _parse_priority(d.pop("priority", UNSET))

        credit_grant = cls(
            amount=amount,
            reason=reason,
            source=source,
            expires_at=expires_at,
            idempotency_key=idempotency_key,
            priority=priority,
        )

        return credit_grant
