from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="RefuseCharacter")


@_attrs_define
class RefuseCharacter:
    """Why a character is refused.

    Attributes:
        reason (str): What its owner reads. Example: The recording shows a screen..
    """

    reason: str

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        reason = d.pop("reason")

        refuse_character = cls(
            reason=reason,
        )

        return refuse_character
