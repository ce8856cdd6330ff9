from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="CharacterPreferences")


@_attrs_define
class CharacterPreferences:
    """How an owner wants a character to be shown. It is added to every prompt with it, and a prompt that says otherwise in
    plain
    words is refused.

        Attributes:
            appearance (list[str]): What is always so; the last word of each is the thing it is about. Example: ['always a
                black T-shirt'].
            never (list[str]): Words and phrases that no prompt with it may have. Example: ['politics'].
            pronouns (None | str): How it is spoken of. Example: she/her.
    """

    appearance: list[str]
    never: list[str]
    pronouns: None | str

    def to_dict(self) -> dict[str, Any]:
        appearance = self.appearance

        never = self.never

        pronouns: None | str
        pronouns = self.pronouns

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "appearance": appearance,
                "never": never,
                "pronouns": pronouns,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        appearance = cast(list[str], d.pop("appearance"))

        never = cast(list[str], d.pop("never"))

        def _parse_pronouns(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        pronouns = _parse_pronouns(d.pop("pronouns"))

        character_preferences = cls(
            appearance=appearance,
            never=never,
            pronouns=pronouns,
        )

        return character_preferences
