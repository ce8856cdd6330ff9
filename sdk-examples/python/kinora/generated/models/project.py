from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.project_status import ProjectStatus

T = TypeVar("T", bound="Project")


@_attrs_define
class Project:
    """A project.

    Attributes:
        archived_at (int | None): When it was archived, Unix seconds.
        created_at (int): When it was made, Unix seconds.
        id (str): Names the project. Example: proj_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        name (str): What people call it.
        object_ (str): Always `organization.project`. Example: organization.project.
        status (ProjectStatus): Whether a project is in use.
    """

    archived_at: int | None
    created_at: int
    id: str
    name: str
    object_: str
    status: ProjectStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        archived_at: int | None
        archived_at = self.archived_at

        created_at = self.created_at

        id = self.id

        name = self.name

        object_ = self.object_

        status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "archived_at": archived_at,
                "created_at": created_at,
                "id": id,
                "name": name,
                "object": object_,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_archived_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        archived_at = _parse_archived_at(d.pop("archived_at"))

        created_at = d.pop("created_at")

        id = d.pop("id")

        name = d.pop("name")

        object_ = d.pop("object")

        status = ProjectStatus(d.pop("status"))

        project = cls(
            archived_at=archived_at,
            created_at=created_at,
            id=id,
            name=name,
            object_=object_,
            status=status,
        )

        project.additional_properties = d
        return project

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
