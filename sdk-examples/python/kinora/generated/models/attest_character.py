from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="AttestCharacter")


@_attrs_define
class AttestCharacter:
    """Where a person consented.

    Attributes:
        attestation (str): How and where the person consented, so that it can be found again; the owner reads it.
            Example: Signed release of 2026-11-02, folder 12..
    """

    attestation: str

    def to_dict(self) -> dict[str, Any]:
        attestation = self.attestation

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "attestation": attestation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        attestation = d.pop("attestation")

        attest_character = cls(
            attestation=attestation,
        )

        return attest_character
