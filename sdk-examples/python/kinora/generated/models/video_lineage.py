from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_relative import VideoRelative
    from ..models.video_relative_character import VideoRelativeCharacter


T = TypeVar("T", bound="VideoLineage")


@_attrs_define
class VideoLineage:
    """What a video was made from and what was made from it.

    Attributes:
        characters (list[VideoRelativeCharacter] | None): Who and what appears in it with its own looks, and may still
            be seen in it from what it was made from; `null` once it
            is withdrawn.
        children (list[VideoRelative]): The videos that were made from it, oldest first, a page at a time. Deleted ones
            are left out.
        first_id (None | str): The id of the first child of the page.
        has_more (bool): Whether there is a next page of children.
        has_more_parents (bool): Whether there are further ones above the last of `parents`.
        id (str): The video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        last_id (None | str): The id of the last child of the page: `after` of the next one.
        object_ (str): Always `video.lineage`. Example: video.lineage.
        operation (None | str): How it was asked for; `null` once it is withdrawn. Example: create.
        parents (list[VideoRelative]): The video that it was made from, the one that that was made from, and so on; at
            most 64.
    """

    characters: list[VideoRelativeCharacter] | None
    children: list[VideoRelative]
    first_id: None | str
    has_more: bool
    has_more_parents: bool
    id: str
    last_id: None | str
    object_: str
    operation: None | str
    parents: list[VideoRelative]
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

        children = []
        for children_item_data in self.children:
            children_item = children_item_data.to_dict()
            children.append(children_item)

        first_id: None | str
        first_id = self.first_id

        has_more = self.has_more

        has_more_parents = self.has_more_parents

        id = self.id

        last_id: None | str
        last_id = self.last_id

        object_ = self.object_

        operation: None | str
        operation = self.operation

        parents = []
        for parents_item_data in self.parents:
            parents_item = parents_item_data.to_dict()
            parents.append(parents_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "characters": characters,
                "children": children,
                "first_id": first_id,
                "has_more": has_more,
                "has_more_parents": has_more_parents,
                "id": id,
                "last_id": last_id,
                "object": object_,
                "operation": operation,
                "parents": parents,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_relative import VideoRelative
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

        children = []
        _children = d.pop("children")
        for children_item_data in _children:
            children_item = VideoRelative.from_dict(children_item_data)

            children.append(children_item)

        def _parse_first_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        first_id = _parse_first_id(d.pop("first_id"))

        has_more = d.pop("has_more")

        has_more_parents = d.pop("has_more_parents")

        id = d.pop("id")

        def _parse_last_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_id = _parse_last_id(d.pop("last_id"))

        object_ = d.pop("object")

        def _parse_operation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation = _parse_operation(d.pop("operation"))

        parents = []
        _parents = d.pop("parents")
        for parents_item_data in _parents:
            parents_item = VideoRelative.from_dict(parents_item_data)

            parents.append(parents_item)

        video_lineage = cls(
            characters=characters,
            children=children,
            first_id=first_id,
            has_more=has_more,
            has_more_parents=has_more_parents,
            id=id,
            last_id=last_id,
            object_=object_,
            operation=operation,
            parents=parents,
        )

        video_lineage.additional_properties = d
        return video_lineage

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
