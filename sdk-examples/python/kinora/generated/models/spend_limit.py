from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spend_limit_enforcement import SpendLimitEnforcement


T = TypeVar("T", bound="SpendLimit")


@_attrs_define
class SpendLimit:
    """A limit on what may be spent in a calendar month (UTC).

    Attributes:
        currency (str): Always `USD`. Example: USD.
        enforcement (SpendLimitEnforcement): Whether a limit refuses anything now.
        interval (str): Always `month`. Example: month.
        object_ (str): `organization.spend_limit`, `project.spend_limit` or `project.api_key.spend_limit`. Example:
            organization.spend_limit.
        spent (str): What was charged or is held in this month, dollars with six decimals. Example: 0.004000.
        threshold_amount (int): The limit, cents.
    """

    currency: str
    enforcement: SpendLimitEnforcement
    interval: str
    object_: str
    spent: str
    threshold_amount: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        enforcement = self.enforcement.to_dict()

        interval = self.interval

        object_ = self.object_

        spent = self.spent

        threshold_amount = self.threshold_amount

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "enforcement": enforcement,
                "interval": interval,
                "object": object_,
                "spent": spent,
                "threshold_amount": threshold_amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.spend_limit_enforcement import SpendLimitEnforcement

        d = dict(src_dict)
        currency = d.pop("currency")

        enforcement = SpendLimitEnforcement.from_dict(d.pop("enforcement"))

        interval = d.pop("interval")

        object_ = d.pop("object")

        spent = d.pop("spent")

        threshold_amount = d.pop("threshold_amount")

        spend_limit = cls(
            currency=currency,
            enforcement=enforcement,
            interval=interval,
            object_=object_,
            spent=spent,
            threshold_amount=threshold_amount,
        )

        spend_limit.additional_properties = d
        return spend_limit

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
