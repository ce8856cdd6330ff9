from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.head_turn import HeadTurn

if TYPE_CHECKING:
    from ..models.consent_wording import ConsentWording


T = TypeVar("T", bound="CharacterChallenge")


@_attrs_define
class CharacterChallenge:
    """What a capture must answer, once and in time: the person speaks the digits one after the other and then turns the
    head as
    it says, by some thirty degrees and for about a second each, looking ahead for as long in between.

        Attributes:
            created_at (int): When it was issued, Unix seconds.
            digits (str): To be spoken. Example: 472.
            expires_at (int): Until when it can be answered, Unix seconds: ten minutes.
            head_turns (list[HeadTurn]): To be made, as the person would say; the recording must not be mirrored.
            id (str): Names the challenge. Example: challenge_019aabc2f1e87d0e8f6a3c1b5d7e9f11.
            object_ (str): Always `character.challenge`. Example: character.challenge.
            wording (ConsentWording): A text that somebody can agree to.
    """

    created_at: int
    digits: str
    expires_at: int
    head_turns: list[HeadTurn]
    id: str
    object_: str
    wording: ConsentWording
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at

        digits = self.digits

        expires_at = self.expires_at

        head_turns = []
        for head_turns_item_data in self.head_turns:
            head_turns_item = head_turns_item_data.value
            head_turns.append(head_turns_item)

        id = self.id

        object_ = self.object_

        wording = self.wording.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "digits": digits,
                "expires_at": expires_at,
                "head_turns": head_turns,
                "id": id,
                "object": object_,
                "wording": wording,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.consent_wording import ConsentWording

        d = dict(src_dict)
        created_at = d.pop("created_at")

        digits = d.pop("digits")

        expires_at = d.pop("expires_at")

        head_turns = []
        _head_turns = d.pop("head_turns")
        for head_turns_item_data in _head_turns:
            head_turns_item = HeadTurn(head_turns_item_data)

            head_turns.append(head_turns_item)

        id = d.pop("id")

        object_ = d.pop("object")

        wording = ConsentWording.from_dict(d.pop("wording"))

        character_challenge = cls(
            created_at=created_at,
            digits=digits,
            expires_at=expires_at,
            head_turns=head_turns,
            id=id,
            object_=object_,
            wording=wording,
        )

        character_challenge.additional_properties = d
        return character_challenge

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
