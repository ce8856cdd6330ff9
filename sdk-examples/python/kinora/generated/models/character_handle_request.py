from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="CharacterHandleRequest")


@_attrs_define
class CharacterHandleRequest:
    """A name to be known under, or whom to follow.

    Attributes:
        handle (str): 3 to 30 of `a` to `z`, digits, `.` and `_`; an `@` before it counts for nothing. Example: anna.
    """

    handle: str

    def to_dict(self) -> dict[str, Any]:
        handle = self.handle

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "handle": handle,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        handle = d.pop("handle")

        character_handle_request = cls(
            handle=handle,
        )

        return character_handle_request
