from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.character_check import CharacterCheck


T = TypeVar("T", bound="CharacterChecks")


@_attrs_define
class CharacterChecks:
    """The checks of a capture.

    Attributes:
        digits (CharacterCheck): One check, with what was measured.
        face_present (CharacterCheck): One check, with what was measured.
        head_turns (CharacterCheck): One check, with what was measured.
        one_person (CharacterCheck): One check, with what was measured.
        same_person (CharacterCheck): One check, with what was measured.
        speech (CharacterCheck): One check, with what was measured.
    """

    digits: CharacterCheck
    face_present: CharacterCheck
    head_turns: CharacterCheck
    one_person: CharacterCheck
    same_person: CharacterCheck
    speech: CharacterCheck
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        digits = self.digits.to_dict()

        face_present = self.face_present.to_dict()

        head_turns = self.head_turns.to_dict()

        one_person = self.one_person.to_dict()

        same_person = self.same_person.to_dict()

        speech = self.speech.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "digits": digits,
                "face_present": face_present,
                "head_turns": head_turns,
                "one_person": one_person,
                "same_person": same_person,
                "speech": speech,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.character_check import CharacterCheck

        d = dict(src_dict)
        digits = CharacterCheck.from_dict(d.pop("digits"))

        face_present = CharacterCheck.from_dict(d.pop("face_present"))

        head_turns = CharacterCheck.from_dict(d.pop("head_turns"))

        one_person = CharacterCheck.from_dict(d.pop("one_person"))

        same_person = CharacterCheck.from_dict(d.pop("same_person"))

        speech = CharacterCheck.from_dict(d.pop("speech"))

        character_checks = cls(
            digits=digits,
            face_present=face_present,
            head_turns=head_turns,
            one_person=one_person,
            same_person=same_person,
            speech=speech,
        )

        character_checks.additional_properties = d
        return character_checks

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
