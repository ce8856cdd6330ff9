"""Make a clip, follow it, take its webhook, download it and print its receipt.

    KINORA_URL=http://127.0.0.1:8080 KINORA_KEY=kn_… python example.py

The server must be allowed to call this machine: `KINORA_OUTGOING_ALLOW=127.0.0.1`.
"""

import os
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TypeVar

from kinora.events import follow
from kinora.generated.api.videos import receipt_get, video_content, video_create
from kinora.generated.api.webhooks import webhook_endpoint_create, webhook_endpoint_delete
from kinora.generated.client import AuthenticatedClient
from kinora.generated.models import CreateVideo, ErrorBody, Video, VideoVariant, WebhookEndpointCreate
from kinora.webhooks import Unsigned, verify

client = AuthenticatedClient(os.environ["KINORA_URL"], os.environ["KINORA_KEY"])
Answer = TypeVar("Answer")
received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    """Keeps each message; whoever does more than that answers too late one day."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def good(answer: Answer | ErrorBody | None) -> Answer:
    """The answer, unless it is an error."""
    if answer is None or isinstance(answer, ErrorBody):
        raise SystemExit(f"refused: {answer}")
    return answer


receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
endpoint = good(webhook_endpoint_create.sync(client=client, body=WebhookEndpointCreate(
    name="example", url=f"http://127.0.0.1:{receiver.server_port}/kinora", event_types=["video.completed"],
)))

video = good(video_create.sync(client=client, body=CreateVideo(prompt="A red ball bounces on the grass.", seed=7)))
assert isinstance(video, Video), video  # with `dry_run` it would be an estimate
print("asked for", video.id)

for name, data in follow(client, video.id):
    print(name, data.get("status"), data.get("progress"))
assert name == "done" and data["status"] == "completed", data

headers, body = received.get(timeout=60)
event = verify(endpoint.signing_secret, headers, body)
assert event["type"] == "video.completed" and event["data"]["id"] == video.id, event
try:
    verify(endpoint.signing_secret, headers, body + b" ")
    raise AssertionError("a message that was changed passed")
except Unsigned:
    print("webhook", event["id"], event["type"])

clip = good(video_content.sync(video.id, client=client, variant=VideoVariant.VIDEO))
path = Path(os.environ.get("OUT", "."), "python.mp4")
path.write_bytes(clip.payload.read())
print("wrote", path, path.stat().st_size, "bytes")

receipt = good(receipt_get.sync(video.id, client=client))
for line in receipt.payload.lines:
    print(f"{line.quantity} × {line.component} at ${line.unit}: ${line.amount}")
print("total", receipt.payload.total, receipt.payload.currency)

good(webhook_endpoint_delete.sync(endpoint.id, client=client))
receiver.shutdown()
