from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.admin_key_created import AdminKeyCreated
    from ..models.project import Project
    from ..models.project_key_created import ProjectKeyCreated


T = TypeVar("T", bound="OrganizationCreated")


@_attrs_define
class OrganizationCreated:
    """An organization that was made just now, with the keys that open it.

    Attributes:
        balance (str): What it can spend: what is held, and credit whose time is over, is not in it.
        created_at (int): When it was made, Unix seconds.
        external_customer (None | str): Its name in Stripe.
        id (str): Names the organization. Example: org_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        mirrored (bool): Whether Stripe is told of it.
        mode (str): `prepaid` or `postpaid`. Example: prepaid.
        name (str): What people call it.
        object_ (str): Always `organization`. Example: organization.
        owed (str): What it owes, what is held on account included.
        owed_limit (None | str): What it may owe at most; `null` for any amount.
        admin_api_key (AdminKeyCreated): An admin key that was made just now.
        api_key (ProjectKeyCreated): A key of a project that was made just now.
        project (Project): A project.
    """

    balance: str
    created_at: int
    external_customer: None | str
    id: str
    mirrored: bool
    mode: str
    name: str
    object_: str
    owed: str
    owed_limit: None | str
    admin_api_key: AdminKeyCreated
    api_key: ProjectKeyCreated
    project: Project
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        balance = self.balance

        created_at = self.created_at

        external_customer: None | str
        external_customer = self.external_customer

        id = self.id

        mirrored = self.mirrored

        mode = self.mode

        name = self.name

        object_ = self.object_

        owed = self.owed

        owed_limit: None | str
        owed_limit = self.owed_limit

        admin_api_key = self.admin_api_key.to_dict()

        api_key = self.api_key.to_dict()

        project = self.project.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "balance": balance,
                "created_at": created_at,
                "external_customer": external_customer,
                "id": id,
                "mirrored": mirrored,
                "mode": mode,
                "name": name,
                "object": object_,
                "owed": owed,
                "owed_limit": owed_limit,
                "admin_api_key": admin_api_key,
                "api_key": api_key,
                "project": project,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.admin_key_created import AdminKeyCreated
        from ..models.project import Project
        from ..models.project_key_created import ProjectKeyCreated

        d = dict(src_dict)
        balance = d.pop("balance")

        created_at = d.pop("created_at")

        def _parse_external_customer(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_customer = _parse_external_customer(d.pop("external_customer"))

        id = d.pop("id")

        mirrored = d.pop("mirrored")

        mode = d.pop("mode")

        name = d.pop("name")

        object_ = d.pop("object")

        owed = d.pop("owed")

        def _parse_owed_limit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        owed_limit = _parse_owed_limit(d.pop("owed_limit"))

        admin_api_key = AdminKeyCreated.from_dict(d.pop("admin_api_key"))

        api_key = ProjectKeyCreated.from_dict(d.pop("api_key"))

        project = Project.from_dict(d.pop("project"))

        organization_created = cls(
            balance=balance,
            created_at=created_at,
            external_customer=external_customer,
            id=id,
            mirrored=mirrored,
            mode=mode,
            name=name,
            object_=object_,
            owed=owed,
            owed_limit=owed_limit,
            admin_api_key=admin_api_key,
            api_key=api_key,
            project=project,
        )

        organization_created.additional_properties = d
        return organization_created

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
