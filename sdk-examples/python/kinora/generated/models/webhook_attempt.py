from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookAttempt")


@_attrs_define
class WebhookAttempt:
    """One attempt to deliver.

    Attributes:
        attempted_at (int): When, Unix seconds.
        cause (str): `scheduled`, or `manual` if somebody asked for it. Example: scheduled.
        duration_ms (int): How long it took, milliseconds.
        error (None | str): Why nothing was answered.
        number (int): Counts the attempts at a delivery, from 1.
        response (None | str): How the answer began, at most 1024 bytes.
        status_code (int | None): What was answered; `null` if nothing was. Example: 200.
    """

    attempted_at: int
    cause: str
    duration_ms: int
    error: None | str
    number: int
    response: None | str
    status_code: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        attempted_at = self.attempted_at

        cause = self.cause

        duration_ms = self.duration_ms

        error: None | str
        error = self.error

        number = self.number

        response: None | str
        response = self.response

        status_code: int | None
        status_code = self.status_code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "attempted_at": attempted_at,
                "cause": cause,
                "duration_ms": duration_ms,
                "error": error,
                "number": number,
                "response": response,
                "status_code": status_code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        attempted_at = d.pop("attempted_at")

        cause = d.pop("cause")

        duration_ms = d.pop("duration_ms")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        number = d.pop("number")

        def _parse_response(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        response = _parse_response(d.pop("response"))

        def _parse_status_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status_code = _parse_status_code(d.pop("status_code"))

        webhook_attempt = cls(
            attempted_at=attempted_at,
            cause=cause,
            duration_ms=duration_ms,
            error=error,
            number=number,
            response=response,
            status_code=status_code,
        )

        webhook_attempt.additional_properties = d
        return webhook_attempt

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
