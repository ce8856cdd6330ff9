from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.spend_limit import SpendLimit
from ...types import Response


def _get_kwargs(
    project_id: str,
    key_id: str,
) -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/organization/projects/{project_id}/api_keys/{key_id}/spend_limit".format(
            project_id=quote(str(project_id), safe=""),
            key_id=quote(str(key_id), safe=""),
        ),
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | SpendLimit | None:
    if response.status_code == 200:
        response_200 = SpendLimit.from_dict(response.json())

        return response_200

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
) -> Response[ErrorBody | SpendLimit]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    project_id: str,
    key_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorBody | SpendLimit]:
    """Get the spend limit of a key.

     With what was spent of it in this month.

    Args:
        project_id (str):
        key_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | SpendLimit]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        key_id=key_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    project_id: str,
    key_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorBody | SpendLimit | None:
    """Get the spend limit of a key.

     With what was spent of it in this month.

    Args:
        project_id (str):
        key_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | SpendLimit
    """

    return sync_detailed(
        project_id=project_id,
        key_id=key_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    project_id: str,
    key_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorBody | SpendLimit]:
    """Get the spend limit of a key.

     With what was spent of it in this month.

    Args:
        project_id (str):
        key_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | SpendLimit]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        key_id=key_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_id: str,
    key_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorBody | SpendLimit | None:
    """Get the spend limit of a key.

     With what was spent of it in this month.

    Args:
        project_id (str):
        key_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | SpendLimit
    """

    return (
        await asyncio_detailed(
            project_id=project_id,
            key_id=key_id,
            client=client,
        )
    ).parsed
