from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.organization_create_mode_type_1 import OrganizationCreateModeType1
from ..models.organization_create_mode_type_2_type_1 import (
    OrganizationCreateModeType2Type1,
)
from ..models.organization_create_mode_type_3_type_1 import (
    OrganizationCreateModeType3Type1,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="OrganizationCreate")


@_attrs_define
class OrganizationCreate:
    """An organization to be made.

    Attributes:
        name (str): What people call it, and its first project. Example: Acme.
        mirrored (bool | None | Unset): Whether Stripe is told of it; false if absent.
        mode (None | OrganizationCreateModeType1 | OrganizationCreateModeType2Type1 | OrganizationCreateModeType3Type1 |
            Unset): `prepaid`, which is meant if absent, or `postpaid`. Example: prepaid.
        owed_limit (None | str | Unset): What it may owe at most, dollars as text; any amount if absent. Counts while it
            is postpaid. Example: 100.00.
    """

    name: str
    mirrored: bool | None | Unset = UNSET
    mode: (
        None
        | OrganizationCreateModeType1
        | OrganizationCreateModeType2Type1
        | OrganizationCreateModeType3Type1
        | Unset
    ) = UNSET
    owed_limit: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        mirrored: bool | None | Unset
        if isinstance(self.mirrored, Unset):
            mirrored = UNSET
        else:
            mirrored = self.mirrored

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif (
            isinstance(self.mode, OrganizationCreateModeType1)
            or isinstance(self.mode, OrganizationCreateModeType2Type1)
            or isinstance(self.mode, OrganizationCreateModeType3Type1)
        ):
            mode = self.mode.value
        else:
            mode = self.mode

        owed_limit: None | str | Unset
        if isinstance(self.owed_limit, Unset):
            owed_limit = UNSET
        else:
            owed_limit = self.owed_limit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if mirrored is not UNSET:
            field_dict["mirrored"] = mirrored
        if mode is not UNSET:
            field_dict["mode"] = mode
        if owed_limit is not UNSET:
            field_dict["owed_limit"] = owed_limit

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_mirrored(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        mirrored = _parse_mirrored(d.pop("mirrored", UNSET))

        def _parse_mode(
            data: object,
        ) -> (
            None
            | OrganizationCreateModeType1
            | OrganizationCreateModeType2Type1
            | OrganizationCreateModeType3Type1
            | Unset
        ):
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_1 = OrganizationCreateModeType1(data)

                return mode_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_2_type_1 = OrganizationCreateModeType2Type1(data)

                return mode_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_3_type_1 = OrganizationCreateModeType3Type1(data)

                return mode_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                None
                | OrganizationCreateModeType1
                | OrganizationCreateModeType2Type1
                | OrganizationCreateModeType3Type1
                | Unset,
                data,
            )

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_owed_limit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owed_limit = _parse_owed_limit(d.pop("owed_limit", UNSET))

        organization_create = cls(
            name=name,
            mirrored=mirrored,
            mode=mode,
            owed_limit=owed_limit,
        )

        return organization_create
