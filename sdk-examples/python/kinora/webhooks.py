"""Whether a webhook is Kinora's (Standard Webhooks, https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

# How far the sender's clock may be off, seconds. Older messages are somebody's who kept one.
TOLERANCE_S = 300


class Unsigned(Exception):
    """The message is not the sender's, or it is too old."""


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The event in `body`, if it is signed under `secret` (`whsec_…`). `body` is what came, byte by byte."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, at, signatures = (given[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
        age_s = abs(time.time() - int(at))
    except (KeyError, ValueError) as error:
        raise Unsigned("a header is missing or wrong") from error
    if age_s > TOLERANCE_S:
        raise Unsigned("the message is too old, or from the future")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b".".join([message_id.encode(), at.encode(), body])
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    # There are several while a secret is changed.
    if not any(hmac.compare_digest(f"v1,{expected}", signature) for signature in signatures.split(" ")):
        raise Unsigned("no signature fits")
    return json.loads(body)
