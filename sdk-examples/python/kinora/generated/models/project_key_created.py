from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.project_key_owner import ProjectKeyOwner


T = TypeVar("T", bound="ProjectKeyCreated")


@_attrs_define
class ProjectKeyCreated:
    """A key of a project that was made just now.

    Attributes:
        created_at (int): When it was made, Unix seconds.
        expires_at (int | None): When it ends, Unix seconds; `null` if it does not.
        id (str): Names the key. Example: key_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        last_used_at (int | None): When it was last used, Unix seconds, to within a minute.
        name (str): What people call it.
        object_ (str): Always `organization.project.api_key`. Example: organization.project.api_key.
        owner (ProjectKeyOwner): Whose a project's key is. There are no users here: each key is a service account of its
            own.
        owner_project_access (str): `active`, or `inactive` if the project is archived. Example: active.
        redacted_value (str): How it begins; nothing of its secret. Example: kn_019aabc2f1e87d0e8f6a3c1b5d7e9f01_....
        scopes (list[str]): What it may do.
        value (str): What to send as the bearer token. It is shown this once and kept nowhere.
    """

    created_at: int
    expires_at: int | None
    id: str
    last_used_at: int | None
    name: str
    object_: str
    owner: ProjectKeyOwner
    owner_project_access: str
    redacted_value: str
    scopes: list[str]
    value: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        expires_at: int | None
        expires_at = self.expires_at

        id = self.id

        last_used_at: int | None
        last_used_at = self.last_used_at

        name = self.name

        object_ = self.object_

        owner = self.owner.to_dict()

        owner_project_access = self.owner_project_access

        redacted_value = self.redacted_value

        scopes = self.scopes

        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "expires_at": expires_at,
                "id": id,
                "last_used_at": last_used_at,
                "name": name,
                "object": object_,
                "owner": owner,
                "owner_project_access": owner_project_access,
                "redacted_value": redacted_value,
                "scopes": scopes,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.project_key_owner import ProjectKeyOwner

        d = dict(src_dict)
        created_at = d.pop("created_at")

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        id = d.pop("id")

        def _parse_last_used_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at"))

        name = d.pop("name")

        object_ = d.pop("object")

        owner = ProjectKeyOwner.from_dict(d.pop("owner"))

        owner_project_access = d.pop("owner_project_access")

        redacted_value = d.pop("redacted_value")

        scopes = cast(list[str], d.pop("scopes"))

        value = d.pop("value")

        project_key_created = cls(
            created_at=created_at,
            expires_at=expires_at,
            id=id,
            last_used_at=last_used_at,
            name=name,
            object_=object_,
            owner=owner,
            owner_project_access=owner_project_access,
            redacted_value=redacted_value,
            scopes=scopes,
            value=value,
        )

        project_key_created.additional_properties = d
        return project_key_created

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
