from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ServiceAccountCreate")


@_attrs_define
class ServiceAccountCreate:
    """A service account to be made.

    Attributes:
        name (str): What people call it. Example: Render farm.
        create_service_account_only (bool | None | Unset): Only `false`: an account without a key cannot be.
        expires_in_seconds (int | None | Unset): How long its key lives, seconds; without this field until it is
            revoked.
    """

    name: str
    create_service_account_only: bool | None | Unset = UNSET
    expires_in_seconds: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        create_service_account_only: bool | None | Unset
        if isinstance(self.create_service_account_only, Unset):
            create_service_account_only = UNSET
        else:
            create_service_account_only = self.create_service_account_only

        expires_in_seconds: int | None | Unset
        if isinstance(self.expires_in_seconds, Unset):
            expires_in_seconds = UNSET
        else:
            expires_in_seconds = self.expires_in_seconds

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if create_service_account_only is not UNSET:
            field_dict["create_service_account_only"] = create_service_account_only
        if expires_in_seconds is not UNSET:
            field_dict["expires_in_seconds"] = expires_in_seconds

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_create_service_account_only(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        create_service_account_only = _parse_create_service_account_only(
            d.pop("create_service_account_only", UNSET)
        )

        def _parse_expires_in_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expires_in_seconds = _parse_expires_in_seconds(
            d.pop("expires_in_seconds", UNSET)
        )

        service_account_create = cls(
            name=name,
            create_service_account_only=create_service_account_only,
            expires_in_seconds=expires_in_seconds,
        )

        return service_account_create
