from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.videos_usage_result_bucket import VideosUsageResultBucket


T = TypeVar("T", bound="VideosUsageResultPage")


@_attrs_define
class VideosUsageResultPage:
    """A page of buckets.

    Attributes:
        data (list[VideosUsageResultBucket]): The buckets, the earliest first; those without results too.
        has_more (bool): Whether there is a next page.
        next_page (None | str): `page` of the next page.
        object_ (str): Always `page`. Example: page.
    """

    data: list[VideosUsageResultBucket]
    has_more: bool
    next_page: None | str
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        has_more = self.has_more

        next_page: None | str
        next_page = self.next_page

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "data": data,
                "has_more": has_more,
                "next_page": next_page,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.videos_usage_result_bucket import VideosUsageResultBucket

        d = dict(src_dict)
        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = VideosUsageResultBucket.from_dict(data_item_data)

            data.append(data_item)

        has_more = d.pop("has_more")

        def _parse_next_page(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_page = _parse_next_page(d.pop("next_page"))

        object_ = d.pop("object")

        videos_usage_result_page = cls(
            data=data,
            has_more=has_more,
            next_page=next_page,
            object_=object_,
        )

        videos_usage_result_page.additional_properties = d
        return videos_usage_result_page

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
