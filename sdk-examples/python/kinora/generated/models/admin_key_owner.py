from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AdminKeyOwner")


@_attrs_define
class AdminKeyOwner:
    """Whose an admin key is. There are no users here: each key is a service account of its own.

    Attributes:
        created_at (int): When the key was made, Unix seconds.
        id (str): The key's id.
        name (str): The key's name.
        object_ (str): Always `organization.service_account`. Example: organization.service_account.
        role (str): Always `owner`. Example: owner.
        type_ (str): Always `service_account`. Example: service_account.
    """

    created_at: int
    id: str
    name: str
    object_: str
    role: str
    type_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        id = self.id

        name = self.name

        object_ = self.object_

        role = self.role

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "id": id,
                "name": name,
                "object": object_,
                "role": role,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        id = d.pop("id")

        name = d.pop("name")

        object_ = d.pop("object")

        role = d.pop("role")

        type_ = d.pop("type")

        admin_key_owner = cls(
            created_at=created_at,
            id=id,
            name=name,
            object_=object_,
            role=role,
            type_=type_,
        )

        admin_key_owner.additional_properties = d
        return admin_key_owner

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
