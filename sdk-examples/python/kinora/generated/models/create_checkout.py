from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="CreateCheckout")


@_attrs_define
class CreateCheckout:
    """Credit to be bought.

    Attributes:
        amount (float | str): Dollars, whole cents from 0.50, as text or as a number.
        cancel_url (str): Where the buyer's browser goes who gives up. Example: https://example.com/not-paid.
        success_url (str): Where the buyer's browser goes once it is paid. Example: https://example.com/paid.
    """

    amount: float | str
    cancel_url: str
    success_url: str

    def to_dict(self) -> dict[str, Any]:
        amount: float | str
        amount = self.amount

        cancel_url = self.cancel_url

        success_url = self.success_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "amount": amount,
                "cancel_url": cancel_url,
                "success_url": success_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_amount(data: object) -> float | str:
            return cast(float | str, data)

        amount = _parse_amount(d.pop("amount"))

        cancel_url = d.pop("cancel_url")

        success_url = d.pop("success_url")

        create_checkout = cls(
            amount=amount,
            cancel_url=cancel_url,
            success_url=success_url,
        )

        return create_checkout
