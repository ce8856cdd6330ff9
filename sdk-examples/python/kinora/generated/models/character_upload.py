from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CharacterUpload")


@_attrs_define
class CharacterUpload:
    """Something that was uploaded for a character.

    Attributes:
        bytes_ (int): Its length, bytes. Example: 1048576.
        created_at (int): When it came, Unix seconds.
        id (str): Names the upload. Example: capture_019aabc2f1e87d0e8f6a3c1b5d7e9f15.
        kind (str): `video`, `image` or `voice` of its beginning, or `capture`. Example: capture.
        sha256 (str): SHA-256 of it, lower-case hexadecimal. Example:
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.
    """

    bytes_: int
    created_at: int
    id: str
    kind: str
    sha256: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        bytes_ = self.bytes_

        created_at = self.created_at

        id = self.id

        kind = self.kind

        sha256 = self.sha256

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "bytes": bytes_,
                "created_at": created_at,
                "id": id,
                "kind": kind,
                "sha256": sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        bytes_ = d.pop("bytes")

        created_at = d.pop("created_at")

        id = d.pop("id")

        kind = d.pop("kind")

        sha256 = d.pop("sha256")

        character_upload = cls(
            bytes_=bytes_,
            created_at=created_at,
            id=id,
            kind=kind,
            sha256=sha256,
        )

        character_upload.additional_properties = d
        return character_upload

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
