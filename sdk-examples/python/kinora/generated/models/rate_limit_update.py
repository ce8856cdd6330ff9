from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="RateLimitUpdate")


@_attrs_define
class RateLimitUpdate:
    """A new limit.

    Attributes:
        max_requests_per_1_minute (int): Videos that may be asked for in any 60 seconds; 0 for none, 2147483647 for no
            limit.
    """

    max_requests_per_1_minute: int

    def to_dict(self) -> dict[str, Any]:
        max_requests_per_1_minute = self.max_requests_per_1_minute

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "max_requests_per_1_minute": max_requests_per_1_minute,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        max_requests_per_1_minute = d.pop("max_requests_per_1_minute")

        rate_limit_update = cls(
            max_requests_per_1_minute=max_requests_per_1_minute,
        )

        return rate_limit_update
