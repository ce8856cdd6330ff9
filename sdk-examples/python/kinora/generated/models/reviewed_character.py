from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.character_kind import CharacterKind
from ..models.character_status import CharacterStatus
from ..models.head_turn import HeadTurn

if TYPE_CHECKING:
    from ..models.character_checks import CharacterChecks
    from ..models.character_upload import CharacterUpload


T = TypeVar("T", bound="ReviewedCharacter")


@_attrs_define
class ReviewedCharacter:
    """A character, as the operator sees it.

    Attributes:
        captures (list[CharacterUpload]): What was uploaded, the oldest first.
        checks (CharacterChecks | None):
        created_at (int): When it was made, Unix seconds.
        digits (None | str): The digits that the last challenge asked for. Example: 472.
        head_turns (list[HeadTurn] | None): The turns of the head that it asked for.
        id (str): Names the character. Example: char_019aabc2f1e87d0e8f6a3c1b5d7e9f10.
        kind (CharacterKind): What a character is.
        name (str): Its name. Example: Anna.
        object_ (str): Always `operator.character`. Example: operator.character.
        organization_id (str): Whose it is.
        project_id (str): Whose it is.
        refusal (None | str): Why it was refused.
        status (CharacterStatus): Whether a character can be used.
    """

    captures: list[CharacterUpload]
    checks: CharacterChecks | None
    created_at: int
    digits: None | str
    head_turns: list[HeadTurn] | None
    id: str
    kind: CharacterKind
    name: str
    object_: str
    organization_id: str
    project_id: str
    refusal: None | str
    status: CharacterStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.character_checks import CharacterChecks

        captures = []
        for captures_item_data in self.captures:
            captures_item = captures_item_data.to_dict()
            captures.append(captures_item)

        checks: dict[str, Any] | None
        if isinstance(self.checks, CharacterChecks):
            checks = self.checks.to_dict()
        else:
            checks = self.checks

        created_at = self.created_at

        digits: None | str
        digits = self.digits

        head_turns: list[str] | None
        if isinstance(self.head_turns, list):
            head_turns = []
            for head_turns_type_0_item_data in self.head_turns:
                head_turns_type_0_item = head_turns_type_0_item_data.value
                head_turns.append(head_turns_type_0_item)

        else:
            head_turns = self.head_turns

        id = self.id

        kind = self.kind.value

        name = self.name

        object_ = self.object_

        organization_id = self.organization_id

        project_id = self.project_id

        refusal: None | str
        refusal = self.refusal

        status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "captures": captures,
                "checks": checks,
                "created_at": created_at,
                "digits": digits,
                "head_turns": head_turns,
                "id": id,
                "kind": kind,
                "name": name,
                "object": object_,
                "organization_id": organization_id,
                "project_id": project_id,
                "refusal": refusal,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.character_checks import CharacterChecks
        from ..models.character_upload import CharacterUpload

        d = dict(src_dict)
        captures = []
        _captures = d.pop("captures")
        for captures_item_data in _captures:
            captures_item = CharacterUpload.from_dict(captures_item_data)

            captures.append(captures_item)

        def _parse_checks(data: object) -> CharacterChecks | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                checks_type_0 = CharacterChecks.from_dict(data)

                return checks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterChecks | None, data)

        checks = _parse_checks(d.pop("checks"))

        created_at = d.pop("created_at")

        def _parse_digits(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        digits = _parse_digits(d.pop("digits"))

        def _parse_head_turns(data: object) -> list[HeadTurn] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                head_turns_type_0 = []
                _head_turns_type_0 = data
                for head_turns_type_0_item_data in _head_turns_type_0:
                    head_turns_type_0_item = HeadTurn(head_turns_type_0_item_data)

                    head_turns_type_0.append(head_turns_type_0_item)

                return head_turns_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[HeadTurn] | None, data)

        head_turns = _parse_head_turns(d.pop("head_turns"))

        id = d.pop("id")

        kind = CharacterKind(d.pop("kind"))

        name = d.pop("name")

        object_ = d.pop("object")

        organization_id = d.pop("organization_id")

        project_id = d.pop("project_id")

        def _parse_refusal(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refusal = _parse_refusal(d.pop("refusal"))

        status = CharacterStatus(d.pop("status"))

        reviewed_character = cls(
            captures=captures,
            checks=checks,
            created_at=created_at,
            digits=digits,
            head_turns=head_turns,
            id=id,
            kind=kind,
            name=name,
            object_=object_,
            organization_id=organization_id,
            project_id=project_id,
            refusal=refusal,
            status=status,
        )

        reviewed_character.additional_properties = d
        return reviewed_character

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
