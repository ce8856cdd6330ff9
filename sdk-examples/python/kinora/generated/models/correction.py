from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Correction")


@_attrs_define
class Correction:
    """Money that the operator moves by their word.

    Attributes:
        amount (str): How much, dollars as text, above 0. Example: 10.00.
        idempotency_key (str): Names it, for example by the number of a wire: the same name again for the organization
            moves nothing more. Example: wire-4711.
        reason (str): Why. It stays in the books. Example: Wire of 2026-11-20.
    """

    amount: str
    idempotency_key: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        idempotency_key = self.idempotency_key

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "idempotency_key": idempotency_key,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        idempotency_key = d.pop("idempotency_key")

        reason = d.pop("reason")

        correction = cls(
            amount=amount,
            idempotency_key=idempotency_key,
            reason=reason,
        )

        return correction
