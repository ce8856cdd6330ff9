from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CharacterFollow")


@_attrs_define
class CharacterFollow:
    """Somebody who is followed.

    Attributes:
        created_at (int): Since when, Unix seconds.
        handle (str): Who is followed. Example: ben.
        mutual (bool): Whether they follow back.
        object_ (str): Always `character.follow`. Example: character.follow.
    """

    created_at: int
    handle: str
    mutual: bool
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        handle = self.handle

        mutual = self.mutual

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "handle": handle,
                "mutual": mutual,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        handle = d.pop("handle")

        mutual = d.pop("mutual")

        object_ = d.pop("object")

        character_follow = cls(
            created_at=created_at,
            handle=handle,
            mutual=mutual,
            object_=object_,
        )

        character_follow.additional_properties = d
        return character_follow

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
