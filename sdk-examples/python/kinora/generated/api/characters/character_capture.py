from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.character import Character
from ...models.create_character_capture import CreateCharacterCapture
from ...models.error_body import ErrorBody
from ...types import UNSET, Response, Unset


def _get_kwargs(
    character_id: str,
    *,
    body: CreateCharacterCapture,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/videos/characters/{character_id}/capture".format(
            character_id=quote(str(character_id), safe=""),
        ),
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Character | ErrorBody | None:
    if response.status_code == 200:
        response_200 = Character.from_dict(response.json())

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
) -> Response[Character | ErrorBody]:
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
    body: CreateCharacterCapture,
    idempotency_key: str | Unset = UNSET,
) -> Response[Character | ErrorBody]:
    """Answer the challenge.

     A recording in which the person speaks the digits and turns the head as the challenge says, and with
    which they consent. It
    is checked: whether a face is there all the time and no other, whether the head turns so, whether it
    is the person of the
    first upload, whether somebody speaks, and whether they speak the digits, where the operator has set
    up somebody who
    listens. If a check fails, the challenge is used up and the error says which one. If one could not
    be made, the character is
    `unverified` until the operator has looked.

    Args:
        character_id (str):
        idempotency_key (str | Unset):
        body (CreateCharacterCapture): A capture that answers a challenge: the parts of the form.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Character | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        body=body,
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
    body: CreateCharacterCapture,
    idempotency_key: str | Unset = UNSET,
) -> Character | ErrorBody | None:
    """Answer the challenge.

     A recording in which the person speaks the digits and turns the head as the challenge says, and with
    which they consent. It
    is checked: whether a face is there all the time and no other, whether the head turns so, whether it
    is the person of the
    first upload, whether somebody speaks, and whether they speak the digits, where the operator has set
    up somebody who
    listens. If a check fails, the challenge is used up and the error says which one. If one could not
    be made, the character is
    `unverified` until the operator has looked.

    Args:
        character_id (str):
        idempotency_key (str | Unset):
        body (CreateCharacterCapture): A capture that answers a challenge: the parts of the form.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Character | ErrorBody
    """

    return sync_detailed(
        character_id=character_id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    character_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateCharacterCapture,
    idempotency_key: str | Unset = UNSET,
) -> Response[Character | ErrorBody]:
    """Answer the challenge.

     A recording in which the person speaks the digits and turns the head as the challenge says, and with
    which they consent. It
    is checked: whether a face is there all the time and no other, whether the head turns so, whether it
    is the person of the
    first upload, whether somebody speaks, and whether they speak the digits, where the operator has set
    up somebody who
    listens. If a check fails, the challenge is used up and the error says which one. If one could not
    be made, the character is
    `unverified` until the operator has looked.

    Args:
        character_id (str):
        idempotency_key (str | Unset):
        body (CreateCharacterCapture): A capture that answers a challenge: the parts of the form.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Character | ErrorBody]
    """

    kwargs = _get_kwargs(
        character_id=character_id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    character_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateCharacterCapture,
    idempotency_key: str | Unset = UNSET,
) -> Character | ErrorBody | None:
    """Answer the challenge.

     A recording in which the person speaks the digits and turns the head as the challenge says, and with
    which they consent. It
    is checked: whether a face is there all the time and no other, whether the head turns so, whether it
    is the person of the
    first upload, whether somebody speaks, and whether they speak the digits, where the operator has set
    up somebody who
    listens. If a check fails, the challenge is used up and the error says which one. If one could not
    be made, the character is
    `unverified` until the operator has looked.

    Args:
        character_id (str):
        idempotency_key (str | Unset):
        body (CreateCharacterCapture): A capture that answers a challenge: the parts of the form.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Character | ErrorBody
    """

    return (
        await asyncio_detailed(
            character_id=character_id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
