from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Discount")


@_attrs_define
class Discount:
    """A discount from some time on. The newest in force counts; a project's goes before its organization's.

    Attributes:
        basis_points (int): What is taken off each line, hundredths of a percent.
        created_at (int): When it was set, Unix seconds.
        effective_at (int): From when, Unix seconds.
        id (str): Names the discount.
        object_ (str): Always `discount`. Example: discount.
        organization_id (str): Whose.
        project_id (None | str): For this project alone.
        reason (str): Why.
    """

    basis_points: int
    created_at: int
    effective_at: int
    id: str
    object_: str
    organization_id: str
    project_id: None | str
    reason: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        basis_points = self.basis_points

        created_at = self.created_at

        effective_at = self.effective_at

        id = self.id

        object_ = self.object_

        organization_id = self.organization_id

        project_id: None | str
        project_id = self.project_id

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "basis_points": basis_points,
                "created_at": created_at,
                "effective_at": effective_at,
                "id": id,
                "object": object_,
                "organization_id": organization_id,
                "project_id": project_id,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        basis_points = d.pop("basis_points")

        created_at = d.pop("created_at")

        effective_at = d.pop("effective_at")

        id = d.pop("id")

        object_ = d.pop("object")

        organization_id = d.pop("organization_id")

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        reason = d.pop("reason")

        discount = cls(
            basis_points=basis_points,
            created_at=created_at,
            effective_at=effective_at,
            id=id,
            object_=object_,
            organization_id=organization_id,
            project_id=project_id,
            reason=reason,
        )

        discount.additional_properties = d
        return discount

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
