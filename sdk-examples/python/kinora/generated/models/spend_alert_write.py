from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.spend_alert_write_currency import SpendAlertWriteCurrency
from ..models.spend_alert_write_interval import SpendAlertWriteInterval

if TYPE_CHECKING:
    from ..models.spend_alert_channel import SpendAlertChannel


T = TypeVar("T", bound="SpendAlertWrite")


@_attrs_define
class SpendAlertWrite:
    """An alert to be made, or what to change it to.

    Attributes:
        currency (SpendAlertWriteCurrency): Always `USD`. Example: USD.
        interval (SpendAlertWriteInterval): Always `month`. Example: month.
        notification_channel (SpendAlertChannel): Whom to tell. Kinora keeps it for whoever sends the mail: itself it
            writes an event.
        threshold_amount (int): The amount, cents. The alert goes off once in a month, with the video that reaches it.
    """

    currency: SpendAlertWriteCurrency
    interval: SpendAlertWriteInterval
    notification_channel: SpendAlertChannel
    threshold_amount: int

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency.value

        interval = self.interval.value

        notification_channel = self.notification_channel.to_dict()

        threshold_amount = self.threshold_amount

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "currency": currency,
                "interval": interval,
                "notification_channel": notification_channel,
                "threshold_amount": threshold_amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.spend_alert_channel import SpendAlertChannel

        d = dict(src_dict)
        currency = SpendAlertWriteCurrency(d.pop("currency"))

        interval = SpendAlertWriteInterval(d.pop("interval"))

        notification_channel = SpendAlertChannel.from_dict(
            d.pop("notification_channel")
        )

        threshold_amount = d.pop("threshold_amount")

        spend_alert_write = cls(
            currency=currency,
            interval=interval,
            notification_channel=notification_channel,
            threshold_amount=threshold_amount,
        )

        return spend_alert_write
