from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DiscountCreate")


@_attrs_define
class DiscountCreate:
    """A discount to be set.

    Attributes:
        basis_points (int): What is taken off each line, hundredths of a percent.
        organization_id (str): Whose.
        reason (str): Why.
        effective_at (int | None | Unset): From when, Unix seconds; now if absent. Not in the past.
        project_id (None | str | Unset): For this project alone; for each that has none of its own if absent.
    """

    basis_points: int
    organization_id: str
    reason: str
    effective_at: int | None | Unset = UNSET
    project_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        basis_points = self.basis_points

        organization_id = self.organization_id

        reason = self.reason

        effective_at: int | None | Unset
        if isinstance(self.effective_at, Unset):
            effective_at = UNSET
        else:
            effective_at = self.effective_at

        project_id: None | str | Unset
        if isinstance(self.project_id, Unset):
            project_id = UNSET
        else:
            project_id = self.project_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "basis_points": basis_points,
                "organization_id": organization_id,
                "reason": reason,
            }
        )
        if effective_at is not UNSET:
            field_dict["effective_at"] = effective_at
        if project_id is not UNSET:
            field_dict["project_id"] = project_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        basis_points = d.pop("basis_points")

        organization_id = d.pop("organization_id")

        reason = d.pop("reason")

        def _parse_effective_at(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        effective_at = _parse_effective_at(d.pop("effective_at", UNSET))

        def _parse_project_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        project_id = _parse_project_id(d.pop("project_id", UNSET))

        discount_create = cls(
            basis_points=basis_points,
            organization_id=organization_id,
            reason=reason,
            effective_at=effective_at,
            project_id=project_id,
        )

        return discount_create
