from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.character_finished import CharacterFinished
from ..models.character_use_policy import CharacterUsePolicy
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.character_preferences import CharacterPreferences


T = TypeVar("T", bound="UpdateCharacter")


@_attrs_define
class UpdateCharacter:
    """What to change of a character; what is absent stays.

    Attributes:
        finished (CharacterFinished | None | Unset):
        name (None | str | Unset): Its name. Example: Anna.
        preferences (CharacterPreferences | None | Unset):
        use_policy (CharacterUsePolicy | None | Unset):
    """

    finished: CharacterFinished | None | Unset = UNSET
    name: None | str | Unset = UNSET
    preferences: CharacterPreferences | None | Unset = UNSET
    use_policy: CharacterUsePolicy | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.character_preferences import CharacterPreferences

        finished: None | str | Unset
        if isinstance(self.finished, Unset):
            finished = UNSET
        elif isinstance(self.finished, CharacterFinished):
            finished = self.finished.value
        else:
            finished = self.finished

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        preferences: dict[str, Any] | None | Unset
        if isinstance(self.preferences, Unset):
            preferences = UNSET
        elif isinstance(self.preferences, CharacterPreferences):
            preferences = self.preferences.to_dict()
        else:
            preferences = self.preferences

        use_policy: None | str | Unset
        if isinstance(self.use_policy, Unset):
            use_policy = UNSET
        elif isinstance(self.use_policy, CharacterUsePolicy):
            use_policy = self.use_policy.value
        else:
            use_policy = self.use_policy

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if finished is not UNSET:
            field_dict["finished"] = finished
        if name is not UNSET:
            field_dict["name"] = name
        if preferences is not UNSET:
            field_dict["preferences"] = preferences
        if use_policy is not UNSET:
            field_dict["use_policy"] = use_policy

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.character_preferences import CharacterPreferences

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

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_preferences(data: object) -> CharacterPreferences | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                preferences_type_0 = CharacterPreferences.from_dict(data)

                return preferences_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterPreferences | None | Unset, data)

        preferences = _parse_preferences(d.pop("preferences", UNSET))

        def _parse_use_policy(data: object) -> CharacterUsePolicy | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                use_policy_type_0 = CharacterUsePolicy(data)

                return use_policy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterUsePolicy | None | Unset, data)

        use_policy = _parse_use_policy(d.pop("use_policy", UNSET))

        update_character = cls(
            finished=finished,
            name=name,
            preferences=preferences,
            use_policy=use_policy,
        )

        return update_character
