from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateCharacterGrant")


@_attrs_define
class CreateCharacterGrant:
    """Whom to let use a character.

    Attributes:
        handle (str): Who, by handle. Example: anna.
        expires_at (int | None | Unset): Until when, Unix seconds; until it is revoked if absent.
        max_uses (int | None | Unset): In how many videos; any number if absent.
    """

    handle: str
    expires_at: int | None | Unset = UNSET
    max_uses: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        handle = self.handle

        expires_at: int | None | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = self.expires_at

        max_uses: int | None | Unset
        if isinstance(self.max_uses, Unset):
            max_uses = UNSET
        else:
            max_uses = self.max_uses

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "handle": handle,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if max_uses is not UNSET:
            field_dict["max_uses"] = max_uses

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        handle = d.pop("handle")

        def _parse_expires_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_max_uses(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_uses = _parse_max_uses(d.pop("max_uses", UNSET))

        create_character_grant = cls(
            handle=handle,
            expires_at=expires_at,
            max_uses=max_uses,
        )

        return create_character_grant
