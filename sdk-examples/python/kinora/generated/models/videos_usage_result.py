from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideosUsageResult")


@_attrs_define
class VideosUsageResult:
    """What was made in a bucket and a group.

    Attributes:
        api_key_id (None | str): The key, if it is grouped by.
        gpu_seconds (float): Time for which devices were held for the videos that were completed, seconds.
        model (None | str): The model, if it is grouped by; never an alias.
        num_model_requests (int): Videos that were asked for.
        object_ (str): Always `organization.usage.videos.result`. Example: organization.usage.videos.result.
        operation (None | str): The operation, if it is grouped by.
        project_id (None | str): The project, if it is grouped by.
        seconds (float): Length of their clips, seconds, without what extensions took over.
        size (None | str): The size, if it is grouped by.
        user_id (None | str): Always `null`: there are no users here.
        videos (int): Videos that were completed.
    """

    api_key_id: None | str
    gpu_seconds: float
    model: None | str
    num_model_requests: int
    object_: str
    operation: None | str
    project_id: None | str
    seconds: float
    size: None | str
    user_id: None | str
    videos: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_key_id: None | str
        api_key_id = self.api_key_id

        gpu_seconds = self.gpu_seconds

        model: None | str
        model = self.model

        num_model_requests = self.num_model_requests

        object_ = self.object_

        operation: None | str
        operation = self.operation

        project_id: None | str
        project_id = self.project_id

        seconds = self.seconds

        size: None | str
        size = self.size

        user_id: None | str
        user_id = self.user_id

        videos = self.videos

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_key_id": api_key_id,
                "gpu_seconds": gpu_seconds,
                "model": model,
                "num_model_requests": num_model_requests,
                "object": object_,
                "operation": operation,
                "project_id": project_id,
                "seconds": seconds,
                "size": size,
                "user_id": user_id,
                "videos": videos,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_api_key_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        api_key_id = _parse_api_key_id(d.pop("api_key_id"))

        gpu_seconds = d.pop("gpu_seconds")

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        num_model_requests = d.pop("num_model_requests")

        object_ = d.pop("object")

        def _parse_operation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation = _parse_operation(d.pop("operation"))

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        seconds = d.pop("seconds")

        def _parse_size(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        size = _parse_size(d.pop("size"))

        def _parse_user_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_id = _parse_user_id(d.pop("user_id"))

        videos = d.pop("videos")

        videos_usage_result = cls(
            api_key_id=api_key_id,
            gpu_seconds=gpu_seconds,
            model=model,
            num_model_requests=num_model_requests,
            object_=object_,
            operation=operation,
            project_id=project_id,
            seconds=seconds,
            size=size,
            user_id=user_id,
            videos=videos,
        )

        videos_usage_result.additional_properties = d
        return videos_usage_result

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
