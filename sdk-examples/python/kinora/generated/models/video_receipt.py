from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_receipt_payload import VideoReceiptPayload


T = TypeVar("T", bound="VideoReceipt")


@_attrs_define
class VideoReceipt:
    """A receipt.

    Attributes:
        object_ (str): Always `video.receipt`. Example: video.receipt.
        payload (VideoReceiptPayload): What a receipt says.
        signed (str): The same, signed: a JSON Web Signature in compact form. Only this proves anything.
    """

    object_: str
    payload: VideoReceiptPayload
    signed: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        object_ = self.object_

        payload = self.payload.to_dict()

        signed = self.signed

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "object": object_,
                "payload": payload,
                "signed": signed,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_receipt_payload import VideoReceiptPayload

        d = dict(src_dict)
        object_ = d.pop("object")

        payload = VideoReceiptPayload.from_dict(d.pop("payload"))

        signed = d.pop("signed")

        video_receipt = cls(
            object_=object_,
            payload=payload,
            signed=signed,
        )

        video_receipt.additional_properties = d
        return video_receipt

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
