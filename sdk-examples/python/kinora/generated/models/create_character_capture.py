from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from .. import types
from ..models.character_use import CharacterUse
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="CreateCharacterCapture")


@_attrs_define
class CreateCharacterCapture:
    """A capture that answers a challenge: the parts of the form.

    Attributes:
        video (File): The recording: MP4 or MOV with H.264, and AAC unless the voice is sent apart, at most 20 seconds.
        wording_version (str): The version of the challenge's wording, to which the person agrees. Example: 2026-11-27.
        expires_at (int | None | Unset): Until when, Unix seconds; until it is taken back if absent.
        scopes (list[CharacterUse] | None | Unset): To what; all three if absent.
        signed_by (None | str | Unset): Who agrees, for the record. Example: Anna Example.
        voice (File | None | Unset): The voice, if it was recorded apart: WAV with 16 bits a sample, or MP4 with AAC.
            Whether the person who is seen speaks it
            cannot be told here, so that `speech` and `digits` are not checked and the operator looks.
    """

    video: File
    wording_version: str
    expires_at: int | None | Unset = UNSET
    scopes: list[CharacterUse] | None | Unset = UNSET
    signed_by: None | str | Unset = UNSET
    voice: File | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        video = self.video.to_tuple()

        wording_version = self.wording_version

        expires_at: int | None | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        else:
            expires_at = self.expires_at

        scopes: list[str] | None | Unset
        if isinstance(self.scopes, Unset):
            scopes = UNSET
        elif isinstance(self.scopes, list):
            scopes = []
            for scopes_type_0_item_data in self.scopes:
                scopes_type_0_item = scopes_type_0_item_data.value
                scopes.append(scopes_type_0_item)

        else:
            scopes = self.scopes

        signed_by: None | str | Unset
        if isinstance(self.signed_by, Unset):
            signed_by = UNSET
        else:
            signed_by = self.signed_by

        voice: FileTypes | None | Unset
        if isinstance(self.voice, Unset):
            voice = UNSET
        elif isinstance(self.voice, File):
            voice = self.voice.to_tuple()

        else:
            voice = self.voice

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "video": video,
                "wording_version": wording_version,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if scopes is not UNSET:
            field_dict["scopes"] = scopes
        if signed_by is not UNSET:
            field_dict["signed_by"] = signed_by
        if voice is not UNSET:
            field_dict["voice"] = voice

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("video", self.video.to_tuple()))

        files.append(
            (
                "wording_version",
                (None, str(self.wording_version).encode(), "text/plain"),
            )
        )

        if not isinstance(self.expires_at, Unset):
            if isinstance(self.expires_at, int):
                files.append(
                    ("expires_at", (None, str(self.expires_at).encode(), "text/plain"))
                )
            else:
                files.append(
                    ("expires_at", (None, str(self.expires_at).encode(), "text/plain"))
                )

        if not isinstance(self.scopes, Unset):
            if isinstance(self.scopes, list):
                for scopes_type_0_item_element in self.scopes:
                    files.append(
                        (
                            "scopes",
                            (
                                None,
                                str(scopes_type_0_item_element.value).encode(),
                                "text/plain",
                            ),
                        )
                    )
            else:
                files.append(
                    ("scopes", (None, str(self.scopes).encode(), "text/plain"))
                )

        if not isinstance(self.signed_by, Unset):
            if isinstance(self.signed_by, str):
                files.append(
                    ("signed_by", (None, str(self.signed_by).encode(), "text/plain"))
                )
            else:
                files.append(
                    ("signed_by", (None, str(self.signed_by).encode(), "text/plain"))
                )

        if not isinstance(self.voice, Unset):
            if isinstance(self.voice, File):
                files.append(("voice", self.voice.to_tuple()))
            else:
                files.append(("voice", (None, str(self.voice).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        video = File(payload=BytesIO(d.pop("video")))

        wording_version = d.pop("wording_version")

        def _parse_expires_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_scopes(data: object) -> list[CharacterUse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                scopes_type_0 = []
                _scopes_type_0 = data
                for scopes_type_0_item_data in _scopes_type_0:
                    scopes_type_0_item = CharacterUse(scopes_type_0_item_data)

                    scopes_type_0.append(scopes_type_0_item)

                return scopes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CharacterUse] | None | Unset, data)

        scopes = _parse_scopes(d.pop("scopes", UNSET))

        def _parse_signed_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        signed_by = _parse_signed_by(d.pop("signed_by", UNSET))

        def _parse_voice(data: object) -> File | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, bytes):
                    raise TypeError()
                voice_type_0 = File(payload=BytesIO(data))

                return voice_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(File | None | Unset, data)

        voice = _parse_voice(d.pop("voice", UNSET))

        create_character_capture = cls(
            video=video,
            wording_version=wording_version,
            expires_at=expires_at,
            scopes=scopes,
            signed_by=signed_by,
            voice=voice,
        )

        return create_character_capture
