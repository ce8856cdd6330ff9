"""Webhooks of a served Kinora as others receive them: `python official_webhooks.py BASE_URL API_KEY`.

The server must allow 127.0.0.1 (`KINORA_OUTGOING_ALLOW`). Endpoints are managed with the official SDK, deliveries are unwrapped
by it and by the library of Standard Webhooks, and the signature without a secret is verified with libsodium.
"""

import base64
import http.server
import queue
import sys
import threading
import time
import urllib.parse
import warnings

import nacl.signing
import openai
import standardwebhooks

warnings.simplefilter("ignore", DeprecationWarning)
base_url, api_key = sys.argv[1:3]
client = openai.OpenAI(base_url=base_url, api_key=api_key)
# No delivery takes longer, not even one that a stopped clock of the machine delays.
PATIENCE_SECONDS = 60
arrived = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        arrived.put((self.path, dict(self.headers.items()), body, time.time()))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
here = f"http://127.0.0.1:{server.server_address[1]}"
keys = client.get(base_url.removesuffix("/v1") + "/.well-known/kinora-webhooks.json", cast_to=dict)["keys"]
public = nacl.signing.VerifyKey(base64.urlsafe_b64decode(keys[0]["x"] + "=="))


def next_event(secrets, path):
    """The next delivery, which must have come to `path` and be signed under each of `secrets`."""
    came_to, headers, body, at = arrived.get(timeout=PATIENCE_SECONDS)
    assert came_to == path, (came_to, path)
    for secret in secrets:
        event = client.webhooks.unwrap(body, headers, secret=secret)
        standardwebhooks.Webhook(secret).verify(body.decode(), {name.lower(): value for name, value in headers.items()})
    try:
        client.webhooks.unwrap(body, headers, secret="whsec_" + base64.b64encode(b"x" * 32).decode())
        raise AssertionError("a signature fits every secret")
    except openai.InvalidWebhookSignatureError:
        pass
    lower = {name.lower(): value for name, value in headers.items()}
    signed = f"{lower['webhook-id']}.{lower['webhook-timestamp']}.".encode() + body
    own = [each[4:] for each in lower["webhook-signature"].split(" ") if each.startswith("v1a,")]
    public.verify(signed, base64.b64decode(own[0]))
    return event, at


assert "video.completed" in client.webhooks.event_types.list().data
made = client.webhooks.create(name="tests", url=f"{here}/all", event_types=["video.completed", "video.failed"])
assert made.object == "webhook_endpoint" and made.signing_secret.startswith("whsec_"), made.id
found = client.webhooks.retrieve(made.id)
assert found.signing_secret_hint and found.url == made.url and not hasattr(found, "signing_secret"), found
assert [each.id for each in client.webhooks.list(limit=1).data] == [made.id]
tested = client.webhooks.test(made.id, event_type="video.failed")
assert tested.success and tested.status_code == 200 and tested.event_type == "video.failed", tested
event, _ = next_event([made.signing_secret], "/all")
assert event.type == "video.failed", event
print("test", made.id)

video = client.videos.create_and_poll(model="sora-2", prompt="a red ball", seconds="4", size="1280x720")
assert video.status == "completed", video
event, at = next_event([made.signing_secret], "/all")
# The SDK's union does not list events of videos any more: their type is told by `type`, not by the class.
assert event.type == "video.completed" and event.data.id == video.id and event.id.startswith("evt_"), event
print("video.completed", event.id, f"{at - video.completed_at:.1f} s after the second in which it was completed")

rotated = client.webhooks.rotate_secret(made.id, keep_old_secret_active_for_24_hours=True)
assert rotated.signing_secret != made.signing_secret
updated = client.webhooks.update(made.id, name="renamed", event_types=["video.completed"])
assert updated.name == "renamed" and updated.event_types == ["video.completed"], updated
other = client.videos.create_and_poll(model="sora-2", prompt="another ball", seconds="4", size="1280x720")
event, _ = next_event([made.signing_secret, rotated.signing_secret], "/all")
assert event.data.id == other.id, event
print("rotate_secret", rotated.id)

log = client.get(f"/webhook_endpoints/{made.id}/deliveries", cast_to=dict)
assert [each["status"] for each in log["data"]] == ["delivered", "delivered"], log
again = client.post(f"/webhook_deliveries/{log['data'][0]['id']}/resend", cast_to=dict)
event, _ = next_event([rotated.signing_secret], "/all")
assert event.id == again["event_id"] and event.data.id == other.id, event
assert client.webhooks.delete(made.id).deleted
print("resend", again["id"])

# One video's own URL: no endpoint is needed, and the secret is the project's.
secret = client.webhooks.rotate_secret("default").signing_secret
own = client.videos.create(
    prompt="a third ball",
    extra_body={"webhook_url": f"{here}/own?for=one", "webhook_events_filter": ["video.canceled"]},
)
client.post(f"/videos/{own.id}/cancel", cast_to=openai.types.Video)
event, _ = next_event([secret], "/own?for=one")
assert event.type == "video.canceled" and event.data.id == own.id, event
refused = None
try:
    client.webhooks.create(name="inside", url="https://169.254.169.254/", event_types=["video.completed"])
except openai.BadRequestError as error:
    refused = error
assert refused is not None and refused.param == "url", refused
assert arrived.empty()
print("webhook_url", own.id)
print("webhooks of", urllib.parse.urlsplit(base_url).netloc, "are what OpenAI", openai.__version__, "and Standard Webhooks expect")
