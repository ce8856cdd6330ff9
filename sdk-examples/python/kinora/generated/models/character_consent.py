from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.character_use import CharacterUse

if TYPE_CHECKING:
    from ..models.consent_wording import ConsentWording


T = TypeVar("T", bound="CharacterConsent")


@_attrs_define
class CharacterConsent:
    """What somebody agreed to.

    Attributes:
        api_key_id (str): With which key.
        capture_sha256 (str): SHA-256 of the capture, lower-case hexadecimal. Example:
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.
        character_id (str): Of which character. Example: char_019aabc2f1e87d0e8f6a3c1b5d7e9f10.
        created_at (int): When it was given, Unix seconds.
        expires_at (int | None): Until when it holds, Unix seconds; `null` until it is taken back.
        id (str): Names the consent. Example: consent_019aabc2f1e87d0e8f6a3c1b5d7e9f12.
        object_ (str): Always `character.consent`. Example: character.consent.
        organization_id (str): Whose project recorded it.
        project_id (str): Which project recorded it.
        revoked_at (int | None): When it was taken back, Unix seconds.
        scopes (list[CharacterUse]): To which uses. Example: ['create', 'remix', 'extend'].
        signed_by (None | str): Who consented, in the words of whoever recorded it. Example: Anna Example.
        wording (ConsentWording): A text that somebody can agree to.
    """

    api_key_id: str
    capture_sha256: str
    character_id: str
    created_at: int
    expires_at: int | None
    id: str
    object_: str
    organization_id: str
    project_id: str
    revoked_at: int | None
    scopes: list[CharacterUse]
    signed_by: None | str
    wording: ConsentWording
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_key_id = self.api_key_id

        capture_sha256 = self.capture_sha256

        character_id = self.character_id

        created_at = self.created_at

        expires_at: int | None
        expires_at = self.expires_at

        id = self.id

        object_ = self.object_

        organization_id = self.organization_id

        project_id = self.project_id

        revoked_at: int | None
        revoked_at = self.revoked_at

        scopes = []
        for scopes_item_data in self.scopes:
            scopes_item = scopes_item_data.value
            scopes.append(scopes_item)

        signed_by: None | str
        signed_by = self.signed_by

        wording = self.wording.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_key_id": api_key_id,
                "capture_sha256": capture_sha256,
                "character_id": character_id,
                "created_at": created_at,
                "expires_at": expires_at,
                "id": id,
                "object": object_,
                "organization_id": organization_id,
                "project_id": project_id,
                "revoked_at": revoked_at,
                "scopes": scopes,
                "signed_by": signed_by,
                "wording": wording,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.consent_wording import ConsentWording

        d = dict(src_dict)
        api_key_id = d.pop("api_key_id")

        capture_sha256 = d.pop("capture_sha256")

        character_id = d.pop("character_id")

        created_at = d.pop("created_at")

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        id = d.pop("id")

        object_ = d.pop("object")

        organization_id = d.pop("organization_id")

        project_id = d.pop("project_id")

        def _parse_revoked_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        scopes = []
        _scopes = d.pop("scopes")
        for scopes_item_data in _scopes:
            scopes_item = CharacterUse(scopes_item_data)

            scopes.append(scopes_item)

        def _parse_signed_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        signed_by = _parse_signed_by(d.pop("signed_by"))

        wording = ConsentWording.from_dict(d.pop("wording"))

        character_consent = cls(
            api_key_id=api_key_id,
            capture_sha256=capture_sha256,
            character_id=character_id,
            created_at=created_at,
            expires_at=expires_at,
            id=id,
            object_=object_,
            organization_id=organization_id,
            project_id=project_id,
            revoked_at=revoked_at,
            scopes=scopes,
            signed_by=signed_by,
            wording=wording,
        )

        character_consent.additional_properties = d
        return character_consent

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
