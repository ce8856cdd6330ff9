from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_body import ErrorBody
from ...models.video_usage_list_bucket_width import VideoUsageListBucketWidth
from ...models.video_usage_list_group_by_item import VideoUsageListGroupByItem
from ...models.videos_usage_result_page import VideosUsageResultPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    start_time: int,
    end_time: int | Unset = UNSET,
    bucket_width: VideoUsageListBucketWidth | Unset = UNSET,
    group_by: list[VideoUsageListGroupByItem] | Unset = UNSET,
    project_ids: list[str] | Unset = UNSET,
    api_key_ids: list[str] | Unset = UNSET,
    models: list[str] | Unset = UNSET,
    sizes: list[str] | Unset = UNSET,
    operations: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
    page: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["start_time"] = start_time

    params["end_time"] = end_time

    json_bucket_width: str | Unset = UNSET
    if not isinstance(bucket_width, Unset):
        json_bucket_width = bucket_width.value

    params["bucket_width"] = json_bucket_width

    json_group_by: list[str] | Unset = UNSET
    if not isinstance(group_by, Unset):
        json_group_by = []
        for group_by_item_data in group_by:
            group_by_item = group_by_item_data.value
            json_group_by.append(group_by_item)

    params["group_by[]"] = json_group_by

    json_project_ids: list[str] | Unset = UNSET
    if not isinstance(project_ids, Unset):
        json_project_ids = project_ids

    params["project_ids[]"] = json_project_ids

    json_api_key_ids: list[str] | Unset = UNSET
    if not isinstance(api_key_ids, Unset):
        json_api_key_ids = api_key_ids

    params["api_key_ids[]"] = json_api_key_ids

    json_models: list[str] | Unset = UNSET
    if not isinstance(models, Unset):
        json_models = models

    params["models[]"] = json_models

    json_sizes: list[str] | Unset = UNSET
    if not isinstance(sizes, Unset):
        json_sizes = sizes

    params["sizes[]"] = json_sizes

    json_operations: list[str] | Unset = UNSET
    if not isinstance(operations, Unset):
        json_operations = operations

    params["operations[]"] = json_operations

    params["limit"] = limit

    params["page"] = page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/organization/usage/videos",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorBody | VideosUsageResultPage | None:
    if response.status_code == 200:
        response_200 = VideosUsageResultPage.from_dict(response.json())

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
) -> Response[ErrorBody | VideosUsageResultPage]:
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
    bucket_width: VideoUsageListBucketWidth | Unset = UNSET,
    group_by: list[VideoUsageListGroupByItem] | Unset = UNSET,
    project_ids: list[str] | Unset = UNSET,
    api_key_ids: list[str] | Unset = UNSET,
    models: list[str] | Unset = UNSET,
    sizes: list[str] | Unset = UNSET,
    operations: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
    page: str | Unset = UNSET,
) -> Response[ErrorBody | VideosUsageResultPage]:
    """Get what was made.

     Requests count when they were made, clips when they were completed. Deleted videos count too.

    Args:
        start_time (int):
        end_time (int | Unset):
        bucket_width (VideoUsageListBucketWidth | Unset):
        group_by (list[VideoUsageListGroupByItem] | Unset):
        project_ids (list[str] | Unset):
        api_key_ids (list[str] | Unset):
        models (list[str] | Unset):
        sizes (list[str] | Unset):
        operations (list[str] | Unset):
        limit (int | Unset):
        page (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | VideosUsageResultPage]
    """

    kwargs = _get_kwargs(
        start_time=start_time,
        end_time=end_time,
        bucket_width=bucket_width,
        group_by=group_by,
        project_ids=project_ids,
        api_key_ids=api_key_ids,
        models=models,
        sizes=sizes,
        operations=operations,
        limit=limit,
        page=page,
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
    bucket_width: VideoUsageListBucketWidth | Unset = UNSET,
    group_by: list[VideoUsageListGroupByItem] | Unset = UNSET,
    project_ids: list[str] | Unset = UNSET,
    api_key_ids: list[str] | Unset = UNSET,
    models: list[str] | Unset = UNSET,
    sizes: list[str] | Unset = UNSET,
    operations: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
    page: str | Unset = UNSET,
) -> ErrorBody | VideosUsageResultPage | None:
    """Get what was made.

     Requests count when they were made, clips when they were completed. Deleted videos count too.

    Args:
        start_time (int):
        end_time (int | Unset):
        bucket_width (VideoUsageListBucketWidth | Unset):
        group_by (list[VideoUsageListGroupByItem] | Unset):
        project_ids (list[str] | Unset):
        api_key_ids (list[str] | Unset):
        models (list[str] | Unset):
        sizes (list[str] | Unset):
        operations (list[str] | Unset):
        limit (int | Unset):
        page (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | VideosUsageResultPage
    """

    return sync_detailed(
        client=client,
        start_time=start_time,
        end_time=end_time,
        bucket_width=bucket_width,
        group_by=group_by,
        project_ids=project_ids,
        api_key_ids=api_key_ids,
        models=models,
        sizes=sizes,
        operations=operations,
        limit=limit,
        page=page,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    bucket_width: VideoUsageListBucketWidth | Unset = UNSET,
    group_by: list[VideoUsageListGroupByItem] | Unset = UNSET,
    project_ids: list[str] | Unset = UNSET,
    api_key_ids: list[str] | Unset = UNSET,
    models: list[str] | Unset = UNSET,
    sizes: list[str] | Unset = UNSET,
    operations: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
    page: str | Unset = UNSET,
) -> Response[ErrorBody | VideosUsageResultPage]:
    """Get what was made.

     Requests count when they were made, clips when they were completed. Deleted videos count too.

    Args:
        start_time (int):
        end_time (int | Unset):
        bucket_width (VideoUsageListBucketWidth | Unset):
        group_by (list[VideoUsageListGroupByItem] | Unset):
        project_ids (list[str] | Unset):
        api_key_ids (list[str] | Unset):
        models (list[str] | Unset):
        sizes (list[str] | Unset):
        operations (list[str] | Unset):
        limit (int | Unset):
        page (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorBody | VideosUsageResultPage]
    """

    kwargs = _get_kwargs(
        start_time=start_time,
        end_time=end_time,
        bucket_width=bucket_width,
        group_by=group_by,
        project_ids=project_ids,
        api_key_ids=api_key_ids,
        models=models,
        sizes=sizes,
        operations=operations,
        limit=limit,
        page=page,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    start_time: int,
    end_time: int | Unset = UNSET,
    bucket_width: VideoUsageListBucketWidth | Unset = UNSET,
    group_by: list[VideoUsageListGroupByItem] | Unset = UNSET,
    project_ids: list[str] | Unset = UNSET,
    api_key_ids: list[str] | Unset = UNSET,
    models: list[str] | Unset = UNSET,
    sizes: list[str] | Unset = UNSET,
    operations: list[str] | Unset = UNSET,
    limit: int | Unset = UNSET,
    page: str | Unset = UNSET,
) -> ErrorBody | VideosUsageResultPage | None:
    """Get what was made.

     Requests count when they were made, clips when they were completed. Deleted videos count too.

    Args:
        start_time (int):
        end_time (int | Unset):
        bucket_width (VideoUsageListBucketWidth | Unset):
        group_by (list[VideoUsageListGroupByItem] | Unset):
        project_ids (list[str] | Unset):
        api_key_ids (list[str] | Unset):
        models (list[str] | Unset):
        sizes (list[str] | Unset):
        operations (list[str] | Unset):
        limit (int | Unset):
        page (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorBody | VideosUsageResultPage
    """

    return (
        await asyncio_detailed(
            client=client,
            start_time=start_time,
            end_time=end_time,
            bucket_width=bucket_width,
            group_by=group_by,
            project_ids=project_ids,
            api_key_ids=api_key_ids,
            models=models,
            sizes=sizes,
            operations=operations,
            limit=limit,
            page=page,
        )
    ).parsed
