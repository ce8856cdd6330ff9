from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RateLimit")


@_attrs_define
class RateLimit:
    """How many videos of a model a project may ask for.

    Attributes:
        id (str): Names the limit within its project: `rl-` and the model's id. Example: rl-kinora-mini.
        max_requests_per_1_minute (int): Videos that may be asked for in any 60 seconds; 2147483647 if nobody set a
            limit.
        max_tokens_per_1_minute (int): Always 2147483647, which limits nothing: videos have no tokens. Example:
            2147483647.
        model (str): The model. Its aliases count with it. Example: kinora-mini.
        object_ (str): Always `project.rate_limit`. Example: project.rate_limit.
    """

    id: str
    max_requests_per_1_minute: int
    max_tokens_per_1_minute: int
    model: str
    object_: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        max_requests_per_1_minute = self.max_requests_per_1_minute

        max_tokens_per_1_minute = self.max_tokens_per_1_minute

        model = self.model

        object_ = self.object_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "max_requests_per_1_minute": max_requests_per_1_minute,
                "max_tokens_per_1_minute": max_tokens_per_1_minute,
                "model": model,
                "object": object_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        max_requests_per_1_minute = d.pop("max_requests_per_1_minute")

        max_tokens_per_1_minute = d.pop("max_tokens_per_1_minute")

        model = d.pop("model")

        object_ = d.pop("object")

        rate_limit = cls(
            id=id,
            max_requests_per_1_minute=max_requests_per_1_minute,
            max_tokens_per_1_minute=max_tokens_per_1_minute,
            model=model,
            object_=object_,
        )

        rate_limit.additional_properties = d
        return rate_limit

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
