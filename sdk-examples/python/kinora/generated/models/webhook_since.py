from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="WebhookSince")


@_attrs_define
class WebhookSince:
    """Since when things are sent again.

    Attributes:
        since (int): Unix seconds. What is older than 30 days is not there any more.
    """

    since: int

    def to_dict(self) -> dict[str, Any]:
        since = self.since

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        since = d.pop("since")

        webhook_since = cls(
            since=since,
        )

        return webhook_since
