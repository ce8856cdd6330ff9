from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreditCheckout")


@_attrs_define
class CreditCheckout:
    """A page on which credit is bought.

    Attributes:
        amount (str): What is bought, dollars with six decimals. Example: 25.000000.
        created_at (int): When it was asked for, Unix seconds.
        currency (str): Always `usd`. Example: usd.
        id (str): Names the purchase. Example: checkout_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `organization.credit.checkout`. Example: organization.credit.checkout.
        paid_at (int | None): When the credit was given, Unix seconds.
        status (str): `open`, or `paid` once the credit was given. Example: open.
        url (None | str): Where the buyer pays; only in the answer that made the page.
    """

    amount: str
    created_at: int
    currency: str
    id: str
    object_: str
    paid_at: int | None
    status: str
    url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount = self.amount

        created_at = self.created_at

        currency = self.currency

        id = self.id

        object_ = self.object_

        paid_at: int | None
        paid_at = self.paid_at

        status = self.status

        url: None | str
        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount": amount,
                "created_at": created_at,
                "currency": currency,
                "id": id,
                "object": object_,
                "paid_at": paid_at,
                "status": status,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        amount = d.pop("amount")

        created_at = d.pop("created_at")

        currency = d.pop("currency")

        id = d.pop("id")

        object_ = d.pop("object")

        def _parse_paid_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        paid_at = _parse_paid_at(d.pop("paid_at"))

        status = d.pop("status")

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        credit_checkout = cls(
            amount=amount,
            created_at=created_at,
            currency=currency,
            id=id,
            object_=object_,
            paid_at=paid_at,
            status=status,
            url=url,
        )

        credit_checkout.additional_properties = d
        return credit_checkout

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
