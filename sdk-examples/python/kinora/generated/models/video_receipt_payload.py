from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_receipt_compute import VideoReceiptCompute
    from ..models.video_receipt_line import VideoReceiptLine


T = TypeVar("T", bound="VideoReceiptPayload")


@_attrs_define
class VideoReceiptPayload:
    """What a receipt says.

    Attributes:
        clip_bytes (int): Length of the clip, bytes.
        clip_sha256 (str): SHA-256 of the clip, lower-case hexadecimal.
        compute (VideoReceiptCompute): What a clip took to compute.
        currency (str): Always `usd`. Example: usd.
        iat (int): When it was completed, Unix seconds. The receipt of a video is always the same.
        iss (str): Always `kinora`. Example: kinora.
        lines (list[VideoReceiptLine]): What was charged, line by line.
        model (str): The model, by its id. Example: kinora-mini.
        operation (str): What was done. Example: create.
        organization (str): Who was charged.
        price_list (str): The price list. Example: 2026-01-01-example.
        price_list_sha256 (str): SHA-256 of the price list's file, lower-case hexadecimal.
        project (str): Through which project.
        size (str): Width and height, pixels. Example: 1280x720.
        sub (str): The video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        total (str): The sum of the lines. Example: 0.004000.
    """

    clip_bytes: int
    clip_sha256: str
    compute: VideoReceiptCompute
    currency: str
    iat: int
    iss: str
    lines: list[VideoReceiptLine]
    model: str
    operation: str
    organization: str
    price_list: str
    price_list_sha256: str
    project: str
    size: str
    sub: str
    total: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        clip_bytes = self.clip_bytes

        clip_sha256 = self.clip_sha256

        compute = self.compute.to_dict()

        currency = self.currency

        iat = self.iat

        iss = self.iss

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        model = self.model

        operation = self.operation

        organization = self.organization

        price_list = self.price_list

        price_list_sha256 = self.price_list_sha256

        project = self.project

        size = self.size

        sub = self.sub

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "clip_bytes": clip_bytes,
                "clip_sha256": clip_sha256,
                "compute": compute,
                "currency": currency,
                "iat": iat,
                "iss": iss,
                "lines": lines,
                "model": model,
                "operation": operation,
                "organization": organization,
                "price_list": price_list,
                "price_list_sha256": price_list_sha256,
                "project": project,
                "size": size,
                "sub": sub,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_receipt_compute import VideoReceiptCompute
        from ..models.video_receipt_line import VideoReceiptLine

        d = dict(src_dict)
        clip_bytes = d.pop("clip_bytes")

        clip_sha256 = d.pop("clip_sha256")

        compute = VideoReceiptCompute.from_dict(d.pop("compute"))

        currency = d.pop("currency")

        iat = d.pop("iat")

        iss = d.pop("iss")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = VideoReceiptLine.from_dict(lines_item_data)

            lines.append(lines_item)

        model = d.pop("model")

        operation = d.pop("operation")

        organization = d.pop("organization")

        price_list = d.pop("price_list")

        price_list_sha256 = d.pop("price_list_sha256")

        project = d.pop("project")

        size = d.pop("size")

        sub = d.pop("sub")

        total = d.pop("total")

        video_receipt_payload = cls(
            clip_bytes=clip_bytes,
            clip_sha256=clip_sha256,
            compute=compute,
            currency=currency,
            iat=iat,
            iss=iss,
            lines=lines,
            model=model,
            operation=operation,
            organization=organization,
            price_list=price_list,
            price_list_sha256=price_list_sha256,
            project=project,
            size=size,
            sub=sub,
            total=total,
        )

        video_receipt_payload.additional_properties = d
        return video_receipt_payload

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
