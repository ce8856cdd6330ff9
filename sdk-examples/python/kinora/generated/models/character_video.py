from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.video_status import VideoStatus

T = TypeVar("T", bound="CharacterVideo")


@_attrs_define
class CharacterVideo:
    """A video with a character, as the character's owner sees it.

    Attributes:
        created_at (int): When it was asked for, Unix seconds.
        handle (None | str): Who made it, by handle; `null` when they have none. Example: ben.
        id (str): Names the video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `character.video`. Example: character.video.
        operation (str): What was done, as price lists tell it apart. Example: cameo.
        own (bool): Whether the owner made it.
        prompt (str): What was asked for.
        role (str): `cast` when the character was asked for; `source` when it was in the clip that this one was made
            from, so that it may
            still be seen. Example: cast.
        status (VideoStatus): Where a video is on its way. There are these four alone: typed SDKs know no other.
        withdrawn_at (int | None): When it was withdrawn, Unix seconds.
    """

    created_at: int
    handle: None | str
    id: str
    object_: str
    operation: str
    own: bool
    prompt: str
    role: str
    status: VideoStatus
    withdrawn_at: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        handle: None | str
        handle = self.handle

        id = self.id

        object_ = self.object_

        operation = self.operation

        own = self.own

        prompt = self.prompt

        role = self.role

        status = self.status.value

        withdrawn_at: int | None
        withdrawn_at = self.withdrawn_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "handle": handle,
                "id": id,
                "object": object_,
                "operation": operation,
                "own": own,
                "prompt": prompt,
                "role": role,
                "status": status,
                "withdrawn_at": withdrawn_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = d.pop("created_at")

        def _parse_handle(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        handle = _parse_handle(d.pop("handle"))

        id = d.pop("id")

        object_ = d.pop("object")

        operation = d.pop("operation")

        own = d.pop("own")

        prompt = d.pop("prompt")

        role = d.pop("role")

        status = VideoStatus(d.pop("status"))

        def _parse_withdrawn_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at"))

        character_video = cls(
            created_at=created_at,
            handle=handle,
            id=id,
            object_=object_,
            operation=operation,
            own=own,
            prompt=prompt,
            role=role,
            status=status,
            withdrawn_at=withdrawn_at,
        )

        character_video.additional_properties = d
        return character_video

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
