from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.character_decision import CharacterDecision

T = TypeVar("T", bound="CharacterAuditEntry")


@_attrs_define
class CharacterAuditEntry:
    """What was decided about a character.

    Attributes:
        actor (str): On whose request: `owner`, `other`, `operator` or `server`. Example: other.
        created_at (int): When, Unix seconds.
        decision (CharacterDecision): What was decided about a character.
        handle (None | str): Who that was, by handle, if it was somebody with one. Example: ben.
        id (str): Names the entry. Example: audit_019aabc2f1e87d0e8f6a3c1b5d7e9f14.
        object_ (str): Always `character.audit_entry`. Example: character.audit_entry.
        subject_id (None | str): The video, grant, consent, challenge or upload it is about. Example:
            video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
    """

    actor: str
    created_at: int
    decision: CharacterDecision
    handle: None | str
    id: str
    object_: str
    subject_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        actor = self.actor

        created_at = self.created_at

        decision = self.decision.value

        handle: None | str
        handle = self.handle

        id = self.id

        object_ = self.object_

        subject_id: None | str
        subject_id = self.subject_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "actor": actor,
                "created_at": created_at,
                "decision": decision,
                "handle": handle,
                "id": id,
                "object": object_,
                "subject_id": subject_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        actor = d.pop("actor")

        created_at = d.pop("created_at")

        decision = CharacterDecision(d.pop("decision"))

        def _parse_handle(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        handle = _parse_handle(d.pop("handle"))

        id = d.pop("id")

        object_ = d.pop("object")

        def _parse_subject_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        subject_id = _parse_subject_id(d.pop("subject_id"))

        character_audit_entry = cls(
            actor=actor,
            created_at=created_at,
            decision=decision,
            handle=handle,
            id=id,
            object_=object_,
            subject_id=subject_id,
        )

        character_audit_entry.additional_properties = d
        return character_audit_entry

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
