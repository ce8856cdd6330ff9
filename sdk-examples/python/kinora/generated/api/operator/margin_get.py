from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.margin import Margin
from ...models.margin_get_format import MarginGetFormat
from ...models.margin_get_group_by_item import MarginGetGroupByItem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    start_time: int,
    end_time: int | Unset = UNSET,
    group_by: list[MarginGetGroupByItem] | Unset = UNSET,
    organization_id: str | Unset = UNSET,
    format_: MarginGetFormat | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["start_time"] = start_time

    params["end_time"] = end_time

    json_group_by: list[str] | Unset = UNSET
    if not isinstance(group_by, Unset):
        json_group_by = []
        for group_by_item_data in group_by:
            group_by_item = group_by_item_data.value
            json_group_by.append(group_by_item)

    params["group_by[]"] = json_group_by

    params["organization_id"] = organization_id

    json_format_: str | Unset = UNSET
    if not isinstance(format_, Unset):
        json_format_ = format_.value

    params["format"] = json_format_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/operator/margin",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | Margin | None:
    if response.status_code == 200:
        response_200 = Margin.from_dict(response.json())

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
) -> Response[ErrorBody | Margin]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    group_by: list[MarginGetGroupByItem] | Unset = UNSET,
    organization_id: str | Unset = UNSET,
    format_: MarginGetFormat | Unset = UNSET,
) -> Response[ErrorBody | Margin]:
    """Get what the server earns.

     What was charged less what compute cost, as it was measured. The cost of runs that delivered nothing
    has a column of its
    own. Charges count by the day on which they were made, runs by the day on which they ended (UTC).

    Args:
        start_time (int):
        end_time (int | Unset):
        group_by (list[MarginGetGroupByItem] | Unset):
        organization_id (str | Unset):
        format_ (MarginGetFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | Margin]
    """

    kwargs = _get_kwargs(
        start_time=start_time,
        end_time=end_time,
        group_by=group_by,
        organization_id=organization_id,
        format_=format_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    group_by: list[MarginGetGroupByItem] | Unset = UNSET,
    organization_id: str | Unset = UNSET,
    format_: MarginGetFormat | Unset = UNSET,
) -> ErrorBody | Margin | None:
    """Get what the server earns.

     What was charged less what compute cost, as it was measured. The cost of runs that delivered nothing
    has a column of its
    own. Charges count by the day on which they were made, runs by the day on which they ended (UTC).

    Args:
        start_time (int):
        end_time (int | Unset):
        group_by (list[MarginGetGroupByItem] | Unset):
        organization_id (str | Unset):
        format_ (MarginGetFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | Margin
    """

    return sync_detailed(
        client=client,
        start_time=start_time,
        end_time=end_time,
        group_by=group_by,
        organization_id=organization_id,
        format_=format_,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    group_by: list[MarginGetGroupByItem] | Unset = UNSET,
    organization_id: str | Unset = UNSET,
    format_: MarginGetFormat | Unset = UNSET,
) -> Response[ErrorBody | Margin]:
    """Get what the server earns.

     What was charged less what compute cost, as it was measured. The cost of runs that delivered nothing
    has a column of its
    own. Charges count by the day on which they were made, runs by the day on which they ended (UTC).

    Args:
        start_time (int):
        end_time (int | Unset):
        group_by (list[MarginGetGroupByItem] | Unset):
        organization_id (str | Unset):
        format_ (MarginGetFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | Margin]
    """

    kwargs = _get_kwargs(
        start_time=start_time,
        end_time=end_time,
        group_by=group_by,
        organization_id=organization_id,
        format_=format_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    group_by: list[MarginGetGroupByItem] | Unset = UNSET,
    organization_id: str | Unset = UNSET,
    format_: MarginGetFormat | Unset = UNSET,
) -> ErrorBody | Margin | None:
    """Get what the server earns.

     What was charged less what compute cost, as it was measured. The cost of runs that delivered nothing
    has a column of its
    own. Charges count by the day on which they were made, runs by the day on which they ended (UTC).

    Args:
        start_time (int):
        end_time (int | Unset):
        group_by (list[MarginGetGroupByItem] | Unset):
        organization_id (str | Unset):
        format_ (MarginGetFormat | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | Margin
    """

    return (
        await asyncio_detailed(
            client=client,
            start_time=start_time,
            end_time=end_time,
            group_by=group_by,
            organization_id=organization_id,
            format_=format_,
        )
    ).parsed
