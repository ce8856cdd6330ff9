from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.extend_video import ExtendVideo
from ...models.video import Video
from ...models.video_estimate import VideoEstimate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: ExtendVideo,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/extensions",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | Video | VideoEstimate | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> Video | VideoEstimate:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_video_or_estimate_type_0 = Video.from_dict(data)

                return componentsschemas_video_or_estimate_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_video_or_estimate_type_1 = VideoEstimate.from_dict(data)

            return componentsschemas_video_or_estimate_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorBody.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorBody.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = ErrorBody.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = ErrorBody.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ErrorBody.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorBody.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = ErrorBody.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ErrorBody.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = ErrorBody.from_dict(response.json())

        return response_422

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
) -> Response[ErrorBody | Video | VideoEstimate]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ExtendVideo,
    idempotency_key: str | Unset = UNSET,
) -> Response[ErrorBody | Video | VideoEstimate]:
    """Extend a video.

     Makes a new video that begins with all of a video of the project, or of a clip that comes with the
    request, and goes on.
    Its `seconds` are those of the whole; what is new is charged. A clip can be extended six times and
    lasts at most 120
    seconds.

    Args:
        idempotency_key (str | Unset):
        body (ExtendVideo): A video or an upload that is to go on. Who appears in it appears
            further on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | Video | VideoEstimate]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: ExtendVideo,
    idempotency_key: str | Unset = UNSET,
) -> ErrorBody | Video | VideoEstimate | None:
    """Extend a video.

     Makes a new video that begins with all of a video of the project, or of a clip that comes with the
    request, and goes on.
    Its `seconds` are those of the whole; what is new is charged. A clip can be extended six times and
    lasts at most 120
    seconds.

    Args:
        idempotency_key (str | Unset):
        body (ExtendVideo): A video or an upload that is to go on. Who appears in it appears
            further on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | Video | VideoEstimate
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ExtendVideo,
    idempotency_key: str | Unset = UNSET,
) -> Response[ErrorBody | Video | VideoEstimate]:
    """Extend a video.

     Makes a new video that begins with all of a video of the project, or of a clip that comes with the
    request, and goes on.
    Its `seconds` are those of the whole; what is new is charged. A clip can be extended six times and
    lasts at most 120
    seconds.

    Args:
        idempotency_key (str | Unset):
        body (ExtendVideo): A video or an upload that is to go on. Who appears in it appears
            further on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | Video | VideoEstimate]
    """

    kwargs = _get_kwargs(
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ExtendVideo,
    idempotency_key: str | Unset = UNSET,
) -> ErrorBody | Video | VideoEstimate | None:
    """Extend a video.

     Makes a new video that begins with all of a video of the project, or of a clip that comes with the
    request, and goes on.
    Its `seconds` are those of the whole; what is new is charged. A clip can be extended six times and
    lasts at most 120
    seconds.

    Args:
        idempotency_key (str | Unset):
        body (ExtendVideo): A video or an upload that is to go on. Who appears in it appears
            further on.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | Video | VideoEstimate
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
