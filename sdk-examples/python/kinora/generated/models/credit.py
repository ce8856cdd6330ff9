from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.credit_block import CreditBlock


T = TypeVar("T", bound="Credit")


@_attrs_define
class Credit:
    """What an organization has and owes.

    Attributes:
        balance (str): What can be spent. What is held is not in it. Example: 12.500000.
        blocks (list[CreditBlock]): The blocks that have something left, the newest first: at most a thousand.
        currency (str): Always `usd`. Example: usd.
        held (str): What is set aside for videos that are not over. Example: 0.004000.
        mode (str): `prepaid` or `postpaid`. Example: prepaid.
        object_ (str): Always `organization.credit`. Example: organization.credit.
        owed (str): What is owed, what is held on account included. Example: 0.000000.
        owed_limit (None | str): What may be owed at most; `null` for any amount.
    """

    balance: str
    blocks: list[CreditBlock]
    currency: str
    held: str
    mode: str
    object_: str
    owed: str
    owed_limit: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        balance = self.balance

        blocks = []
        for blocks_item_data in self.blocks:
            blocks_item = blocks_item_data.to_dict()
            blocks.append(blocks_item)

        currency = self.currency

        held = self.held

        mode = self.mode

        object_ = self.object_

        owed = self.owed

        owed_limit: None | str
        owed_limit = self.owed_limit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "balance": balance,
                "blocks": blocks,
                "currency": currency,
                "held": held,
                "mode": mode,
                "object": object_,
                "owed": owed,
                "owed_limit": owed_limit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.credit_block import CreditBlock

        d = dict(src_dict)
        balance = d.pop("balance")

        blocks = []
        _blocks = d.pop("blocks")
        for blocks_item_data in _blocks:
            blocks_item = CreditBlock.from_dict(blocks_item_data)

            blocks.append(blocks_item)

        currency = d.pop("currency")

        held = d.pop("held")

        mode = d.pop("mode")

        object_ = d.pop("object")

        owed = d.pop("owed")

        def _parse_owed_limit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owed_limit = _parse_owed_limit(d.pop("owed_limit"))

        credit = cls(
            balance=balance,
            blocks=blocks,
            currency=currency,
            held=held,
            mode=mode,
            object_=object_,
            owed=owed,
            owed_limit=owed_limit,
        )

        credit.additional_properties = d
        return credit

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
