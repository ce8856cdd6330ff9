from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.project_key_list import ProjectKeyList
from ...models.project_key_list_owner_project_access import (
    ProjectKeyListOwnerProjectAccess,
)
from ...types import UNSET, Response, Unset


def _get_kwargs(
    project_id: str,
    *,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    owner_project_access: ProjectKeyListOwnerProjectAccess | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["after"] = after

    params["limit"] = limit

    json_owner_project_access: str | Unset = UNSET
    if not isinstance(owner_project_access, Unset):
        json_owner_project_access = owner_project_access.value

    params["owner_project_access"] = json_owner_project_access

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/organization/projects/{project_id}/api_keys".format(
            project_id=quote(str(project_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | ProjectKeyList | None:
    if response.status_code == 200:
        response_200 = ProjectKeyList.from_dict(response.json())

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
) -> Response[ErrorBody | ProjectKeyList]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    owner_project_access: ProjectKeyListOwnerProjectAccess | Unset = UNSET,
) -> Response[ErrorBody | ProjectKeyList]:
    """List a project's keys.

     Oldest first, a page at a time. Keys that were revoked are not listed; those that have expired are.

    Args:
        project_id (str):
        after (str | Unset):
        limit (int | Unset):
        owner_project_access (ProjectKeyListOwnerProjectAccess | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | ProjectKeyList]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        after=after,
        limit=limit,
        owner_project_access=owner_project_access,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    owner_project_access: ProjectKeyListOwnerProjectAccess | Unset = UNSET,
) -> ErrorBody | ProjectKeyList | None:
    """List a project's keys.

     Oldest first, a page at a time. Keys that were revoked are not listed; those that have expired are.

    Args:
        project_id (str):
        after (str | Unset):
        limit (int | Unset):
        owner_project_access (ProjectKeyListOwnerProjectAccess | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | ProjectKeyList
    """

    return sync_detailed(
        project_id=project_id,
        client=client,
        after=after,
        limit=limit,
        owner_project_access=owner_project_access,
    ).parsed


async def asyncio_detailed(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    owner_project_access: ProjectKeyListOwnerProjectAccess | Unset = UNSET,
) -> Response[ErrorBody | ProjectKeyList]:
    """List a project's keys.

     Oldest first, a page at a time. Keys that were revoked are not listed; those that have expired are.

    Args:
        project_id (str):
        after (str | Unset):
        limit (int | Unset):
        owner_project_access (ProjectKeyListOwnerProjectAccess | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | ProjectKeyList]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        after=after,
        limit=limit,
        owner_project_access=owner_project_access,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    owner_project_access: ProjectKeyListOwnerProjectAccess | Unset = UNSET,
) -> ErrorBody | ProjectKeyList | None:
    """List a project's keys.

     Oldest first, a page at a time. Keys that were revoked are not listed; those that have expired are.

    Args:
        project_id (str):
        after (str | Unset):
        limit (int | Unset):
        owner_project_access (ProjectKeyListOwnerProjectAccess | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | ProjectKeyList
    """

    return (
        await asyncio_detailed(
            project_id=project_id,
            client=client,
            after=after,
            limit=limit,
            owner_project_access=owner_project_access,
        )
    ).parsed
