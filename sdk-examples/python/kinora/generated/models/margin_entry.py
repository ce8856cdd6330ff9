from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MarginEntry")


@_attrs_define
class MarginEntry:
    """What a group earned.

    Attributes:
        api_key_id (None | str): The key, if it is grouped by.
        compute (str): What the runs that delivered cost to compute. Example: 0.000068.
        day (None | str): The UTC day, if it is grouped by. Example: 2026-11-23.
        lost_compute (str): What those cost to compute. Example: 0.000000.
        lost_runs (int): Runs that delivered nothing.
        margin (str): What was charged less what all runs cost. Example: 0.003932.
        model (None | str): The model, if it is grouped by.
        operation (None | str): The operation, if it is grouped by.
        organization_id (None | str): The organization, if it is grouped by.
        project_id (None | str): The project, if it is grouped by.
        revenue (str): What was charged. Example: 0.004000.
        seconds (float): Seconds that were charged for.
        videos (int): Runs that delivered a clip.
    """

    api_key_id: None | str
    compute: str
    day: None | str
    lost_compute: str
    lost_runs: int
    margin: str
    model: None | str
    operation: None | str
    organization_id: None | str
    project_id: None | str
    revenue: str
    seconds: float
    videos: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_key_id: None | str
        api_key_id = self.api_key_id

        compute = self.compute

        day: None | str
        day = self.day

        lost_compute = self.lost_compute

        lost_runs = self.lost_runs

        margin = self.margin

        model: None | str
        model = self.model

        operation: None | str
        operation = self.operation

        organization_id: None | str
        organization_id = self.organization_id

        project_id: None | str
        project_id = self.project_id

        revenue = self.revenue

        seconds = self.seconds

        videos = self.videos

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "api_key_id": api_key_id,
                "compute": compute,
                "day": day,
                "lost_compute": lost_compute,
                "lost_runs": lost_runs,
                "margin": margin,
                "model": model,
                "operation": operation,
                "organization_id": organization_id,
                "project_id": project_id,
                "revenue": revenue,
                "seconds": seconds,
                "videos": videos,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_api_key_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        api_key_id = _parse_api_key_id(d.pop("api_key_id"))

        compute = d.pop("compute")

        def _parse_day(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        day = _parse_day(d.pop("day"))

        lost_compute = d.pop("lost_compute")

        lost_runs = d.pop("lost_runs")

        margin = d.pop("margin")

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_operation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        operation = _parse_operation(d.pop("operation"))

        def _parse_organization_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        organization_id = _parse_organization_id(d.pop("organization_id"))

        def _parse_project_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        project_id = _parse_project_id(d.pop("project_id"))

        revenue = d.pop("revenue")

        seconds = d.pop("seconds")

        videos = d.pop("videos")

        margin_entry = cls(
            api_key_id=api_key_id,
            compute=compute,
            day=day,
            lost_compute=lost_compute,
            lost_runs=lost_runs,
            margin=margin,
            model=model,
            operation=operation,
            organization_id=organization_id,
            project_id=project_id,
            revenue=revenue,
            seconds=seconds,
            videos=videos,
        )

        margin_entry.additional_properties = d
        return margin_entry

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
