from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.character_finished import CharacterFinished
from ...models.deleted import Deleted
from ...models.error_body import ErrorBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    character_id: str,
    *,
    finished: CharacterFinished | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_finished: str | Unset = UNSET
    if not isinstance(finished, Unset):
        json_finished = finished.value

    params["finished"] = json_finished

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/v1/videos/characters/{character_id}".format(
            character_id=quote(str(character_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Deleted | ErrorBody | None:
    if response.status_code == 200:
        response_200 = Deleted.from_dict(response.json())

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
) -> Response[Deleted | ErrorBody]:
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
    finished: CharacterFinished | Unset = UNSET,
) -> Response[Deleted | ErrorBody]:
    """Delete a character.

     What was uploaded for it, what was measured of it, its name and its owner's wishes are gone at once.
    What is made with it is
    stopped. What others wrote into the prompts of their videos stays with those, the name too. An
    answer that is kept for an
    `Idempotency-Key` has its name, sealed, until its 24 hours are over. Its audit can still be read.

    Args:
        character_id (str):
        finished (CharacterFinished | Unset): What becomes of finished videos that somebody may no
            longer use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Deleted | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        finished=finished,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    character_id: str,
    *,
    client: AuthenticatedClient,
    finished: CharacterFinished | Unset = UNSET,
) -> Deleted | ErrorBody | None:
    """Delete a character.

     What was uploaded for it, what was measured of it, its name and its owner's wishes are gone at once.
    What is made with it is
    stopped. What others wrote into the prompts of their videos stays with those, the name too. An
    answer that is kept for an
    `Idempotency-Key` has its name, sealed, until its 24 hours are over. Its audit can still be read.

    Args:
        character_id (str):
        finished (CharacterFinished | Unset): What becomes of finished videos that somebody may no
            longer use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Deleted | ErrorBody
    """

    return sync_detailed(
        character_id=character_id,
        client=client,
        finished=finished,
    ).parsed


async def asyncio_detailed(
    character_id: str,
    *,
    client: AuthenticatedClient,
    finished: CharacterFinished | Unset = UNSET,
) -> Response[Deleted | ErrorBody]:
    """Delete a character.

     What was uploaded for it, what was measured of it, its name and its owner's wishes are gone at once.
    What is made with it is
    stopped. What others wrote into the prompts of their videos stays with those, the name too. An
    answer that is kept for an
    `Idempotency-Key` has its name, sealed, until its 24 hours are over. Its audit can still be read.

    Args:
        character_id (str):
        finished (CharacterFinished | Unset): What becomes of finished videos that somebody may no
            longer use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Deleted | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        finished=finished,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    character_id: str,
    *,
    client: AuthenticatedClient,
    finished: CharacterFinished | Unset = UNSET,
) -> Deleted | ErrorBody | None:
    """Delete a character.

     What was uploaded for it, what was measured of it, its name and its owner's wishes are gone at once.
    What is made with it is
    stopped. What others wrote into the prompts of their videos stays with those, the name too. An
    answer that is kept for an
    `Idempotency-Key` has its name, sealed, until its 24 hours are over. Its audit can still be read.

    Args:
        character_id (str):
        finished (CharacterFinished | Unset): What becomes of finished videos that somebody may no
            longer use.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Deleted | ErrorBody
    """

    return (
        await asyncio_detailed(
            character_id=character_id,
            client=client,
            finished=finished,
        )
    ).parsed
