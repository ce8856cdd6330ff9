from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Model")


@_attrs_define
class Model:
    """A model on offer.

    Attributes:
        alias_of (None | str): For an alias, the model it stands for.
        audio (bool): Whether it can make sound.
        created (int): When it was added, Unix seconds.
        default (bool): Whether a request that names no model gets it.
        frames_per_second (int): Frames a second of its videos.
        id (str): The name to ask for it by. Example: kinora-mini.
        object_ (str): Always `model`. Example: model.
        owned_by (str): Who made it. Example: kinora.
        seconds (list[str]): The lengths its videos may have, seconds, as text.
        sizes (list[str]): The sizes its videos may have.
    """

    alias_of: None | str
    audio: bool
    created: int
    default: bool
    frames_per_second: int
    id: str
    object_: str
    owned_by: str
    seconds: list[str]
    sizes: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        alias_of: None | str
        alias_of = self.alias_of

        audio = self.audio

        created = self.created

        default = self.default

        frames_per_second = self.frames_per_second

        id = self.id

        object_ = self.object_

        owned_by = self.owned_by

        seconds = self.seconds

        sizes = self.sizes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "alias_of": alias_of,
                "audio": audio,
                "created": created,
                "default": default,
                "frames_per_second": frames_per_second,
                "id": id,
                "object": object_,
                "owned_by": owned_by,
                "seconds": seconds,
                "sizes": sizes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_alias_of(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        alias_of = _parse_alias_of(d.pop("alias_of"))

        audio = d.pop("audio")

        created = d.pop("created")

        default = d.pop("default")

        frames_per_second = d.pop("frames_per_second")

        id = d.pop("id")

        object_ = d.pop("object")

        owned_by = d.pop("owned_by")

        seconds = cast(list[str], d.pop("seconds"))

        sizes = cast(list[str], d.pop("sizes"))

        model = cls(
            alias_of=alias_of,
            audio=audio,
            created=created,
            default=default,
            frames_per_second=frames_per_second,
            id=id,
            object_=object_,
            owned_by=owned_by,
            seconds=seconds,
            sizes=sizes,
        )

        model.additional_properties = d
        return model

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
