from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.spend_limit_update_currency import SpendLimitUpdateCurrency
from ..models.spend_limit_update_interval import SpendLimitUpdateInterval

T = TypeVar("T", bound="SpendLimitUpdate")


@_attrs_define
class SpendLimitUpdate:
    """A new limit.

    Attributes:
        currency (SpendLimitUpdateCurrency): Always `USD`. Example: USD.
        interval (SpendLimitUpdateInterval): Always `month`. Example: month.
        threshold_amount (int): The limit, cents.
    """

    currency: SpendLimitUpdateCurrency
    interval: SpendLimitUpdateInterval
    threshold_amount: int

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency.value

        interval = self.interval.value

        threshold_amount = self.threshold_amount

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "currency": currency,
                "interval": interval,
                "threshold_amount": threshold_amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        currency = SpendLimitUpdateCurrency(d.pop("currency"))

        interval = SpendLimitUpdateInterval(d.pop("interval"))

        threshold_amount = d.pop("threshold_amount")

        spend_limit_update = cls(
            currency=currency,
            interval=interval,
            threshold_amount=threshold_amount,
        )

        return spend_limit_update
