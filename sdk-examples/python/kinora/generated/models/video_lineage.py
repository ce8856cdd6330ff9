from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_relative import VideoRelative


T = TypeVar("T", bound="VideoLineage")


@_attrs_define
class VideoLineage:
    """What a video was made from and what was made from it.

    Attributes:
        children (list[VideoRelative]): The videos that were made from it, oldest first, a page at a time. Deleted ones
            are left out.
        first_id (None | str): The id of the first child of the page.
        has_more (bool): Whether there is a next page of children.
        has_more_parents (bool): Whether there are further ones above the last of `parents`.
        id (str): The video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        last_id (None | str): The id of the last child of the page: `after` of the next one.
        object_ (str): Always `video.lineage`. Example: video.lineage.
        parents (list[VideoRelative]): The video that it was made from, the one that that was made from, and so on; at
            most 64.
    """

    children: list[VideoRelative]
    first_id: None | str
    has_more: bool
    has_more_parents: bool
    id: str
    last_id: None | str
    object_: str
    parents: list[VideoRelative]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
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

        parents = []
        for parents_item_data in self.parents:
            parents_item = parents_item_data.to_dict()
            parents.append(parents_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "children": children,
                "first_id": first_id,
                "has_more": has_more,
                "has_more_parents": has_more_parents,
                "id": id,
                "last_id": last_id,
                "object": object_,
                "parents": parents,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_relative import VideoRelative

        d = dict(src_dict)
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

        parents = []
        _parents = d.pop("parents")
        for parents_item_data in _parents:
            parents_item = VideoRelative.from_dict(parents_item_data)

            parents.append(parents_item)

        video_lineage = cls(
            children=children,
            first_id=first_id,
            has_more=has_more,
            has_more_parents=has_more_parents,
            id=id,
            last_id=last_id,
            object_=object_,
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
