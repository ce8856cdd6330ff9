from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.video_status import VideoStatus

T = TypeVar("T", bound="VideoState")


@_attrs_define
class VideoState:
    """How a video is: the data of the events `status` and `progress`.

    Attributes:
        cancel_requested (bool): Whether it is to be canceled; it is over once its worker has stopped.
        eta_ms (int | None): Expected time to the end, milliseconds, once its worker can tell.
        id (str): Names the video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `video.state`. Example: video.state.
        phase (None | str): What its worker does: `load`, `text`, `denoise`, `decode`, `vocode`, `encode` or `upload`.
            Example: denoise.
        progress (int): Whole percent, about.
        status (VideoStatus): Where a video is on its way. There are these four alone: typed SDKs know no other.
    """

    cancel_requested: bool
    eta_ms: int | None
    id: str
    object_: str
    phase: None | str
    progress: int
    status: VideoStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cancel_requested = self.cancel_requested

        eta_ms: int | None
        eta_ms = self.eta_ms

        id = self.id

        object_ = self.object_

        phase: None | str
        phase = self.phase

        progress = self.progress

        status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cancel_requested": cancel_requested,
                "eta_ms": eta_ms,
                "id": id,
                "object": object_,
                "phase": phase,
                "progress": progress,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        cancel_requested = d.pop("cancel_requested")

        def _parse_eta_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        eta_ms = _parse_eta_ms(d.pop("eta_ms"))

        id = d.pop("id")

        object_ = d.pop("object")

        def _parse_phase(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        phase = _parse_phase(d.pop("phase"))

        progress = d.pop("progress")

        status = VideoStatus(d.pop("status"))

        video_state = cls(
            cancel_requested=cancel_requested,
            eta_ms=eta_ms,
            id=id,
            object_=object_,
            phase=phase,
            progress=progress,
            status=status,
        )

        video_state.additional_properties = d
        return video_state

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
