from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.webhook_event_type import WebhookEventType


T = TypeVar("T", bound="WebhookEventTypes")


@_attrs_define
class WebhookEventTypes:
    """The kinds of events there are.

    Attributes:
        data (list[str]): Their names.
        descriptions (list[WebhookEventType]): The same names, each with what it says.
        object_ (str): Always `list`. Example: list.
    """

    data: list[str]
    descriptions: list[WebhookEventType]
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = self.data

        descriptions = []
        for descriptions_item_data in self.descriptions:
            descriptions_item = descriptions_item_data.to_dict()
            descriptions.append(descriptions_item)

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "descriptions": descriptions,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.webhook_event_type import WebhookEventType

        d = dict(src_dict)
        data = cast(list[str], d.pop("data"))

        descriptions = []
        _descriptions = d.pop("descriptions")
        for descriptions_item_data in _descriptions:
            descriptions_item = WebhookEventType.from_dict(descriptions_item_data)

            descriptions.append(descriptions_item)

        object_ = d.pop("object")

        webhook_event_types = cls(
            data=data,
            descriptions=descriptions,
            object_=object_,
        )

        webhook_event_types.additional_properties = d
        return webhook_event_types

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
