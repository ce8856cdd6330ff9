from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="WebhookEndpointTestCreate")


@_attrs_define
class WebhookEndpointTestCreate:
    """A test of an endpoint.

    Attributes:
        event_type (str): The kind of the event that is sent: one of those of `GET /v1/webhook_event_types`. Example:
            video.completed.
    """

    event_type: str

    def to_dict(self) -> dict[str, Any]:
        event_type = self.event_type

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "event_type": event_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        event_type = d.pop("event_type")

        webhook_endpoint_test_create = cls(
            event_type=event_type,
        )

        return webhook_endpoint_test_create
