from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.video_character_reference import VideoCharacterReference


T = TypeVar("T", bound="CreateVideoShot")


@_attrs_define
class CreateVideoShot:
    """A shot to be made.

    Attributes:
        prompt (str): What is to be seen and heard in it. Example: A red ball bounces on a wooden table..
        seconds (int): How long it lasts, whole seconds. Example: 4.
        characters (list[VideoCharacterReference] | None | Unset): Who of the video's `characters` appears in it;
            without it those whose names its prompt has.
    """

    prompt: str
    seconds: int
    characters: list[VideoCharacterReference] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        prompt = self.prompt

        seconds = self.seconds

        characters: list[dict[str, Any]] | None | Unset
        if isinstance(self.characters, Unset):
            characters = UNSET
        elif isinstance(self.characters, list):
            characters = []
            for characters_type_0_item_data in self.characters:
                characters_type_0_item = characters_type_0_item_data.to_dict()
                characters.append(characters_type_0_item)

        else:
            characters = self.characters

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
                "seconds": seconds,
            }
        )
        if characters is not UNSET:
            field_dict["characters"] = characters

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_character_reference import VideoCharacterReference

        d = dict(src_dict)
        prompt = d.pop("prompt")

        seconds = d.pop("seconds")

        def _parse_characters(
            data: object,
        ) -> list[VideoCharacterReference] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                characters_type_0 = []
                _characters_type_0 = data
                for characters_type_0_item_data in _characters_type_0:
                    characters_type_0_item = VideoCharacterReference.from_dict(
                        characters_type_0_item_data
                    )

                    characters_type_0.append(characters_type_0_item)

                return characters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[VideoCharacterReference] | None | Unset, data)

        characters = _parse_characters(d.pop("characters", UNSET))

        create_video_shot = cls(
            prompt=prompt,
            seconds=seconds,
            characters=characters,
        )

        return create_video_shot
