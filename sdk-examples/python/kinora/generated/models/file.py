from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="File")


@_attrs_define
class File:
    """A file.

    Attributes:
        bytes_ (int): Its length, bytes.
        created_at (int): When it was uploaded or written, Unix seconds.
        expires_at (int): When it is removed, Unix seconds.
        filename (str): As its upload said. Example: lines.jsonl.
        id (str): Names the file. Example: file_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        object_ (str): Always `file`. Example: file.
        purpose (str): `batch` for the lines of a batch, `batch_output` for what a batch wrote, `vision` or `user_data`
            for what videos are made
            from. Example: batch.
        status (str): Always `processed`. Example: processed.
    """

    bytes_: int
    created_at: int
    expires_at: int
    filename: str
    id: str
    object_: str
    purpose: str
    status: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        bytes_ = self.bytes_

        created_at = self.created_at

        expires_at = self.expires_at

        filename = self.filename

        id = self.id

        object_ = self.object_

        purpose = self.purpose

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "bytes": bytes_,
                "created_at": created_at,
                "expires_at": expires_at,
                "filename": filename,
                "id": id,
                "object": object_,
                "purpose": purpose,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        bytes_ = d.pop("bytes")

        created_at = d.pop("created_at")

        expires_at = d.pop("expires_at")

        filename = d.pop("filename")

        id = d.pop("id")

        object_ = d.pop("object")

        purpose = d.pop("purpose")

        status = d.pop("status")

        file = cls(
            bytes_=bytes_,
            created_at=created_at,
            expires_at=expires_at,
            filename=filename,
            id=id,
            object_=object_,
            purpose=purpose,
            status=status,
        )

        file.additional_properties = d
        return file

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
