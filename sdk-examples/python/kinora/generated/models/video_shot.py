from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoShot")


@_attrs_define
class VideoShot:
    """A stretch of a video between two cuts, as it was asked for.

    Attributes:
        characters (list[str] | None): Who of the video's `characters` appears in it, by id; without it those whose
            names its prompt has. Example: ['char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a'].
        prompt (str): What is to be seen and heard in it. Example: A red ball bounces on a wooden table..
        seconds (int): How long it lasts, whole seconds. Example: 4.
    """

    characters: list[str] | None
    prompt: str
    seconds: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        characters: list[str] | None
        if isinstance(self.characters, list):
            characters = self.characters

        else:
            characters = self.characters

        prompt = self.prompt

        seconds = self.seconds

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "characters": characters,
                "prompt": prompt,
                "seconds": seconds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_characters(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                characters_type_0 = cast(list[str], data)

                return characters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        characters = _parse_characters(d.pop("characters"))

        prompt = d.pop("prompt")

        seconds = d.pop("seconds")

        video_shot = cls(
            characters=characters,
            prompt=prompt,
            seconds=seconds,
        )

        video_shot.additional_properties = d
        return video_shot

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
