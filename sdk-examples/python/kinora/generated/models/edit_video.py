from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.video_character_reference import VideoCharacterReference
    from ..models.video_metadata import VideoMetadata
    from ..models.video_reference import VideoReference


T = TypeVar("T", bound="EditVideo")


@_attrs_define
class EditVideo:
    """A video or an upload to be changed.

    Attributes:
        prompt (str): What is to be seen and heard. Example: The same, at night..
        video (VideoReference): A video, by its id.
        characters (list[VideoCharacterReference] | None | Unset): Who and what appears in it with its own looks; each
            name stands in the prompt. Without it those of the source, and with
            `[]` nobody.
        dry_run (bool | None | Unset): With `true`, nothing is made: the answer is the estimate.
        generate_audio (bool | None | Unset): Whether the clip gets sound. Without it, if the source has.
        max_cost (float | None | str | Unset): The most it may cost, dollars with at most six decimals, as text or as a
            number: refused if it would cost more.
        metadata (None | Unset | VideoMetadata):
        model (None | str | Unset): The model, by id or alias. An upload needs it; a video is changed by the model that
            made it.
        seed (int | None | Unset): The source of all chance. Without it the server draws one and returns it.
        size (None | str | Unset): Width and height in pixels, for an upload: one of the model's. Without it the model's
            default that stands or lies as the
            upload does.
        strength_percent (int | None | Unset): How much is changed, percent: at 100 nothing of the source is left.
            Without it 60. Example: 60.
        webhook_events_filter (list[str] | None | Unset): Which of this video's events are sent to `webhook_url`.
        webhook_url (None | str | Unset): Where this video's events are sent, beside the project's webhook endpoints.
            Example: https://example.com/hook.
    """

    prompt: str
    video: VideoReference
    characters: list[VideoCharacterReference] | None | Unset = UNSET
    dry_run: bool | None | Unset = UNSET
    generate_audio: bool | None | Unset = UNSET
    max_cost: float | None | str | Unset = UNSET
    metadata: None | Unset | VideoMetadata = UNSET
    model: None | str | Unset = UNSET
    seed: int | None | Unset = UNSET
    size: None | str | Unset = UNSET
    strength_percent: int | None | Unset = UNSET
    webhook_events_filter: list[str] | None | Unset = UNSET
    webhook_url: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.video_metadata import VideoMetadata

        prompt = self.prompt

        video = self.video.to_dict()

        characters: list[dict[str, Any]] | None | Unset
        if isinstance(self.characters, Unset):
            characters = UNSET
        elif isinstance(self.characters, list):
            characters = []
            for characters_type_0_item_data in self.characters:
                characters_type_0_item = characters_type_0_item_data.to_dict()
                characters.append(characters_type_0_item)

        else:
            characters = self.characters

        dry_run: bool | None | Unset
        if isinstance(self.dry_run, Unset):
            dry_run = UNSET
        else:
            dry_run = self.dry_run

        generate_audio: bool | None | Unset
        if isinstance(self.generate_audio, Unset):
            generate_audio = UNSET
        else:
            generate_audio = self.generate_audio

        max_cost: float | None | str | Unset
        if isinstance(self.max_cost, Unset):
            max_cost = UNSET
        else:
            max_cost = self.max_cost

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, VideoMetadata):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        size: None | str | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        else:
            size = self.size

        strength_percent: int | None | Unset
        if isinstance(self.strength_percent, Unset):
            strength_percent = UNSET
        else:
            strength_percent = self.strength_percent

        webhook_events_filter: list[str] | None | Unset
        if isinstance(self.webhook_events_filter, Unset):
            webhook_events_filter = UNSET
        elif isinstance(self.webhook_events_filter, list):
            webhook_events_filter = self.webhook_events_filter

        else:
            webhook_events_filter = self.webhook_events_filter

        webhook_url: None | str | Unset
        if isinstance(self.webhook_url, Unset):
            webhook_url = UNSET
        else:
            webhook_url = self.webhook_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
                "video": video,
            }
        )
        if characters is not UNSET:
            field_dict["characters"] = characters
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if max_cost is not UNSET:
            field_dict["max_cost"] = max_cost
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if model is not UNSET:
            field_dict["model"] = model
        if seed is not UNSET:
            field_dict["seed"] = seed
        if size is not UNSET:
            field_dict["size"] = size
        if strength_percent is not UNSET:
            field_dict["strength_percent"] = strength_percent
        if webhook_events_filter is not UNSET:
            field_dict["webhook_events_filter"] = webhook_events_filter
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.video_character_reference import VideoCharacterReference
        from ..models.video_metadata import VideoMetadata
        from ..models.video_reference import VideoReference

        d = dict(src_dict)
        prompt = d.pop("prompt")

        video = VideoReference.from_dict(d.pop("video"))

        def _parse_characters(
            data: object,
        ) -> list[VideoCharacterReference] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                characters_type_0 = []
                _characters_type_0 = data
                for characters_type_0_item_data in _characters_type_0:
                    characters_type_0_item = VideoCharacterReference.from_dict(
                        characters_type_0_item_data
                    )

                    characters_type_0.append(characters_type_0_item)

                return characters_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[VideoCharacterReference] | None | Unset, data)

        characters = _parse_characters(d.pop("characters", UNSET))

        def _parse_dry_run(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        dry_run = _parse_dry_run(d.pop("dry_run", UNSET))

        def _parse_generate_audio(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        generate_audio = _parse_generate_audio(d.pop("generate_audio", UNSET))

        def _parse_max_cost(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | str | Unset, data)

        max_cost = _parse_max_cost(d.pop("max_cost", UNSET))

        def _parse_metadata(data: object) -> None | Unset | VideoMetadata:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = VideoMetadata.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VideoMetadata, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        def _parse_size(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        size = _parse_size(d.pop("size", UNSET))

        def _parse_strength_percent(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        strength_percent = _parse_strength_percent(d.pop("strength_percent", UNSET))

        def _parse_webhook_events_filter(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                webhook_events_filter_type_0 = cast(list[str], data)

                return webhook_events_filter_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        webhook_events_filter = _parse_webhook_events_filter(
            d.pop("webhook_events_filter", UNSET)
        )

        def _parse_webhook_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url", UNSET))

        edit_video = cls(
            prompt=prompt,
            video=video,
            characters=characters,
            dry_run=dry_run,
            generate_audio=generate_audio,
            max_cost=max_cost,
            metadata=metadata,
            model=model,
            seed=seed,
            size=size,
            strength_percent=strength_percent,
            webhook_events_filter=webhook_events_filter,
            webhook_url=webhook_url,
        )

        return edit_video
