from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookResent")


@_attrs_define
class WebhookResent:
    """What is sent again.

    Attributes:
        deliveries (int): How many deliveries are due now, at most 500.
        has_more (bool): Whether there are more: then ask again.
        object_ (str): `webhook_endpoint.recovery` or `webhook_endpoint.replay`. Example: webhook_endpoint.recovery.
        webhook_endpoint_id (str): The endpoint.
    """

    deliveries: int
    has_more: bool
    object_: str
    webhook_endpoint_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deliveries = self.deliveries

        has_more = self.has_more

        object_ = self.object_

        webhook_endpoint_id = self.webhook_endpoint_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "deliveries": deliveries,
                "has_more": has_more,
                "object": object_,
                "webhook_endpoint_id": webhook_endpoint_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        deliveries = d.pop("deliveries")

        has_more = d.pop("has_more")

        object_ = d.pop("object")

        webhook_endpoint_id = d.pop("webhook_endpoint_id")

        webhook_resent = cls(
            deliveries=deliveries,
            has_more=has_more,
            object_=object_,
            webhook_endpoint_id=webhook_endpoint_id,
        )

        webhook_resent.additional_properties = d
        return webhook_resent

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
