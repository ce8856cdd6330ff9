from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoCost")


@_attrs_define
class VideoCost:
    """What a video costs. Amounts are dollars with six decimals, exact.

    Attributes:
        compute (None | str): What its compute cost the operator at the rate set when it was completed. Example:
            0.000068.
        currency (str): Always `usd`. Example: usd.
        estimated (None | str): What was set aside for it when it was asked for: the most it can cost. Example:
            0.004000.
        final (None | str): What was charged, once it is over: 0 for one that failed or was canceled. Example: 0.004000.
        price_list (None | str): The price list that counts for it, whatever comes into force later. Example:
            2026-01-01-example.
        status (None | str): `reserved` until it is over, then `settled` if it was charged and `released` if it was not.
            Example: settled.
    """

    compute: None | str
    currency: str
    estimated: None | str
    final: None | str
    price_list: None | str
    status: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        compute: None | str
        compute = self.compute

        currency = self.currency

        estimated: None | str
        estimated = self.estimated

        final: None | str
        final = self.final

        price_list: None | str
        price_list = self.price_list

        status: None | str
        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "compute": compute,
                "currency": currency,
                "estimated": estimated,
                "final": final,
                "price_list": price_list,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_compute(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        compute = _parse_compute(d.pop("compute"))

        currency = d.pop("currency")

        def _parse_estimated(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estimated = _parse_estimated(d.pop("estimated"))

        def _parse_final(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        final = _parse_final(d.pop("final"))

        def _parse_price_list(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price_list = _parse_price_list(d.pop("price_list"))

        def _parse_status(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        status = _parse_status(d.pop("status"))

        video_cost = cls(
            compute=compute,
            currency=currency,
            estimated=estimated,
            final=final,
            price_list=price_list,
            status=status,
        )

        video_cost.additional_properties = d
        return video_cost

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
