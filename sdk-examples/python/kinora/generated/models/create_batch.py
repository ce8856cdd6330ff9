from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.create_batch_metadata_type_0 import CreateBatchMetadataType0


T = TypeVar("T", bound="CreateBatch")


@_attrs_define
class CreateBatch:
    """Videos to be made, by a file.

    Attributes:
        completion_window (str): How long it may take: `24h`. Example: 24h.
        endpoint (str): What each line asks for: `/v1/videos`. Example: /v1/videos.
        input_file_id (str): The file with the lines, which was uploaded with the purpose `batch`. Example:
            file_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        metadata (CreateBatchMetadataType0 | None | Unset): Up to 16 entries of the caller's, returned as they came:
            keys of up to 64 characters, values of up to 512.
    """

    completion_window: str
    endpoint: str
    input_file_id: str
    metadata: CreateBatchMetadataType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.create_batch_metadata_type_0 import CreateBatchMetadataType0

        completion_window = self.completion_window

        endpoint = self.endpoint

        input_file_id = self.input_file_id

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, CreateBatchMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "completion_window": completion_window,
                "endpoint": endpoint,
                "input_file_id": input_file_id,
            }
        )
        if metadata is not UNSET:
            field_dict["metadata"] = metadata

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.create_batch_metadata_type_0 import CreateBatchMetadataType0

        d = dict(src_dict)
        completion_window = d.pop("completion_window")

        endpoint = d.pop("endpoint")

        input_file_id = d.pop("input_file_id")

        def _parse_metadata(data: object) -> CreateBatchMetadataType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = CreateBatchMetadataType0.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CreateBatchMetadataType0 | None | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        create_batch = cls(
            completion_window=completion_window,
            endpoint=endpoint,
            input_file_id=input_file_id,
            metadata=metadata,
        )

        return create_batch
