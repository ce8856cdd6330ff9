from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.video_estimated_compute import VideoEstimatedCompute
    from ..models.video_estimated_cost import VideoEstimatedCost


T = TypeVar("T", bound="VideoEstimate")


@_attrs_define
class VideoEstimate:
    """What a video would cost.

    Attributes:
        compute (None | VideoEstimatedCompute):
        cost (VideoEstimatedCost): The price of a video. Amounts are dollars with six decimals, exact.
        eta_ms (int | None): Expected time until it would be there, milliseconds, the queue included; `null` as above.
        model (str): The model, by its id. Example: kinora-mini.
        object_ (str): Always `video.estimate`. Example: video.estimate.
        operation (str): What is done, as price lists tell it apart. Example: create.
        queued_videos (int): Videos that wait already.
        seconds (str): Length, seconds, as text. Example: 8.
        size (str): Width and height, pixels. Example: 1280x720.
        sufficient_credit (bool): Whether what the organization may spend now covers it. Limits on spending are not
            looked at.
    """

    compute: None | VideoEstimatedCompute
    cost: VideoEstimatedCost
    eta_ms: int | None
    model: str
    object_: str
    operation: str
    queued_videos: int
    seconds: str
    size: str
    sufficient_credit: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.video_estimated_compute import VideoEstimatedCompute

        compute: dict[str, Any] | None
        if isinstance(self.compute, VideoEstimatedCompute):
            compute = self.compute.to_dict()
        else:
            compute = self.compute

        cost = self.cost.to_dict()

        eta_ms: int | None
        eta_ms = self.eta_ms

        model = self.model

        object_ = self.object_

        operation = self.operation

        queued_videos = self.queued_videos

        seconds = self.seconds

        size = self.size

        sufficient_credit = self.sufficient_credit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "compute": compute,
                "cost": cost,
                "eta_ms": eta_ms,
                "model": model,
                "object": object_,
                "operation": operation,
                "queued_videos": queued_videos,
                "seconds": seconds,
                "size": size,
                "sufficient_credit": sufficient_credit,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_estimated_compute import VideoEstimatedCompute
        from ..models.video_estimated_cost import VideoEstimatedCost

        d = dict(src_dict)

        def _parse_compute(data: object) -> None | VideoEstimatedCompute:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                compute_type_0 = VideoEstimatedCompute.from_dict(data)

                return compute_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VideoEstimatedCompute, data)

        compute = _parse_compute(d.pop("compute"))

        cost = VideoEstimatedCost.from_dict(d.pop("cost"))

        def _parse_eta_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        eta_ms = _parse_eta_ms(d.pop("eta_ms"))

        model = d.pop("model")

        object_ = d.pop("object")

        operation = d.pop("operation")

        queued_videos = d.pop("queued_videos")

        seconds = d.pop("seconds")

        size = d.pop("size")

        sufficient_credit = d.pop("sufficient_credit")

        video_estimate = cls(
            compute=compute,
            cost=cost,
            eta_ms=eta_ms,
            model=model,
            object_=object_,
            operation=operation,
            queued_videos=queued_videos,
            seconds=seconds,
            size=size,
            sufficient_credit=sufficient_credit,
        )

        video_estimate.additional_properties = d
        return video_estimate

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
