from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="WebhookSecretRotate")


@_attrs_define
class WebhookSecretRotate:
    """How a secret is changed.

    Attributes:
        keep_old_secret_active_for_24_hours (bool | None | Unset): Whether events are signed under the secret before,
            too, for 24 hours; false if absent.
    """

    keep_old_secret_active_for_24_hours: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        keep_old_secret_active_for_24_hours: bool | None | Unset
        if isinstance(self.keep_old_secret_active_for_24_hours, Unset):
            keep_old_secret_active_for_24_hours = UNSET
        else:
            keep_old_secret_active_for_24_hours = (
                self.keep_old_secret_active_for_24_hours
            )

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if keep_old_secret_active_for_24_hours is not UNSET:
            field_dict["keep_old_secret_active_for_24_hours"] = (
                keep_old_secret_active_for_24_hours
            )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_keep_old_secret_active_for_24_hours(
            data: object,
        ) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        keep_old_secret_active_for_24_hours = (
            _parse_keep_old_secret_active_for_24_hours(
                d.pop("keep_old_secret_active_for_24_hours", UNSET)
            )
        )

        webhook_secret_rotate = cls(
            keep_old_secret_active_for_24_hours=keep_old_secret_active_for_24_hours,
        )

        return webhook_secret_rotate
