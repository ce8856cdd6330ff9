from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_delivery_status import WebhookDeliveryStatus

if TYPE_CHECKING:
    from ..models.webhook_attempt import WebhookAttempt


T = TypeVar("T", bound="WebhookDelivery")


@_attrs_define
class WebhookDelivery:
    """One event for one endpoint.

    Attributes:
        attempts (list[WebhookAttempt]): What was tried, the oldest first.
        created_at (int): When it was written, Unix seconds.
        event_id (str): The event: `webhook-id` of every attempt. Example: evt_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        event_type (str): Its kind. Example: video.completed.
        id (str): Names the delivery. Example: whd_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        next_attempt_at (int | None): When the next attempt is made, Unix seconds.
        object_ (str): Always `webhook_delivery`. Example: webhook_delivery.
        status (WebhookDeliveryStatus): Where a delivery is on its way.
        url (None | str): The `webhook_url` of a video; `null` if it goes to the endpoint's own.
        webhook_endpoint_id (str): The endpoint.
    """

    attempts: list[WebhookAttempt]
    created_at: int
    event_id: str
    event_type: str
    id: str
    next_attempt_at: int | None
    object_: str
    status: WebhookDeliveryStatus
    url: None | str
    webhook_endpoint_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempts = []
        for attempts_item_data in self.attempts:
            attempts_item = attempts_item_data.to_dict()
            attempts.append(attempts_item)

        created_at = self.created_at

        event_id = self.event_id

        event_type = self.event_type

        id = self.id

        next_attempt_at: int | None
        next_attempt_at = self.next_attempt_at

        object_ = self.object_

        status = self.status.value

        url: None | str
        url = self.url

        webhook_endpoint_id = self.webhook_endpoint_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempts": attempts,
                "created_at": created_at,
                "event_id": event_id,
                "event_type": event_type,
                "id": id,
                "next_attempt_at": next_attempt_at,
                "object": object_,
                "status": status,
                "url": url,
                "webhook_endpoint_id": webhook_endpoint_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.webhook_attempt import WebhookAttempt

        d = dict(src_dict)
        attempts = []
        _attempts = d.pop("attempts")
        for attempts_item_data in _attempts:
            attempts_item = WebhookAttempt.from_dict(attempts_item_data)

            attempts.append(attempts_item)

        created_at = d.pop("created_at")

        event_id = d.pop("event_id")

        event_type = d.pop("event_type")

        id = d.pop("id")

        def _parse_next_attempt_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        object_ = d.pop("object")

        status = WebhookDeliveryStatus(d.pop("status"))

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        webhook_endpoint_id = d.pop("webhook_endpoint_id")

        webhook_delivery = cls(
            attempts=attempts,
            created_at=created_at,
            event_id=event_id,
            event_type=event_type,
            id=id,
            next_attempt_at=next_attempt_at,
            object_=object_,
            status=status,
            url=url,
            webhook_endpoint_id=webhook_endpoint_id,
        )

        webhook_delivery.additional_properties = d
        return webhook_delivery

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
