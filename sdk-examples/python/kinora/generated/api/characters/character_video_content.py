from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.video_variant import VideoVariant
from ...types import UNSET, File, Response, Unset


def _get_kwargs(
    character_id: str,
    video_id: str,
    *,
    variant: VideoVariant | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_variant: str | Unset = UNSET
    if not isinstance(variant, Unset):
        json_variant = variant.value

    params["variant"] = json_variant

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/videos/characters/{character_id}/videos/{video_id}/content".format(
            character_id=quote(str(character_id), safe=""),
            video_id=quote(str(video_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ErrorBody | File | None:
    if response.status_code == 200:
        response_200 = File(payload=BytesIO(response.content))

        return response_200

    if response.status_code == 206:
        response_206 = File(payload=BytesIO(response.content))

        return response_206

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = ErrorBody.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorBody.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorBody.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorBody.from_dict(response.json())

        return response_404

    if response.status_code == 410:
        response_410 = ErrorBody.from_dict(response.json())

        return response_410

    if response.status_code == 416:
        response_416 = ErrorBody.from_dict(response.json())

        return response_416

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
) -> Response[Any | ErrorBody | File]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    character_id: str,
    video_id: str,
    *,
    client: AuthenticatedClient,
    variant: VideoVariant | Unset = UNSET,
) -> Response[Any | ErrorBody | File]:
    """Download a video with a character.

     As its owner, whoever made it. It is written into the audit.

    Args:
        character_id (str):
        video_id (str):
        variant (VideoVariant | Unset): A file of a video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorBody | File]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        video_id=video_id,
        variant=variant,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    character_id: str,
    video_id: str,
    *,
    client: AuthenticatedClient,
    variant: VideoVariant | Unset = UNSET,
) -> Any | ErrorBody | File | None:
    """Download a video with a character.

     As its owner, whoever made it. It is written into the audit.

    Args:
        character_id (str):
        video_id (str):
        variant (VideoVariant | Unset): A file of a video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorBody | File
    """

    return sync_detailed(
        character_id=character_id,
        video_id=video_id,
        client=client,
        variant=variant,
    ).parsed


async def asyncio_detailed(
    character_id: str,
    video_id: str,
    *,
    client: AuthenticatedClient,
    variant: VideoVariant | Unset = UNSET,
) -> Response[Any | ErrorBody | File]:
    """Download a video with a character.

     As its owner, whoever made it. It is written into the audit.

    Args:
        character_id (str):
        video_id (str):
        variant (VideoVariant | Unset): A file of a video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ErrorBody | File]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        video_id=video_id,
        variant=variant,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    character_id: str,
    video_id: str,
    *,
    client: AuthenticatedClient,
    variant: VideoVariant | Unset = UNSET,
) -> Any | ErrorBody | File | None:
    """Download a video with a character.

     As its owner, whoever made it. It is written into the audit.

    Args:
        character_id (str):
        video_id (str):
        variant (VideoVariant | Unset): A file of a video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ErrorBody | File
    """

    return (
        await asyncio_detailed(
            character_id=character_id,
            video_id=video_id,
            client=client,
            variant=variant,
        )
    ).parsed
