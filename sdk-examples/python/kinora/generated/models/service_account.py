from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ServiceAccount")


@_attrs_define
class ServiceAccount:
    """A service account.

    Attributes:
        created_at (int): When it was made, Unix seconds.
        id (str): Names the account: the id of its key. Example: key_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        name (str): What people call it.
        object_ (str): Always `organization.project.service_account`. Example: organization.project.service_account.
        role (str): Always `member`. Example: member.
    """

    created_at: int
    id: str
    name: str
    object_: str
    role: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        id = self.id

        name = self.name

        object_ = self.object_

        role = self.role

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "id": id,
                "name": name,
                "object": object_,
                "role": role,
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

        service_account = cls(
            created_at=created_at,
            id=id,
            name=name,
            object_=object_,
            role=role,
        )

        service_account.additional_properties = d
        return service_account

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
