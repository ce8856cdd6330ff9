from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from .. import types
from ..types import UNSET, File, Unset

if TYPE_CHECKING:
    from ..models.file_expires_after import FileExpiresAfter


T = TypeVar("T", bound="CreateFile")


@_attrs_define
class CreateFile:
    """A file to be kept: the parts of the form.

    Attributes:
        file (File): The bytes, at most 200 000 000, with a file name.
        purpose (str): `batch` for the lines of a batch, `vision` or `user_data` for pictures that videos begin with.
            Example: batch.
        expires_after (FileExpiresAfter | None | Unset):
    """

    file: File
    purpose: str
    expires_after: FileExpiresAfter | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.file_expires_after import FileExpiresAfter

        file = self.file.to_tuple()

        purpose = self.purpose

        expires_after: dict[str, Any] | None | Unset
        if isinstance(self.expires_after, Unset):
            expires_after = UNSET
        elif isinstance(self.expires_after, FileExpiresAfter):
            expires_after = self.expires_after.to_dict()
        else:
            expires_after = self.expires_after

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "file": file,
                "purpose": purpose,
            }
        )
        if expires_after is not UNSET:
            field_dict["expires_after"] = expires_after

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        from ..models.file_expires_after import FileExpiresAfter

        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        files.append(("purpose", (None, str(self.purpose).encode(), "text/plain")))

        if not isinstance(self.expires_after, Unset):
            if isinstance(self.expires_after, FileExpiresAfter):
                files.append(
                    (
                        "expires_after",
                        (
                            None,
                            json.dumps(self.expires_after.to_dict()).encode(),
                            "application/json",
                        ),
                    )
                )
            else:
                files.append(
                    (
                        "expires_after",
                        (None, str(self.expires_after).encode(), "text/plain"),
                    )
                )

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.file_expires_after import FileExpiresAfter

        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        purpose = d.pop("purpose")

        def _parse_expires_after(data: object) -> FileExpiresAfter | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                expires_after_type_0 = FileExpiresAfter.from_dict(data)

                return expires_after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FileExpiresAfter | None | Unset, data)

        expires_after = _parse_expires_after(d.pop("expires_after", UNSET))

        create_file = cls(
            file=file,
            purpose=purpose,
            expires_after=expires_after,
        )

        return create_file
