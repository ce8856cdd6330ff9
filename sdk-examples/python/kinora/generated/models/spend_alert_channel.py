from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.spend_alert_channel_type import SpendAlertChannelType
from ..types import UNSET, Unset

T = TypeVar("T", bound="SpendAlertChannel")


@_attrs_define
class SpendAlertChannel:
    """Whom to tell. Kinora keeps it for whoever sends the mail: itself it writes an event.

    Attributes:
        recipients (list[str]): 1 to 20 addresses.
        type_ (SpendAlertChannelType): Always `email`. Example: email.
        subject_prefix (None | str | Unset): What a mail's subject begins with.
    """

    recipients: list[str]
    type_: SpendAlertChannelType
    subject_prefix: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        recipients = self.recipients

        type_ = self.type_.value

        subject_prefix: None | str | Unset
        if isinstance(self.subject_prefix, Unset):
            subject_prefix = UNSET
        else:
            subject_prefix = self.subject_prefix

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "recipients": recipients,
                "type": type_,
            }
        )
        if subject_prefix is not UNSET:
            field_dict["subject_prefix"] = subject_prefix

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        recipients = cast(list[str], d.pop("recipients"))

        type_ = SpendAlertChannelType(d.pop("type"))

        def _parse_subject_prefix(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subject_prefix = _parse_subject_prefix(d.pop("subject_prefix", UNSET))

        spend_alert_channel = cls(
            recipients=recipients,
            type_=type_,
            subject_prefix=subject_prefix,
        )

        return spend_alert_channel
