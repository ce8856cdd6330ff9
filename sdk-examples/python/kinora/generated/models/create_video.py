from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.create_video_shot import CreateVideoShot
    from ..models.video_character_reference import VideoCharacterReference
    from ..models.video_image_reference import VideoImageReference
    from ..models.video_metadata import VideoMetadata


T = TypeVar("T", bound="CreateVideo")


@_attrs_define
class CreateVideo:
    """A video to be made.

    Attributes:
        characters (list[VideoCharacterReference] | None | Unset): Who and what appears in it with its own looks; each
            name stands in the prompt.
        dry_run (bool | None | Unset): With `true`, nothing is made: the answer is the estimate of `POST
            /v1/videos/estimate`.
        generate_audio (bool | None | Unset): Whether the clip gets sound. Without it, when the model makes any.
        input_reference (None | Unset | VideoImageReference):
        max_cost (float | None | str | Unset): The most it may cost, dollars with at most six decimals, as text or as a
            number: refused if it would cost more.
        metadata (None | Unset | VideoMetadata):
        model (None | str | Unset): The model, by id or alias; without it the server's default. `GET /v1/models` lists
            both. Example: kinora-mini.
        prompt (None | str | Unset): What is to be seen and heard; it must be there unless there are `shots`, which it
            then goes before: their shared look. Example: A red ball bounces on a wooden table..
        seconds (int | None | str | Unset): Length, seconds: one of the model's, as text or as a whole number. Without
            it the model's shortest, or what the shots last together.
        seed (int | None | Unset): The source of all chance: the same request with the same seed on the same kind of
            device gives the
            same frames. Without it the server draws one and returns it.
        shots (list[CreateVideoShot] | None | Unset): The shots, between which the video cuts, in order: 1 to 8. They
            have a shared look and one sound track.
        size (None | str | Unset): Width and height in pixels: one of the model's. Without it `720x1280`. Example:
            1280x720.
        webhook_events_filter (list[str] | None | Unset): Which of this video's events are sent to `webhook_url`;
            without it `video.completed`, `video.failed` and
            `video.canceled`.
        webhook_url (None | str | Unset): Where this video's events are sent, beside the project's webhook endpoints:
            HTTPS, and a public host. They are signed
            under the secret of the webhook endpoint `default`. Example: https://example.com/hook.
    """

    characters: list[VideoCharacterReference] | None | Unset = UNSET
    dry_run: bool | None | Unset = UNSET
    generate_audio: bool | None | Unset = UNSET
    input_reference: None | Unset | VideoImageReference = UNSET
    max_cost: float | None | str | Unset = UNSET
    metadata: None | Unset | VideoMetadata = UNSET
    model: None | str | Unset = UNSET
    prompt: None | str | Unset = UNSET
    seconds: int | None | str | Unset = UNSET
    seed: int | None | Unset = UNSET
    shots: list[CreateVideoShot] | None | Unset = UNSET
    size: None | str | Unset = UNSET
    webhook_events_filter: list[str] | None | Unset = UNSET
    webhook_url: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.video_image_reference import VideoImageReference
        from ..models.video_metadata import VideoMetadata

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

        input_reference: dict[str, Any] | None | Unset
        if isinstance(self.input_reference, Unset):
            input_reference = UNSET
        elif isinstance(self.input_reference, VideoImageReference):
            input_reference = self.input_reference.to_dict()
        else:
            input_reference = self.input_reference

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

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        seconds: int | None | str | Unset
        if isinstance(self.seconds, Unset):
            seconds = UNSET
        else:
            seconds = self.seconds

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        shots: list[dict[str, Any]] | None | Unset
        if isinstance(self.shots, Unset):
            shots = UNSET
        elif isinstance(self.shots, list):
            shots = []
            for shots_type_0_item_data in self.shots:
                shots_type_0_item = shots_type_0_item_data.to_dict()
                shots.append(shots_type_0_item)

        else:
            shots = self.shots

        size: None | str | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        else:
            size = self.size

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

        field_dict.update({})
        if characters is not UNSET:
            field_dict["characters"] = characters
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if input_reference is not UNSET:
            field_dict["input_reference"] = input_reference
        if max_cost is not UNSET:
            field_dict["max_cost"] = max_cost
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if model is not UNSET:
            field_dict["model"] = model
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if seconds is not UNSET:
            field_dict["seconds"] = seconds
        if seed is not UNSET:
            field_dict["seed"] = seed
        if shots is not UNSET:
            field_dict["shots"] = shots
        if size is not UNSET:
            field_dict["size"] = size
        if webhook_events_filter is not UNSET:
            field_dict["webhook_events_filter"] = webhook_events_filter
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.create_video_shot import CreateVideoShot
        from ..models.video_character_reference import VideoCharacterReference
        from ..models.video_image_reference import VideoImageReference
        from ..models.video_metadata import VideoMetadata

        d = dict(src_dict)

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

        def _parse_input_reference(data: object) -> None | Unset | VideoImageReference:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                input_reference_type_0 = VideoImageReference.from_dict(data)

                return input_reference_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VideoImageReference, data)

        input_reference = _parse_input_reference(d.pop("input_reference", UNSET))

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

        def _parse_prompt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        prompt = _parse_prompt(d.pop("prompt", UNSET))

        def _parse_seconds(data: object) -> int | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | str | Unset, data)

        seconds = _parse_seconds(d.pop("seconds", UNSET))

        def _parse_seed(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seed = _parse_seed(d.pop("seed", UNSET))

        def _parse_shots(data: object) -> list[CreateVideoShot] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                shots_type_0 = []
                _shots_type_0 = data
                for shots_type_0_item_data in _shots_type_0:
                    shots_type_0_item = CreateVideoShot.from_dict(
                        shots_type_0_item_data
                    )

                    shots_type_0.append(shots_type_0_item)

                return shots_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[CreateVideoShot] | None | Unset, data)

        shots = _parse_shots(d.pop("shots", UNSET))

        def _parse_size(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        size = _parse_size(d.pop("size", UNSET))

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

        create_video = cls(
            characters=characters,
            dry_run=dry_run,
            generate_audio=generate_audio,
            input_reference=input_reference,
            max_cost=max_cost,
            metadata=metadata,
            model=model,
            prompt=prompt,
            seconds=seconds,
            seed=seed,
            shots=shots,
            size=size,
            webhook_events_filter=webhook_events_filter,
            webhook_url=webhook_url,
        )

        return create_video
