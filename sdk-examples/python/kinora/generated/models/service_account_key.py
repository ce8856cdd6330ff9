from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ServiceAccountKey")


@_attrs_define
class ServiceAccountKey:
    """The key of a service account, with its value.

    Attributes:
        created_at (int): When it was made, Unix seconds.
        expires_at (int | None): When it ends, Unix seconds; `null` if it does not.
        id (str): Names the key.
        name (str): What people call it.
        object_ (str): Always `organization.project.service_account.api_key`. Example:
            organization.project.service_account.api_key.
        value (str): What to send as the bearer token. It is shown this once and kept nowhere.
    """

    created_at: int
    expires_at: int | None
    id: str
    name: str
    object_: str
    value: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        expires_at: int | None
        expires_at = self.expires_at

        id = self.id

        name = self.name

        object_ = self.object_

        value = self.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "expires_at": expires_at,
                "id": id,
                "name": name,
                "object": object_,
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        id = d.pop("id")

        name = d.pop("name")

        object_ = d.pop("object")

        value = d.pop("value")

        service_account_key = cls(
            created_at=created_at,
            expires_at=expires_at,
            id=id,
            name=name,
            object_=object_,
            value=value,
        )

        service_account_key.additional_properties = d
        return service_account_key

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
