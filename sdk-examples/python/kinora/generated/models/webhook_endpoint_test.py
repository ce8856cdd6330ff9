from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookEndpointTest")


@_attrs_define
class WebhookEndpointTest:
    """What came of a test.

    Attributes:
        error (None | str): Why there was no answer.
        event_type (str): The kind of the event that was sent. Example: video.completed.
        object_ (str): Always `webhook_endpoint.test`. Example: webhook_endpoint.test.
        status_code (int | None): What it answered; `null` if it did not. Example: 200.
        success (bool): Whether there was an answer, of whatever status.
        webhook_endpoint_id (str): The endpoint.
    """

    error: None | str
    event_type: str
    object_: str
    status_code: int | None
    success: bool
    webhook_endpoint_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        error: None | str
        error = self.error

        event_type = self.event_type

        object_ = self.object_

        status_code: int | None
        status_code = self.status_code

        success = self.success

        webhook_endpoint_id = self.webhook_endpoint_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "error": error,
                "event_type": event_type,
                "object": object_,
                "status_code": status_code,
                "success": success,
                "webhook_endpoint_id": webhook_endpoint_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        event_type = d.pop("event_type")

        object_ = d.pop("object")

        def _parse_status_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status_code = _parse_status_code(d.pop("status_code"))

        success = d.pop("success")

        webhook_endpoint_id = d.pop("webhook_endpoint_id")

        webhook_endpoint_test = cls(
            error=error,
            event_type=event_type,
            object_=object_,
            status_code=status_code,
            success=success,
            webhook_endpoint_id=webhook_endpoint_id,
        )

        webhook_endpoint_test.additional_properties = d
        return webhook_endpoint_test

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
