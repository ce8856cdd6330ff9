from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from .. import types

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

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("amount", (None, str(self.amount).encode(), "text/plain")))

        files.append(
            (
                "idempotency_key",
                (None, str(self.idempotency_key).encode(), "text/plain"),
            )
        )

        files.append(("reason", (None, str(self.reason).encode(), "text/plain")))

        return files

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
