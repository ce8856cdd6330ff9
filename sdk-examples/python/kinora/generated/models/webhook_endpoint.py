from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_disabled_reason import WebhookDisabledReason
from ..models.webhook_payload import WebhookPayload

T = TypeVar("T", bound="WebhookEndpoint")


@_attrs_define
class WebhookEndpoint:
    """Where a project wants to be told.

    Attributes:
        created_at (int): When it was made, Unix seconds.
        disabled_at (int | None): Since when nothing is sent there, Unix seconds.
        disabled_reason (None | WebhookDisabledReason):
        event_types (list[str]): Which kinds of events.
        failing_since (int | None): Since when every attempt has failed, Unix seconds. After five days it is disabled.
        id (str): Names the endpoint. Example: whe_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        name (str): What people call it; `default` for the one that holds the secret for the URLs of single videos.
            Example: production.
        object_ (str): Always `webhook_endpoint`. Example: webhook_endpoint.
        old_secret_until (int | None): Until when events are signed under the secret before as well, Unix seconds.
        payload (WebhookPayload): What an event's `data` holds.
        signing_secret_hint (str): How the secret ends. Example: whsec_...pB2x.
        updated_at (int): When it was last changed, Unix seconds.
        url (None | str): Where events are sent; `null` for `default`, which has none. Example:
            https://example.com/hook.
    """

    created_at: int
    disabled_at: int | None
    disabled_reason: None | WebhookDisabledReason
    event_types: list[str]
    failing_since: int | None
    id: str
    name: str
    object_: str
    old_secret_until: int | None
    payload: WebhookPayload
    signing_secret_hint: str
    updated_at: int
    url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        disabled_at: int | None
        disabled_at = self.disabled_at

        disabled_reason: None | str
        if isinstance(self.disabled_reason, WebhookDisabledReason):
            disabled_reason = self.disabled_reason.value
        else:
            disabled_reason = self.disabled_reason

        event_types = self.event_types

        failing_since: int | None
        failing_since = self.failing_since

        id = self.id

        name = self.name

        object_ = self.object_

        old_secret_until: int | None
        old_secret_until = self.old_secret_until

        payload = self.payload.value

        signing_secret_hint = self.signing_secret_hint

        updated_at = self.updated_at

        url: None | str
        url = self.url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "disabled_at": disabled_at,
                "disabled_reason": disabled_reason,
                "event_types": event_types,
                "failing_since": failing_since,
                "id": id,
                "name": name,
                "object": object_,
                "old_secret_until": old_secret_until,
                "payload": payload,
                "signing_secret_hint": signing_secret_hint,
                "updated_at": updated_at,
                "url": url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        def _parse_disabled_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        disabled_at = _parse_disabled_at(d.pop("disabled_at"))

        def _parse_disabled_reason(data: object) -> None | WebhookDisabledReason:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_reason_type_0 = WebhookDisabledReason(data)

                return disabled_reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | WebhookDisabledReason, data)

        disabled_reason = _parse_disabled_reason(d.pop("disabled_reason"))

        event_types = cast(list[str], d.pop("event_types"))

        def _parse_failing_since(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        failing_since = _parse_failing_since(d.pop("failing_since"))

        id = d.pop("id")

        name = d.pop("name")

        object_ = d.pop("object")

        def _parse_old_secret_until(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        old_secret_until = _parse_old_secret_until(d.pop("old_secret_until"))

        payload = WebhookPayload(d.pop("payload"))

        signing_secret_hint = d.pop("signing_secret_hint")

        updated_at = d.pop("updated_at")

        def _parse_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        url = _parse_url(d.pop("url"))

        webhook_endpoint = cls(
            created_at=created_at,
            disabled_at=disabled_at,
            disabled_reason=disabled_reason,
            event_types=event_types,
            failing_since=failing_since,
            id=id,
            name=name,
            object_=object_,
            old_secret_until=old_secret_until,
            payload=payload,
            signing_secret_hint=signing_secret_hint,
            updated_at=updated_at,
            url=url,
        )

        webhook_endpoint.additional_properties = d
        return webhook_endpoint

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
