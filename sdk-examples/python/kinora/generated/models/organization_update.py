from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.organization_update_mode_type_1 import OrganizationUpdateModeType1
from ..models.organization_update_mode_type_2_type_1 import (
    OrganizationUpdateModeType2Type1,
)
from ..models.organization_update_mode_type_3_type_1 import (
    OrganizationUpdateModeType3Type1,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="OrganizationUpdate")


@_attrs_define
class OrganizationUpdate:
    """What to change of an organization: at least one field.

    Attributes:
        mirrored (bool | None | Unset): Whether Stripe is told of it from now on.
        mode (None | OrganizationUpdateModeType1 | OrganizationUpdateModeType2Type1 | OrganizationUpdateModeType3Type1 |
            Unset): `prepaid` or `postpaid`. What is held stays where it came from.
        name (None | str | Unset): What people call it.
        owed_limit (None | str | Unset): What it may owe at most, dollars as text; `null` for any amount.
    """

    mirrored: bool | None | Unset = UNSET
    mode: (
        None
        | OrganizationUpdateModeType1
        | OrganizationUpdateModeType2Type1
        | OrganizationUpdateModeType3Type1
        | Unset
    ) = UNSET
    name: None | str | Unset = UNSET
    owed_limit: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mirrored: bool | None | Unset
        if isinstance(self.mirrored, Unset):
            mirrored = UNSET
        else:
            mirrored = self.mirrored

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif (
            isinstance(self.mode, OrganizationUpdateModeType1)
            or isinstance(self.mode, OrganizationUpdateModeType2Type1)
            or isinstance(self.mode, OrganizationUpdateModeType3Type1)
        ):
            mode = self.mode.value
        else:
            mode = self.mode

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        owed_limit: None | str | Unset
        if isinstance(self.owed_limit, Unset):
            owed_limit = UNSET
        else:
            owed_limit = self.owed_limit

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if mirrored is not UNSET:
            field_dict["mirrored"] = mirrored
        if mode is not UNSET:
            field_dict["mode"] = mode
        if name is not UNSET:
            field_dict["name"] = name
        if owed_limit is not UNSET:
            field_dict["owed_limit"] = owed_limit

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

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
            | OrganizationUpdateModeType1
            | OrganizationUpdateModeType2Type1
            | OrganizationUpdateModeType3Type1
            | Unset
        ):
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_1 = OrganizationUpdateModeType1(data)

                return mode_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_2_type_1 = OrganizationUpdateModeType2Type1(data)

                return mode_type_2_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_3_type_1 = OrganizationUpdateModeType3Type1(data)

                return mode_type_3_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(
                None
                | OrganizationUpdateModeType1
                | OrganizationUpdateModeType2Type1
                | OrganizationUpdateModeType3Type1
                | Unset,
                data,
            )

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_owed_limit(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owed_limit = _parse_owed_limit(d.pop("owed_limit", UNSET))

        organization_update = cls(
            mirrored=mirrored,
            mode=mode,
            name=name,
            owed_limit=owed_limit,
        )

        return organization_update
