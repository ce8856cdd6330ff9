from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="VideoRelativeCharacter")


@_attrs_define
class VideoRelativeCharacter:
    """Who or what appears in a relative.

    Attributes:
        consent_id (None | str): The consent that its use stands on; `null` where none is needed. Example:
            consent_019aabc2f1e87d0e8f6a3c1b5d7e9f0b.
        id (str): Which character. Example: char_019aabc2f1e87d0e8f6a3c1b5d7e9f0a.
    """

    consent_id: None | str
    id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        consent_id: None | str
        consent_id = self.consent_id

        id = self.id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "consent_id": consent_id,
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_consent_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        consent_id = _parse_consent_id(d.pop("consent_id"))

        id = d.pop("id")

        video_relative_character = cls(
            consent_id=consent_id,
            id=id,
        )

        video_relative_character.additional_properties = d
        return video_relative_character

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
