"""The events of a video: `GET /v1/videos/{id}/events` as Server-Sent Events."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx

from .generated.client import AuthenticatedClient

# How often a stream that breaks off is taken up again before the fault is the caller's.
RETRIES_MAX = 5
# The stream is never silent for so long, seconds: a comment comes every 15.
SILENCE_MAX_S = 60.0
# What no event follows.
LAST = {"done", "deleted"}


def follow(client: AuthenticatedClient, video_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event as its name and its data, to the last. A connection that breaks is taken up where it broke."""
    last_id, retries = None, 0
    while True:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last_id} if last_id else {})
        try:
            with client.get_httpx_client().stream(
                "GET", f"/v1/videos/{video_id}/events", headers=headers, timeout=SILENCE_MAX_S
            ) as answer:
                if answer.status_code == httpx.codes.NO_CONTENT:
                    return
                answer.raise_for_status()
                for last_id, name, data in parse(answer.iter_lines(), last_id):
                    retries = 0
                    yield name, json.loads(data)
                    if name in LAST:
                        return
        except httpx.TransportError:
            if retries == RETRIES_MAX:
                raise
        retries += 1
        if retries > RETRIES_MAX:
            raise RuntimeError(f"the events of {video_id} ended before it did")
        time.sleep(min(2.0**retries / 10, 5.0))


def parse(lines: Iterator[str], last_id: str | None) -> Iterator[tuple[str | None, str, str]]:
    """The id, name and data of each event, as the HTML standard reads a stream of events."""
    name, data = "message", []
    for line in lines:
        if not line:
            if data:
                yield last_id, name, "\n".join(data)
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            last_id = value
