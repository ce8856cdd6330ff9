from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FileExpiresAfter")


@_attrs_define
class FileExpiresAfter:
    """When a file is removed.

    Attributes:
        anchor (str): `created_at`. Example: created_at.
        seconds (int): So long after that, seconds.
    """

    anchor: str
    seconds: int

    def to_dict(self) -> dict[str, Any]:
        anchor = self.anchor

        seconds = self.seconds

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "anchor": anchor,
                "seconds": seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        anchor = d.pop("anchor")

        seconds = d.pop("seconds")

        file_expires_after = cls(
            anchor=anchor,
            seconds=seconds,
        )

        return file_expires_after
