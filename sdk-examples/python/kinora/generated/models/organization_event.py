from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.organization_event_data import OrganizationEventData


T = TypeVar("T", bound="OrganizationEvent")


@_attrs_define
class OrganizationEvent:
    """Something that happened.

    Attributes:
        created_at (int): When, Unix seconds.
        data (OrganizationEventData): More of it; what there is depends on `type`.
        id (str): Names the event. Example: evt_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `event`. Example: event.
        project_id (None | str): The project it is about.
        type_ (str): What happened, for example `spend_alert.triggered`. Example: spend_alert.triggered.
    """

    created_at: int
    data: OrganizationEventData
    id: str
    object_: str
    project_id: None | str
    type_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        data = self.data.to_dict()

        id = self.id

        object_ = self.object_

        project_id: None | str
        project_id = self.project_id

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "data": data,
                "id": id,
                "object": object_,
                "project_id": project_id,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.organization_event_data import OrganizationEventData

        d = dict(src_dict)
        created_at = d.pop("created_at")

        data = OrganizationEventData.from_dict(d.pop("data"))

        id = d.pop("id")

        object_ = d.pop("object")

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        type_ = d.pop("type")

        organization_event = cls(
            created_at=created_at,
            data=data,
            id=id,
            object_=object_,
            project_id=project_id,
            type_=type_,
        )

        organization_event.additional_properties = d
        return organization_event

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
