from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_relative_character import VideoRelativeCharacter


T = TypeVar("T", bound="VideoRelative")


@_attrs_define
class VideoRelative:
    """A video that another was made from, or that was made from another.

    Attributes:
        characters (list[VideoRelativeCharacter] | None): Who and what appears in it with its own looks, and may still
            be seen in it from what it was made from.
        created_at (int | None): When it was asked for, Unix seconds.
        id (str): The video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        operation (None | str): How it was asked for. Example: create.
        status (str): Where it is on its way, or `withdrawn`: it was deleted, or somebody in it no longer wants to be
            seen. Nothing else is told
            of it then. Example: completed.
    """

    characters: list[VideoRelativeCharacter] | None
    created_at: int | None
    id: str
    operation: None | str
    status: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        characters: list[dict[str, Any]] | None
        if isinstance(self.characters, list):
            characters = []
            for characters_type_0_item_data in self.characters:
                characters_type_0_item = characters_type_0_item_data.to_dict()
                characters.append(characters_type_0_item)

        else:
            characters = self.characters

        created_at: int | None
        created_at = self.created_at

        id = self.id

        operation: None | str
        operation = self.operation

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "characters": characters,
                "created_at": created_at,
                "id": id,
                "operation": operation,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_relative_character import VideoRelativeCharacter

        d = dict(src_dict)

        def _parse_characters(data: object) -> list[VideoRelativeCharacter] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                characters_type_0 = []
                _characters_type_0 = data
                for characters_type_0_item_data in _characters_type_0:
                    characters_type_0_item = VideoRelativeCharacter.from_dict(
                        characters_type_0_item_data
                    )

                    characters_type_0.append(characters_type_0_item)

                return characters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[VideoRelativeCharacter] | None, data)

        characters = _parse_characters(d.pop("characters"))

        def _parse_created_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        created_at = _parse_created_at(d.pop("created_at"))

        id = d.pop("id")

        def _parse_operation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation = _parse_operation(d.pop("operation"))

        status = d.pop("status")

        video_relative = cls(
            characters=characters,
            created_at=created_at,
            id=id,
            operation=operation,
            status=status,
        )

        video_relative.additional_properties = d
        return video_relative

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
