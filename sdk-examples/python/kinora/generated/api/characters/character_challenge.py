from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.character_challenge import CharacterChallenge
from ...models.error_body import ErrorBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    character_id: str,
    *,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/characters/{character_id}/challenge".format(
            character_id=quote(str(character_id), safe=""),
        ),
    }

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CharacterChallenge | ErrorBody | None:
    if response.status_code == 200:
        response_200 = CharacterChallenge.from_dict(response.json())

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

    if response.status_code == 404:
        response_404 = ErrorBody.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorBody.from_dict(response.json())

        return response_409

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
) -> Response[CharacterChallenge | ErrorBody]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    character_id: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: str | Unset = UNSET,
) -> Response[CharacterChallenge | ErrorBody]:
    """Ask for a challenge.

     A new one for a person who is `pending`, or whose consent has ended: it is `pending` again then. The
    last one no longer
    counts. It can be answered once, within ten minutes, by a capture that begins to arrive in them and
    is there two minutes
    after them.

    Args:
        character_id (str):
        idempotency_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CharacterChallenge | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    character_id: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: str | Unset = UNSET,
) -> CharacterChallenge | ErrorBody | None:
    """Ask for a challenge.

     A new one for a person who is `pending`, or whose consent has ended: it is `pending` again then. The
    last one no longer
    counts. It can be answered once, within ten minutes, by a capture that begins to arrive in them and
    is there two minutes
    after them.

    Args:
        character_id (str):
        idempotency_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CharacterChallenge | ErrorBody
    """

    return sync_detailed(
        character_id=character_id,
        client=client,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    character_id: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: str | Unset = UNSET,
) -> Response[CharacterChallenge | ErrorBody]:
    """Ask for a challenge.

     A new one for a person who is `pending`, or whose consent has ended: it is `pending` again then. The
    last one no longer
    counts. It can be answered once, within ten minutes, by a capture that begins to arrive in them and
    is there two minutes
    after them.

    Args:
        character_id (str):
        idempotency_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CharacterChallenge | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    character_id: str,
    *,
    client: AuthenticatedClient,
    idempotency_key: str | Unset = UNSET,
) -> CharacterChallenge | ErrorBody | None:
    """Ask for a challenge.

     A new one for a person who is `pending`, or whose consent has ended: it is `pending` again then. The
    last one no longer
    counts. It can be answered once, within ten minutes, by a capture that begins to arrive in them and
    is there two minutes
    after them.

    Args:
        character_id (str):
        idempotency_key (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CharacterChallenge | ErrorBody
    """

    return (
        await asyncio_detailed(
            character_id=character_id,
            client=client,
            idempotency_key=idempotency_key,
        )
    ).parsed
