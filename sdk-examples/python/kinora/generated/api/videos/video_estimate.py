from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_video import CreateVideo
from ...models.error_body import ErrorBody
from ...models.video_estimate import VideoEstimate
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: CreateVideo,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/estimate",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | VideoEstimate | None:
    if response.status_code == 200:
        response_200 = VideoEstimate.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorBody.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ErrorBody.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ErrorBody.from_dict(response.json())

        return response_403

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
) -> Response[ErrorBody | VideoEstimate]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateVideo,
    idempotency_key: str | Unset = UNSET,
) -> Response[ErrorBody | VideoEstimate]:
    """Estimate a video.

     Takes the same body as the request that makes it, and makes nothing: what it would cost, from which
    price list, what
    it would take to compute, and when it would be there. A picture is not looked at.

    Args:
        idempotency_key (str | Unset):
        body (CreateVideo): A video to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | VideoEstimate]
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
    body: CreateVideo,
    idempotency_key: str | Unset = UNSET,
) -> ErrorBody | VideoEstimate | None:
    """Estimate a video.

     Takes the same body as the request that makes it, and makes nothing: what it would cost, from which
    price list, what
    it would take to compute, and when it would be there. A picture is not looked at.

    Args:
        idempotency_key (str | Unset):
        body (CreateVideo): A video to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | VideoEstimate
    """

    return sync_detailed(
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateVideo,
    idempotency_key: str | Unset = UNSET,
) -> Response[ErrorBody | VideoEstimate]:
    """Estimate a video.

     Takes the same body as the request that makes it, and makes nothing: what it would cost, from which
    price list, what
    it would take to compute, and when it would be there. A picture is not looked at.

    Args:
        idempotency_key (str | Unset):
        body (CreateVideo): A video to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | VideoEstimate]
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
    body: CreateVideo,
    idempotency_key: str | Unset = UNSET,
) -> ErrorBody | VideoEstimate | None:
    """Estimate a video.

     Takes the same body as the request that makes it, and makes nothing: what it would cost, from which
    price list, what
    it would take to compute, and when it would be there. A picture is not looked at.

    Args:
        idempotency_key (str | Unset):
        body (CreateVideo): A video to be made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | VideoEstimate
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
