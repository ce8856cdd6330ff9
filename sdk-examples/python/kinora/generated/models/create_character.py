from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from .. import types
from ..models.character_kind import CharacterKind
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="CreateCharacter")


@_attrs_define
class CreateCharacter:
    """A character to be made: the parts of the form.

    Attributes:
        name (str): Its name, 1 to 80 characters. Example: Anna.
        handle (None | str | Unset): Under which name its owner is known to others, if it has none yet: 3 to 30 of `a`
            to `z`, digits, `.` and `_`. Example: anna.
        images (list[str] | None | Unset): Or 1 to 5 photographs: JPEG, PNG or WebP.
        kind (CharacterKind | None | Unset):
        video (File | None | Unset): A recording that shows it: MP4 or MOV with H.264, at most 20 seconds.
        voice (File | None | Unset): Its voice, if it was recorded apart: WAV with 16 bits a sample, or MP4 with AAC.
    """

    name: str
    handle: None | str | Unset = UNSET
    images: list[str] | None | Unset = UNSET
    kind: CharacterKind | None | Unset = UNSET
    video: File | None | Unset = UNSET
    voice: File | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        handle: None | str | Unset
        if isinstance(self.handle, Unset):
            handle = UNSET
        else:
            handle = self.handle

        images: list[str] | None | Unset
        if isinstance(self.images, Unset):
            images = UNSET
        elif isinstance(self.images, list):
            images = self.images

        else:
            images = self.images

        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        elif isinstance(self.kind, CharacterKind):
            kind = self.kind.value
        else:
            kind = self.kind

        video: FileTypes | None | Unset
        if isinstance(self.video, Unset):
            video = UNSET
        elif isinstance(self.video, File):
            video = self.video.to_tuple()

        else:
            video = self.video

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
                "name": name,
            }
        )
        if handle is not UNSET:
            field_dict["handle"] = handle
        if images is not UNSET:
            field_dict["images"] = images
        if kind is not UNSET:
            field_dict["kind"] = kind
        if video is not UNSET:
            field_dict["video"] = video
        if voice is not UNSET:
            field_dict["voice"] = voice

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("name", (None, str(self.name).encode(), "text/plain")))

        if not isinstance(self.handle, Unset):
            if isinstance(self.handle, str):
                files.append(
                    ("handle", (None, str(self.handle).encode(), "text/plain"))
                )
            else:
                files.append(
                    ("handle", (None, str(self.handle).encode(), "text/plain"))
                )

        if not isinstance(self.images, Unset):
            if isinstance(self.images, list):
                for images_type_0_item_element in self.images:
                    files.append(
                        (
                            "images",
                            (
                                None,
                                str(images_type_0_item_element).encode(),
                                "text/plain",
                            ),
                        )
                    )
            else:
                files.append(
                    ("images", (None, str(self.images).encode(), "text/plain"))
                )

        if not isinstance(self.kind, Unset):
            if isinstance(self.kind, CharacterKind):
                files.append(
                    ("kind", (None, str(self.kind.value).encode(), "text/plain"))
                )
            else:
                files.append(("kind", (None, str(self.kind).encode(), "text/plain")))

        if not isinstance(self.video, Unset):
            if isinstance(self.video, File):
                files.append(("video", self.video.to_tuple()))
            else:
                files.append(("video", (None, str(self.video).encode(), "text/plain")))

        if not isinstance(self.voice, Unset):
            if isinstance(self.voice, File):
                files.append(("voice", self.voice.to_tuple()))
            else:
                files.append(("voice", (None, str(self.voice).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_handle(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        handle = _parse_handle(d.pop("handle", UNSET))

        def _parse_images(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                images_type_0 = cast(list[str], data)

                return images_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        images = _parse_images(d.pop("images", UNSET))

        def _parse_kind(data: object) -> CharacterKind | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                kind_type_0 = CharacterKind(data)

                return kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CharacterKind | None | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))

        def _parse_video(data: object) -> File | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, bytes):
                    raise TypeError()
                video_type_0 = File(payload=BytesIO(data))

                return video_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(File | None | Unset, data)

        video = _parse_video(d.pop("video", UNSET))

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

        create_character = cls(
            name=name,
            handle=handle,
            images=images,
            kind=kind,
            video=video,
            voice=voice,
        )

        return create_character
