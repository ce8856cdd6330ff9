from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.character_finished import CharacterFinished
from ..types import UNSET, Unset

T = TypeVar("T", bound="RevokeCharacter")


@_attrs_define
class RevokeCharacter:
    """What a character is taken back with.

    Attributes:
        finished (CharacterFinished | None | Unset):
    """

    finished: CharacterFinished | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        finished: None | str | Unset
        if isinstance(self.finished, Unset):
            finished = UNSET
        elif isinstance(self.finished, CharacterFinished):
            finished = self.finished.value
        else:
            finished = self.finished

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if finished is not UNSET:
            field_dict["finished"] = finished

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_finished(data: object) -> CharacterFinished | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_type_0 = CharacterFinished(data)

                return finished_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterFinished | None | Unset, data)

        finished = _parse_finished(d.pop("finished", UNSET))

        revoke_character = cls(
            finished=finished,
        )

        return revoke_character
