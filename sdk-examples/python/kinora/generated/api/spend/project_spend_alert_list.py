from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.list_order import ListOrder
from ...models.spend_alert_list import SpendAlertList
from ...types import UNSET, Response, Unset


def _get_kwargs(
    project_id: str,
    *,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: ListOrder | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["after"] = after

    params["before"] = before

    params["limit"] = limit

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order.value

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/organization/projects/{project_id}/spend_alerts".format(
            project_id=quote(str(project_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | SpendAlertList | None:
    if response.status_code == 200:
        response_200 = SpendAlertList.from_dict(response.json())

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
) -> Response[ErrorBody | SpendAlertList]:
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
    before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: ListOrder | Unset = UNSET,
) -> Response[ErrorBody | SpendAlertList]:
    """List the spend alerts of a project.

     Those of the organization are not among them.

    Args:
        project_id (str):
        after (str | Unset):
        before (str | Unset):
        limit (int | Unset):
        order (ListOrder | Unset): Which way a list goes, by the time its entries were made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | SpendAlertList]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        after=after,
        before=before,
        limit=limit,
        order=order,
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
    before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: ListOrder | Unset = UNSET,
) -> ErrorBody | SpendAlertList | None:
    """List the spend alerts of a project.

     Those of the organization are not among them.

    Args:
        project_id (str):
        after (str | Unset):
        before (str | Unset):
        limit (int | Unset):
        order (ListOrder | Unset): Which way a list goes, by the time its entries were made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | SpendAlertList
    """

    return sync_detailed(
        project_id=project_id,
        client=client,
        after=after,
        before=before,
        limit=limit,
        order=order,
    ).parsed


async def asyncio_detailed(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: ListOrder | Unset = UNSET,
) -> Response[ErrorBody | SpendAlertList]:
    """List the spend alerts of a project.

     Those of the organization are not among them.

    Args:
        project_id (str):
        after (str | Unset):
        before (str | Unset):
        limit (int | Unset):
        order (ListOrder | Unset): Which way a list goes, by the time its entries were made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | SpendAlertList]
    """

    kwargs = _get_kwargs(
        project_id=project_id,
        after=after,
        before=before,
        limit=limit,
        order=order,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    before: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: ListOrder | Unset = UNSET,
) -> ErrorBody | SpendAlertList | None:
    """List the spend alerts of a project.

     Those of the organization are not among them.

    Args:
        project_id (str):
        after (str | Unset):
        before (str | Unset):
        limit (int | Unset):
        order (ListOrder | Unset): Which way a list goes, by the time its entries were made.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | SpendAlertList
    """

    return (
        await asyncio_detailed(
            project_id=project_id,
            client=client,
            after=after,
            before=before,
            limit=limit,
            order=order,
        )
    ).parsed
