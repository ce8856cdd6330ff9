from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.video import Video
from ...models.video_deleted import VideoDeleted
from ...models.video_preview import VideoPreview
from ...models.video_state import VideoState
from ...types import UNSET, Response, Unset


def _get_kwargs(
    video_id: str,
    *,
    last_event_id: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(last_event_id, Unset):
        headers["Last-Event-ID"] = last_event_id

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/videos/{video_id}/events".format(
            video_id=quote(str(video_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState | None:
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> Video | VideoDeleted | VideoPreview | VideoState:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_video_event_type_0 = VideoState.from_dict(data)

                return componentsschemas_video_event_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_video_event_type_1 = VideoPreview.from_dict(data)

                return componentsschemas_video_event_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_video_event_type_2 = Video.from_dict(data)

                return componentsschemas_video_event_type_2
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_video_event_type_3 = VideoDeleted.from_dict(data)

            return componentsschemas_video_event_type_3

        response_200 = _parse_response_200(response.content)

        return response_200

    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

    if response.status_code == 401:
        response_401 = ErrorBody.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorBody.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorBody.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = ErrorBody.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = ErrorBody.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    video_id: str,
    *,
    client: AuthenticatedClient,
    last_event_id: None | str | Unset = UNSET,
) -> Response[Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState]:
    """Follow a video.

     Server-sent events until the video is over. Each carries the whole state, so whoever misses some has
    missed nothing:
    `status` when the status changes and at the start, `progress` as it goes on, `preview` once there is
    a picture, and
    at the end `done` with the video as `GET` shows it, or `deleted`. The `id` of an event is the
    revision of the video;
    sent back as `Last-Event-ID`, the stream goes on after it. Comments every 15 seconds show that the
    stream lives.

    Args:
        video_id (str):
        last_event_id (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState]
    """

    kwargs = _get_kwargs(
        video_id=video_id,
        last_event_id=last_event_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    video_id: str,
    *,
    client: AuthenticatedClient,
    last_event_id: None | str | Unset = UNSET,
) -> Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState | None:
    """Follow a video.

     Server-sent events until the video is over. Each carries the whole state, so whoever misses some has
    missed nothing:
    `status` when the status changes and at the start, `progress` as it goes on, `preview` once there is
    a picture, and
    at the end `done` with the video as `GET` shows it, or `deleted`. The `id` of an event is the
    revision of the video;
    sent back as `Last-Event-ID`, the stream goes on after it. Comments every 15 seconds show that the
    stream lives.

    Args:
        video_id (str):
        last_event_id (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState
    """

    return sync_detailed(
        video_id=video_id,
        client=client,
        last_event_id=last_event_id,
    ).parsed


async def asyncio_detailed(
    video_id: str,
    *,
    client: AuthenticatedClient,
    last_event_id: None | str | Unset = UNSET,
) -> Response[Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState]:
    """Follow a video.

     Server-sent events until the video is over. Each carries the whole state, so whoever misses some has
    missed nothing:
    `status` when the status changes and at the start, `progress` as it goes on, `preview` once there is
    a picture, and
    at the end `done` with the video as `GET` shows it, or `deleted`. The `id` of an event is the
    revision of the video;
    sent back as `Last-Event-ID`, the stream goes on after it. Comments every 15 seconds show that the
    stream lives.

    Args:
        video_id (str):
        last_event_id (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState]
    """

    kwargs = _get_kwargs(
        video_id=video_id,
        last_event_id=last_event_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    video_id: str,
    *,
    client: AuthenticatedClient,
    last_event_id: None | str | Unset = UNSET,
) -> Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState | None:
    """Follow a video.

     Server-sent events until the video is over. Each carries the whole state, so whoever misses some has
    missed nothing:
    `status` when the status changes and at the start, `progress` as it goes on, `preview` once there is
    a picture, and
    at the end `done` with the video as `GET` shows it, or `deleted`. The `id` of an event is the
    revision of the video;
    sent back as `Last-Event-ID`, the stream goes on after it. Comments every 15 seconds show that the
    stream lives.

    Args:
        video_id (str):
        last_event_id (None | str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorBody | Video | VideoDeleted | VideoPreview | VideoState
    """

    return (
        await asyncio_detailed(
            video_id=video_id,
            client=client,
            last_event_id=last_event_id,
        )
    ).parsed
