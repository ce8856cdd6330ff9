from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.character_kind import CharacterKind
from ..models.character_status import CharacterStatus
from ..models.character_use_policy import CharacterUsePolicy

if TYPE_CHECKING:
    from ..models.character_challenge import CharacterChallenge
    from ..models.character_checks import CharacterChecks
    from ..models.character_consent import CharacterConsent
    from ..models.character_preferences import CharacterPreferences


T = TypeVar("T", bound="Character")


@_attrs_define
class Character:
    """A character. Whoever may use it but does not own it sees `null` for what is the owner's business.

    Attributes:
        challenge (CharacterChallenge | None):
        checks (CharacterChecks | None):
        consent (CharacterConsent | None):
        created_at (int): When it was made, Unix seconds.
        handle (None | str): Under which name its owner is known to others on this server. Example: anna.
        id (str): Names the character. Example: char_019aabc2f1e87d0e8f6a3c1b5d7e9f10.
        kind (CharacterKind): What a character is.
        name (str): Its name. A prompt with it must have the name as it is written here. Example: Anna.
        object_ (str): Always `character`. Example: character.
        preferences (CharacterPreferences | None):
        refusal (None | str): Why the operator refused it.
        revoked_at (int | None): When its owner took it back, Unix seconds.
        status (CharacterStatus): Whether a character can be used.
        use_policy (CharacterUsePolicy): Who may use a character beside its owner.
    """

    challenge: CharacterChallenge | None
    checks: CharacterChecks | None
    consent: CharacterConsent | None
    created_at: int
    handle: None | str
    id: str
    kind: CharacterKind
    name: str
    object_: str
    preferences: CharacterPreferences | None
    refusal: None | str
    revoked_at: int | None
    status: CharacterStatus
    use_policy: CharacterUsePolicy
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.character_challenge import CharacterChallenge
        from ..models.character_checks import CharacterChecks
        from ..models.character_consent import CharacterConsent
        from ..models.character_preferences import CharacterPreferences

        challenge: dict[str, Any] | None
        if isinstance(self.challenge, CharacterChallenge):
            challenge = self.challenge.to_dict()
        else:
            challenge = self.challenge

        checks: dict[str, Any] | None
        if isinstance(self.checks, CharacterChecks):
            checks = self.checks.to_dict()
        else:
            checks = self.checks

        consent: dict[str, Any] | None
        if isinstance(self.consent, CharacterConsent):
            consent = self.consent.to_dict()
        else:
            consent = self.consent

        created_at = self.created_at

        handle: None | str
        handle = self.handle

        id = self.id

        kind = self.kind.value

        name = self.name

        object_ = self.object_

        preferences: dict[str, Any] | None
        if isinstance(self.preferences, CharacterPreferences):
            preferences = self.preferences.to_dict()
        else:
            preferences = self.preferences

        refusal: None | str
        refusal = self.refusal

        revoked_at: int | None
        revoked_at = self.revoked_at

        status = self.status.value

        use_policy = self.use_policy.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "challenge": challenge,
                "checks": checks,
                "consent": consent,
                "created_at": created_at,
                "handle": handle,
                "id": id,
                "kind": kind,
                "name": name,
                "object": object_,
                "preferences": preferences,
                "refusal": refusal,
                "revoked_at": revoked_at,
                "status": status,
                "use_policy": use_policy,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.character_challenge import CharacterChallenge
        from ..models.character_checks import CharacterChecks
        from ..models.character_consent import CharacterConsent
        from ..models.character_preferences import CharacterPreferences

        d = dict(src_dict)

        def _parse_challenge(data: object) -> CharacterChallenge | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                challenge_type_0 = CharacterChallenge.from_dict(data)

                return challenge_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterChallenge | None, data)

        challenge = _parse_challenge(d.pop("challenge"))

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

        def _parse_consent(data: object) -> CharacterConsent | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_type_0 = CharacterConsent.from_dict(data)

                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterConsent | None, data)

        consent = _parse_consent(d.pop("consent"))

        created_at = d.pop("created_at")

        def _parse_handle(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        handle = _parse_handle(d.pop("handle"))

        id = d.pop("id")

        kind = CharacterKind(d.pop("kind"))

        name = d.pop("name")

        object_ = d.pop("object")

        def _parse_preferences(data: object) -> CharacterPreferences | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                preferences_type_0 = CharacterPreferences.from_dict(data)

                return preferences_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterPreferences | None, data)

        preferences = _parse_preferences(d.pop("preferences"))

        def _parse_refusal(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refusal = _parse_refusal(d.pop("refusal"))

        def _parse_revoked_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        status = CharacterStatus(d.pop("status"))

        use_policy = CharacterUsePolicy(d.pop("use_policy"))

        character = cls(
            challenge=challenge,
            checks=checks,
            consent=consent,
            created_at=created_at,
            handle=handle,
            id=id,
            kind=kind,
            name=name,
            object_=object_,
            preferences=preferences,
            refusal=refusal,
            revoked_at=revoked_at,
            status=status,
            use_policy=use_policy,
        )

        character.additional_properties = d
        return character

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
