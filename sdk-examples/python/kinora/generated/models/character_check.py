from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.character_check_result import CharacterCheckResult

T = TypeVar("T", bound="CharacterCheck")


@_attrs_define
class CharacterCheck:
    """One check, with what was measured.

    Attributes:
        measured (None | str): What was found; `null` where nothing could be looked at. Example: 0.97.
        required (str): What must be found. Example: at least 0.7 of the pictures.
        result (CharacterCheckResult): How one check came out.
    """

    measured: None | str
    required: str
    result: CharacterCheckResult
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        measured: None | str
        measured = self.measured

        required = self.required

        result = self.result.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "measured": measured,
                "required": required,
                "result": result,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_measured(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        measured = _parse_measured(d.pop("measured"))

        required = d.pop("required")

        result = CharacterCheckResult(d.pop("result"))

        character_check = cls(
            measured=measured,
            required=required,
            result=result,
        )

        character_check.additional_properties = d
        return character_check

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
