from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spend_alert_channel import SpendAlertChannel


T = TypeVar("T", bound="SpendAlert")


@_attrs_define
class SpendAlert:
    """An alert.

    Attributes:
        created_at (int): When it was made, Unix seconds.
        currency (str): Always `USD`. Example: USD.
        id (str): Names the alert. Example: alert_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        interval (str): Always `month`. Example: month.
        notification_channel (SpendAlertChannel): Whom to tell. Kinora keeps it for whoever sends the mail: itself it
            writes an event.
        object_ (str): `organization.spend_alert` or `project.spend_alert`. Example: organization.spend_alert.
        threshold_amount (int): The amount, cents.
        triggered_month (None | str): The last month in which it went off. Example: 2026-11.
    """

    created_at: int
    currency: str
    id: str
    interval: str
    notification_channel: SpendAlertChannel
    object_: str
    threshold_amount: int
    triggered_month: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        currency = self.currency

        id = self.id

        interval = self.interval

        notification_channel = self.notification_channel.to_dict()

        object_ = self.object_

        threshold_amount = self.threshold_amount

        triggered_month: None | str
        triggered_month = self.triggered_month

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "currency": currency,
                "id": id,
                "interval": interval,
                "notification_channel": notification_channel,
                "object": object_,
                "threshold_amount": threshold_amount,
                "triggered_month": triggered_month,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.spend_alert_channel import SpendAlertChannel

        d = dict(src_dict)
        created_at = d.pop("created_at")

        currency = d.pop("currency")

        id = d.pop("id")

        interval = d.pop("interval")

        notification_channel = SpendAlertChannel.from_dict(
            d.pop("notification_channel")
        )

        object_ = d.pop("object")

        threshold_amount = d.pop("threshold_amount")

        def _parse_triggered_month(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        triggered_month = _parse_triggered_month(d.pop("triggered_month"))

        spend_alert = cls(
            created_at=created_at,
            currency=currency,
            id=id,
            interval=interval,
            notification_channel=notification_channel,
            object_=object_,
            threshold_amount=threshold_amount,
            triggered_month=triggered_month,
        )

        spend_alert.additional_properties = d
        return spend_alert

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
