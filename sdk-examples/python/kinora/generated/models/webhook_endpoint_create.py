from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.webhook_payload import WebhookPayload
from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookEndpointCreate")


@_attrs_define
class WebhookEndpointCreate:
    """An endpoint to be made.

    Attributes:
        event_types (list[str]): Which kinds of events: some of those of `GET /v1/webhook_event_types`.
        name (str): What people call it, 1 to 200 characters. Example: production.
        url (str): Where events are sent: HTTPS, and a public host. Example: https://example.com/hook.
        payload (None | Unset | WebhookPayload):
    """

    event_types: list[str]
    name: str
    url: str
    payload: None | Unset | WebhookPayload = UNSET

    def to_dict(self) -> dict[str, Any]:
        event_types = self.event_types

        name = self.name

        url = self.url

        payload: None | str | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        elif isinstance(self.payload, WebhookPayload):
            payload = self.payload.value
        else:
            payload = self.payload

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event_types": event_types,
                "name": name,
                "url": url,
            }
        )
        if payload is not UNSET:
            field_dict["payload"] = payload

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        event_types = cast(list[str], d.pop("event_types"))

        name = d.pop("name")

        url = d.pop("url")

        def _parse_payload(data: object) -> None | Unset | WebhookPayload:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                payload_type_0 = WebhookPayload(data)

                return payload_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | WebhookPayload, data)

        payload = _parse_payload(d.pop("payload", UNSET))

        webhook_endpoint_create = cls(
            event_types=event_types,
            name=name,
            url=url,
            payload=payload,
        )

        return webhook_endpoint_create
