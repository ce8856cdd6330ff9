from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.video_status import VideoStatus

if TYPE_CHECKING:
    from ..models.video_character import VideoCharacter
    from ..models.video_cost import VideoCost
    from ..models.video_error import VideoError
    from ..models.video_metadata import VideoMetadata
    from ..models.video_shot import VideoShot
    from ..models.video_usage import VideoUsage


T = TypeVar("T", bound="Video")


@_attrs_define
class Video:
    """A video.

    Attributes:
        canceled_at (int | None): When it was canceled, Unix seconds.
        characters (list[VideoCharacter]): Who and what appears in it with its own looks.
        completed_at (int | None): When it was completed, Unix seconds.
        cost (None | VideoCost):
        created_at (int): When it was asked for, Unix seconds.
        error (None | VideoError):
        expires_at (int | None): When its files are removed, Unix seconds; `null` if they are kept until it is deleted.
        generate_audio (bool): Whether sound was asked for.
        id (str): Names the video. Example: video_019aabc2f1e87d0e8f6a3c1b5d7e9f01.
        metadata (None | VideoMetadata):
        model (str): The model, as it was asked for. Example: kinora-mini.
        object_ (str): Always `video`. Example: video.
        operation (str): How it was asked for: `create`, `cameo`, `remix`, `edit` or `extend`; price lists tell them
            apart. Example: create.
        parent_video_id (None | str): The video that it was made from.
        progress (int): Whole percent, about.
        prompt (None | str): What was asked for.
        queue_position (int | None): Its place among the videos of its organization that wait, from 1, in the order in
            which workers take them; `null` when
            it does not wait. One whose project or key has as many made as it may is passed over.
        remixed_from_video_id (None | str): The video that it is a remix or an edit of.
        seconds (str): Length, seconds, as text. Example: 8.
        seed (int): The source of all chance of this video.
        shots (list[VideoShot] | None): The shots as they were asked for; `null` for a video of one.
        size (str): Width and height, pixels. Example: 1280x720.
        started_at (int | None): When a worker took it, Unix seconds.
        status (VideoStatus): Where a video is on its way. There are these four alone: typed SDKs know no other.
        usage (None | VideoUsage):
        withdrawn_at (int | None): When it was withdrawn, because somebody in it no longer wants to be seen, Unix
            seconds: it has no files any more.
    """

    canceled_at: int | None
    characters: list[VideoCharacter]
    completed_at: int | None
    cost: None | VideoCost
    created_at: int
    error: None | VideoError
    expires_at: int | None
    generate_audio: bool
    id: str
    metadata: None | VideoMetadata
    model: str
    object_: str
    operation: str
    parent_video_id: None | str
    progress: int
    prompt: None | str
    queue_position: int | None
    remixed_from_video_id: None | str
    seconds: str
    seed: int
    shots: list[VideoShot] | None
    size: str
    started_at: int | None
    status: VideoStatus
    usage: None | VideoUsage
    withdrawn_at: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.video_cost import VideoCost
        from ..models.video_error import VideoError
        from ..models.video_metadata import VideoMetadata
        from ..models.video_usage import VideoUsage

        canceled_at: int | None
        canceled_at = self.canceled_at

        characters = []
        for characters_item_data in self.characters:
            characters_item = characters_item_data.to_dict()
            characters.append(characters_item)

        completed_at: int | None
        completed_at = self.completed_at

        cost: dict[str, Any] | None
        if isinstance(self.cost, VideoCost):
            cost = self.cost.to_dict()
        else:
            cost = self.cost

        created_at = self.created_at

        error: dict[str, Any] | None
        if isinstance(self.error, VideoError):
            error = self.error.to_dict()
        else:
            error = self.error

        expires_at: int | None
        expires_at = self.expires_at

        generate_audio = self.generate_audio

        id = self.id

        metadata: dict[str, Any] | None
        if isinstance(self.metadata, VideoMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        model = self.model

        object_ = self.object_

        operation = self.operation

        parent_video_id: None | str
        parent_video_id = self.parent_video_id

        progress = self.progress

        prompt: None | str
        prompt = self.prompt

        queue_position: int | None
        queue_position = self.queue_position

        remixed_from_video_id: None | str
        remixed_from_video_id = self.remixed_from_video_id

        seconds = self.seconds

        seed = self.seed

        shots: list[dict[str, Any]] | None
        if isinstance(self.shots, list):
            shots = []
            for shots_type_0_item_data in self.shots:
                shots_type_0_item = shots_type_0_item_data.to_dict()
                shots.append(shots_type_0_item)

        else:
            shots = self.shots

        size = self.size

        started_at: int | None
        started_at = self.started_at

        status = self.status.value

        usage: dict[str, Any] | None
        if isinstance(self.usage, VideoUsage):
            usage = self.usage.to_dict()
        else:
            usage = self.usage

        withdrawn_at: int | None
        withdrawn_at = self.withdrawn_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "canceled_at": canceled_at,
                "characters": characters,
                "completed_at": completed_at,
                "cost": cost,
                "created_at": created_at,
                "error": error,
                "expires_at": expires_at,
                "generate_audio": generate_audio,
                "id": id,
                "metadata": metadata,
                "model": model,
                "object": object_,
                "operation": operation,
                "parent_video_id": parent_video_id,
                "progress": progress,
                "prompt": prompt,
                "queue_position": queue_position,
                "remixed_from_video_id": remixed_from_video_id,
                "seconds": seconds,
                "seed": seed,
                "shots": shots,
                "size": size,
                "started_at": started_at,
                "status": status,
                "usage": usage,
                "withdrawn_at": withdrawn_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_character import VideoCharacter
        from ..models.video_cost import VideoCost
        from ..models.video_error import VideoError
        from ..models.video_metadata import VideoMetadata
        from ..models.video_shot import VideoShot
        from ..models.video_usage import VideoUsage

        d = dict(src_dict)

        def _parse_canceled_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        canceled_at = _parse_canceled_at(d.pop("canceled_at"))

        characters = []
        _characters = d.pop("characters")
        for characters_item_data in _characters:
            characters_item = VideoCharacter.from_dict(characters_item_data)

            characters.append(characters_item)

        def _parse_completed_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        def _parse_cost(data: object) -> None | VideoCost:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                cost_type_0 = VideoCost.from_dict(data)

                return cost_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VideoCost, data)

        cost = _parse_cost(d.pop("cost"))

        created_at = d.pop("created_at")

        def _parse_error(data: object) -> None | VideoError:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = VideoError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VideoError, data)

        error = _parse_error(d.pop("error"))

        def _parse_expires_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        generate_audio = d.pop("generate_audio")

        id = d.pop("id")

        def _parse_metadata(data: object) -> None | VideoMetadata:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = VideoMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VideoMetadata, data)

        metadata = _parse_metadata(d.pop("metadata"))

        model = d.pop("model")

        object_ = d.pop("object")

        operation = d.pop("operation")

        def _parse_parent_video_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        parent_video_id = _parse_parent_video_id(d.pop("parent_video_id"))

        progress = d.pop("progress")

        def _parse_prompt(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        prompt = _parse_prompt(d.pop("prompt"))

        def _parse_queue_position(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        queue_position = _parse_queue_position(d.pop("queue_position"))

        def _parse_remixed_from_video_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        remixed_from_video_id = _parse_remixed_from_video_id(
            d.pop("remixed_from_video_id")
        )

        seconds = d.pop("seconds")

        seed = d.pop("seed")

        def _parse_shots(data: object) -> list[VideoShot] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                shots_type_0 = []
                _shots_type_0 = data
                for shots_type_0_item_data in _shots_type_0:
                    shots_type_0_item = VideoShot.from_dict(shots_type_0_item_data)

                    shots_type_0.append(shots_type_0_item)

                return shots_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[VideoShot] | None, data)

        shots = _parse_shots(d.pop("shots"))

        size = d.pop("size")

        def _parse_started_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        status = VideoStatus(d.pop("status"))

        def _parse_usage(data: object) -> None | VideoUsage:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                usage_type_0 = VideoUsage.from_dict(data)

                return usage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | VideoUsage, data)

        usage = _parse_usage(d.pop("usage"))

        def _parse_withdrawn_at(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at"))

        video = cls(
            canceled_at=canceled_at,
            characters=characters,
            completed_at=completed_at,
            cost=cost,
            created_at=created_at,
            error=error,
            expires_at=expires_at,
            generate_audio=generate_audio,
            id=id,
            metadata=metadata,
            model=model,
            object_=object_,
            operation=operation,
            parent_video_id=parent_video_id,
            progress=progress,
            prompt=prompt,
            queue_position=queue_position,
            remixed_from_video_id=remixed_from_video_id,
            seconds=seconds,
            seed=seed,
            shots=shots,
            size=size,
            started_at=started_at,
            status=status,
            usage=usage,
            withdrawn_at=withdrawn_at,
        )

        video.additional_properties = d
        return video

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
