from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.batch_counts import BatchCounts
    from ..models.batch_errors import BatchErrors
    from ..models.batch_metadata_type_0 import BatchMetadataType0


T = TypeVar("T", bound="Batch")


@_attrs_define
class Batch:
    """A batch. Times are Unix seconds.

    Attributes:
        cancelled_at (int | None): When it had ended early.
        cancelling_at (int | None): When it was asked to end early.
        completed_at (int | None): When it was completed.
        completion_window (str): Always `24h`. Example: 24h.
        created_at (int): When it was asked for.
        endpoint (str): Always `/v1/videos`. Example: /v1/videos.
        error_file_id (None | str): The file with a line for each line that became no video, once it is over and there
            was one.
        errors (BatchErrors | None):
        expired_at (int | None): When its time was up.
        expires_at (int): When it is given up.
        failed_at (int | None): When its file was found to be broken.
        finalizing_at (int | None): When every line had its end, or the time was up.
        id (str): Names the batch. Example: batch_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        in_progress_at (int | None): When its file had been read.
        input_file_id (str): The file with the lines.
        metadata (BatchMetadataType0 | None): The caller's entries.
        object_ (str): Always `batch`. Example: batch.
        output_file_id (None | str): The file with a line for each video, once it is over and there was one.
        request_counts (BatchCounts): What became of the lines of a batch.
        status (str): `validating`, `failed`, `in_progress`, `finalizing`, `completed`, `expired`, `cancelling` or
            `cancelled`. Example: in_progress.
    """

    cancelled_at: int | None
    cancelling_at: int | None
    completed_at: int | None
    completion_window: str
    created_at: int
    endpoint: str
    error_file_id: None | str
    errors: BatchErrors | None
    expired_at: int | None
    expires_at: int
    failed_at: int | None
    finalizing_at: int | None
    id: str
    in_progress_at: int | None
    input_file_id: str
    metadata: BatchMetadataType0 | None
    object_: str
    output_file_id: None | str
    request_counts: BatchCounts
    status: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_errors import BatchErrors
        from ..models.batch_metadata_type_0 import BatchMetadataType0

        cancelled_at: int | None
        cancelled_at = self.cancelled_at

        cancelling_at: int | None
        cancelling_at = self.cancelling_at

        completed_at: int | None
        completed_at = self.completed_at

        completion_window = self.completion_window

        created_at = self.created_at

        endpoint = self.endpoint

        error_file_id: None | str
        error_file_id = self.error_file_id

        errors: dict[str, Any] | None
        if isinstance(self.errors, BatchErrors):
            errors = self.errors.to_dict()
        else:
            errors = self.errors

        expired_at: int | None
        expired_at = self.expired_at

        expires_at = self.expires_at

        failed_at: int | None
        failed_at = self.failed_at

        finalizing_at: int | None
        finalizing_at = self.finalizing_at

        id = self.id

        in_progress_at: int | None
        in_progress_at = self.in_progress_at

        input_file_id = self.input_file_id

        metadata: dict[str, Any] | None
        if isinstance(self.metadata, BatchMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        object_ = self.object_

        output_file_id: None | str
        output_file_id = self.output_file_id

        request_counts = self.request_counts.to_dict()

        status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cancelled_at": cancelled_at,
                "cancelling_at": cancelling_at,
                "completed_at": completed_at,
                "completion_window": completion_window,
                "created_at": created_at,
                "endpoint": endpoint,
                "error_file_id": error_file_id,
                "errors": errors,
                "expired_at": expired_at,
                "expires_at": expires_at,
                "failed_at": failed_at,
                "finalizing_at": finalizing_at,
                "id": id,
                "in_progress_at": in_progress_at,
                "input_file_id": input_file_id,
                "metadata": metadata,
                "object": object_,
                "output_file_id": output_file_id,
                "request_counts": request_counts,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.batch_counts import BatchCounts
        from ..models.batch_errors import BatchErrors
        from ..models.batch_metadata_type_0 import BatchMetadataType0

        d = dict(src_dict)

        def _parse_cancelled_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        cancelled_at = _parse_cancelled_at(d.pop("cancelled_at"))

        def _parse_cancelling_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        cancelling_at = _parse_cancelling_at(d.pop("cancelling_at"))

        def _parse_completed_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        completion_window = d.pop("completion_window")

        created_at = d.pop("created_at")

        endpoint = d.pop("endpoint")

        def _parse_error_file_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_file_id = _parse_error_file_id(d.pop("error_file_id"))

        def _parse_errors(data: object) -> BatchErrors | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                errors_type_0 = BatchErrors.from_dict(data)

                return errors_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchErrors | None, data)

        errors = _parse_errors(d.pop("errors"))

        def _parse_expired_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expired_at = _parse_expired_at(d.pop("expired_at"))

        expires_at = d.pop("expires_at")

        def _parse_failed_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        failed_at = _parse_failed_at(d.pop("failed_at"))

        def _parse_finalizing_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        finalizing_at = _parse_finalizing_at(d.pop("finalizing_at"))

        id = d.pop("id")

        def _parse_in_progress_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        in_progress_at = _parse_in_progress_at(d.pop("in_progress_at"))

        input_file_id = d.pop("input_file_id")

        def _parse_metadata(data: object) -> BatchMetadataType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = BatchMetadataType0.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchMetadataType0 | None, data)

        metadata = _parse_metadata(d.pop("metadata"))

        object_ = d.pop("object")

        def _parse_output_file_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        output_file_id = _parse_output_file_id(d.pop("output_file_id"))

        request_counts = BatchCounts.from_dict(d.pop("request_counts"))

        status = d.pop("status")

        batch = cls(
            cancelled_at=cancelled_at,
            cancelling_at=cancelling_at,
            completed_at=completed_at,
            completion_window=completion_window,
            created_at=created_at,
            endpoint=endpoint,
            error_file_id=error_file_id,
            errors=errors,
            expired_at=expired_at,
            expires_at=expires_at,
            failed_at=failed_at,
            finalizing_at=finalizing_at,
            id=id,
            in_progress_at=in_progress_at,
            input_file_id=input_file_id,
            metadata=metadata,
            object_=object_,
            output_file_id=output_file_id,
            request_counts=request_counts,
            status=status,
        )

        batch.additional_properties = d
        return batch

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
