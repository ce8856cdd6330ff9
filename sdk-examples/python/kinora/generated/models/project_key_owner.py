from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.key_account import KeyAccount


T = TypeVar("T", bound="ProjectKeyOwner")


@_attrs_define
class ProjectKeyOwner:
    """Whose a project's key is. There are no users here: each key is a service account of its own.

    Attributes:
        service_account (KeyAccount): A key in the place of a service account.
        type_ (str): Always `service_account`. Example: service_account.
    """

    service_account: KeyAccount
    type_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        service_account = self.service_account.to_dict()

        type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "service_account": service_account,
                "type": type_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.key_account import KeyAccount

        d = dict(src_dict)
        service_account = KeyAccount.from_dict(d.pop("service_account"))

        type_ = d.pop("type")

        project_key_owner = cls(
            service_account=service_account,
            type_=type_,
        )

        project_key_owner.additional_properties = d
        return project_key_owner

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
