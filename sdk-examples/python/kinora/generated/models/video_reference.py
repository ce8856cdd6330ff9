from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="VideoReference")


@_attrs_define
class VideoReference:
    """A video, by its id.

    Attributes:
        id (str): Which one: it must be completed. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
    """

    id: str

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        video_reference = cls(
            id=id,
        )

        return video_reference
