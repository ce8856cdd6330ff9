from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CharacterGrant")


@_attrs_define
class CharacterGrant:
    """Whom an owner lets use a character.

    Attributes:
        character_id (str): Which character. Example: char_019aabc2f1e87d0e8f6a3c1b5d7e9f10.
        created_at (int): When it was given, Unix seconds.
        expires_at (int | None): Until when, Unix seconds; `null` until it is revoked.
        handle (None | str): Who, by handle. Example: ben.
        id (str): Names the grant. Example: grant_019aabc2f1e87d0e8f6a3c1b5d7e9f13.
        max_uses (int | None): In how many videos; `null` for any number.
        object_ (str): Always `character.grant`. Example: character.grant.
        uses (int): In how many it was.
    """

    character_id: str
    created_at: int
    expires_at: int | None
    handle: None | str
    id: str
    max_uses: int | None
    object_: str
    uses: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        character_id = self.character_id

        created_at = self.created_at

        expires_at: int | None
        expires_at = self.expires_at

        handle: None | str
        handle = self.handle

        id = self.id

        max_uses: int | None
        max_uses = self.max_uses

        object_ = self.object_

        uses = self.uses

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "character_id": character_id,
                "created_at": created_at,
                "expires_at": expires_at,
                "handle": handle,
                "id": id,
                "max_uses": max_uses,
                "object": object_,
                "uses": uses,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        character_id = d.pop("character_id")

        created_at = d.pop("created_at")

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_handle(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        handle = _parse_handle(d.pop("handle"))

        id = d.pop("id")

        def _parse_max_uses(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_uses = _parse_max_uses(d.pop("max_uses"))

        object_ = d.pop("object")

        uses = d.pop("uses")

        character_grant = cls(
            character_id=character_id,
            created_at=created_at,
            expires_at=expires_at,
            handle=handle,
            id=id,
            max_uses=max_uses,
            object_=object_,
            uses=uses,
        )

        character_grant.additional_properties = d
        return character_grant

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
