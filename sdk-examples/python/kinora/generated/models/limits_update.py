from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LimitsUpdate")


@_attrs_define
class LimitsUpdate:
    """New limits. A field that is not sent changes nothing; `null` takes the limit away.

    Attributes:
        max_concurrent_videos (int | None | Unset): Videos that are made at a time; with 0, all wait.
        max_queued_videos (int | None | Unset): Videos that may wait; with 0, none is taken.
        max_requests_per_1_minute (int | None | Unset): Videos that may be asked for in any 60 seconds; 0 for none.
        max_video_seconds_per_1_day (int | None | Unset): Seconds of video that may be asked for in any 24 hours.
    """

    max_concurrent_videos: int | None | Unset = UNSET
    max_queued_videos: int | None | Unset = UNSET
    max_requests_per_1_minute: int | None | Unset = UNSET
    max_video_seconds_per_1_day: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        max_concurrent_videos: int | None | Unset
        if isinstance(self.max_concurrent_videos, Unset):
            max_concurrent_videos = UNSET
        else:
            max_concurrent_videos = self.max_concurrent_videos

        max_queued_videos: int | None | Unset
        if isinstance(self.max_queued_videos, Unset):
            max_queued_videos = UNSET
        else:
            max_queued_videos = self.max_queued_videos

        max_requests_per_1_minute: int | None | Unset
        if isinstance(self.max_requests_per_1_minute, Unset):
            max_requests_per_1_minute = UNSET
        else:
            max_requests_per_1_minute = self.max_requests_per_1_minute

        max_video_seconds_per_1_day: int | None | Unset
        if isinstance(self.max_video_seconds_per_1_day, Unset):
            max_video_seconds_per_1_day = UNSET
        else:
            max_video_seconds_per_1_day = self.max_video_seconds_per_1_day

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if max_concurrent_videos is not UNSET:
            field_dict["max_concurrent_videos"] = max_concurrent_videos
        if max_queued_videos is not UNSET:
            field_dict["max_queued_videos"] = max_queued_videos
        if max_requests_per_1_minute is not UNSET:
            field_dict["max_requests_per_1_minute"] = max_requests_per_1_minute
        if max_video_seconds_per_1_day is not UNSET:
            field_dict["max_video_seconds_per_1_day"] = max_video_seconds_per_1_day

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_max_concurrent_videos(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_concurrent_videos = _parse_max_concurrent_videos(
            d.pop("max_concurrent_videos", UNSET)
        )

        def _parse_max_queued_videos(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_queued_videos = _parse_max_queued_videos(d.pop("max_queued_videos", UNSET))

        def _parse_max_requests_per_1_minute(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_requests_per_1_minute = _parse_max_requests_per_1_minute(
            d.pop("max_requests_per_1_minute", UNSET)
        )

        def _parse_max_video_seconds_per_1_day(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_video_seconds_per_1_day = _parse_max_video_seconds_per_1_day(
            d.pop("max_video_seconds_per_1_day", UNSET)
        )

        limits_update = cls(
            max_concurrent_videos=max_concurrent_videos,
            max_queued_videos=max_queued_videos,
            max_requests_per_1_minute=max_requests_per_1_minute,
            max_video_seconds_per_1_day=max_video_seconds_per_1_day,
        )

        return limits_update
