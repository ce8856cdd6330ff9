from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    """The limits of a project or of a key, over all models. `null` is no limit of its own.

    Attributes:
        max_concurrent_videos (int | None): Videos that are made at a time. Over it, they wait.
        max_queued_videos (int | None): Videos that may wait; of a project without a limit of its own, as many as the
            server allows every project.
        max_requests_per_1_minute (int | None): Videos that may be asked for in any 60 seconds.
        max_video_seconds_per_1_day (int | None): Seconds of video that may be asked for in any 24 hours, those of
            videos that failed left out.
        object_ (str): `project.limits` or `project.api_key.limits`. Example: project.limits.
    """

    max_concurrent_videos: int | None
    max_queued_videos: int | None
    max_requests_per_1_minute: int | None
    max_video_seconds_per_1_day: int | None
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        max_concurrent_videos: int | None
        max_concurrent_videos = self.max_concurrent_videos

        max_queued_videos: int | None
        max_queued_videos = self.max_queued_videos

        max_requests_per_1_minute: int | None
        max_requests_per_1_minute = self.max_requests_per_1_minute

        max_video_seconds_per_1_day: int | None
        max_video_seconds_per_1_day = self.max_video_seconds_per_1_day

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "max_concurrent_videos": max_concurrent_videos,
                "max_queued_videos": max_queued_videos,
                "max_requests_per_1_minute": max_requests_per_1_minute,
                "max_video_seconds_per_1_day": max_video_seconds_per_1_day,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_max_concurrent_videos(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_concurrent_videos = _parse_max_concurrent_videos(
            d.pop("max_concurrent_videos")
        )

        def _parse_max_queued_videos(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_queued_videos = _parse_max_queued_videos(d.pop("max_queued_videos"))

        def _parse_max_requests_per_1_minute(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_requests_per_1_minute = _parse_max_requests_per_1_minute(
            d.pop("max_requests_per_1_minute")
        )

        def _parse_max_video_seconds_per_1_day(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_video_seconds_per_1_day = _parse_max_video_seconds_per_1_day(
            d.pop("max_video_seconds_per_1_day")
        )

        object_ = d.pop("object")

        limits = cls(
            max_concurrent_videos=max_concurrent_videos,
            max_queued_videos=max_queued_videos,
            max_requests_per_1_minute=max_requests_per_1_minute,
            max_video_seconds_per_1_day=max_video_seconds_per_1_day,
            object_=object_,
        )

        limits.additional_properties = d
        return limits

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
