"""What the official Python SDK does that a server must expect, each a named check: `python traps.py BASE_URL API_KEY ADMIN_KEY`."""

import json
import sys
import urllib.request
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)
base_url, api_key, admin_key = sys.argv[1:4]
PROMPT = "a red ball bounces on the grass"
sent = []
client = openai.OpenAI(
    base_url=base_url, api_key=api_key,
    http_client=openai.DefaultHttpxClient(event_hooks={"request": [sent.append]}),
)
made: list[str] = []


def create(**fields):
    """A video by the SDK's own method, and the kind of body that it sent."""
    video = client.videos.create(prompt=PROMPT, **fields)
    made.append(video.id)
    return video, sent[-1].headers["content-type"].split(";")[0]


def posted(body):
    """A video from a body of JSON."""
    video = client.post("/videos", body={"prompt": PROMPT} | body, cast_to=openai.types.Video)
    made.append(video.id)
    assert sent[-1].headers["content-type"] == "application/json", sent[-1].headers
    return video


def refused(error, call, param=None, code=None):
    """The error that `call` must raise, after how many requests."""
    before = len(sent)
    try:
        call()
    except error as raised:
        assert raised.request_id and raised.type == "invalid_request_error", raised
        assert (raised.param, raised.code) == (param, code), (raised.param, raised.code)
        return raised, len(sent) - before
    raise AssertionError(f"{error.__name__} was not raised")


def trap_forms_and_json_are_the_same():
    by_form, kind = create(size="1280x720", seconds="4")
    by_json = posted({"size": "1280x720", "seconds": "4"})
    assert (by_form.size, by_form.seconds) == (by_json.size, by_json.seconds) == ("1280x720", "4")
    return kind


def trap_objects_come_as_bracketed_parts():
    video, kind = create(extra_body={"metadata": {"scene": "12", "take": "3"}, "seed": 7, "generate_audio": False})
    assert video.metadata == {"scene": "12", "take": "3"}, video
    assert video.seed == 7 and video.generate_audio is False, video
    return kind


def trap_references_come_as_bracketed_parts_and_as_objects():
    """Refused for what they are, so that each was read."""
    for value, param in [({"file_id": "file_none"}, "input_reference"), ({"image_url": "data:image/png;base64,AAAA"}, "input_reference")]:
        refused(openai.BadRequestError, lambda: create(extra_body={"input_reference": value}), param, "invalid_value")
        refused(openai.BadRequestError, lambda: posted({"input_reference": value}), param, "invalid_value")
    cast = [{"id": "char_1"}, {"id": "char_2"}]
    refused(openai.BadRequestError, lambda: create(extra_body={"characters": cast}), None, "cameo_permission_denied")
    refused(openai.BadRequestError, lambda: posted({"characters": cast}), None, "cameo_permission_denied")
    raised, _ = refused(openai.BadRequestError, lambda: posted({"input_reference": "https://example.com/a.png"}), "input_reference", "invalid_type")
    assert "expected an object" in raised.message, raised


def trap_an_empty_file_means_nothing():
    """How a reference is left out where the SDK wants a file."""
    video, kind = create(input_reference=b"", extra_body={"seed": 8})
    assert kind == "multipart/form-data" and video.seed == 8, (kind, video)


def trap_an_object_and_an_empty_file_of_one_name():
    """`video[id]` beside an empty `video`, which is how an edit by id is asked for: the id counts."""
    def edit():
        client.videos.edit(prompt=PROMPT, video=b"", extra_body={"video": {"id": "video_none"}})
    if hasattr(client.videos, "edit"):
        refused(openai.NotFoundError, edit, None, "not_found")
    both = {"input_reference[file_id]": "file_none"}
    refused(openai.BadRequestError, lambda: create(input_reference=b"", extra_body=both), "input_reference", "invalid_value")


def trap_seconds_are_a_text_or_a_number():
    assert posted({"seconds": 4}).seconds == posted({"seconds": "4"}).seconds == "4"


def trap_a_refusal_that_stays_is_not_repeated():
    """The SDK repeats every 409 and 429 unless it is told that this cannot help."""
    raised, requests = refused(openai.ConflictError, lambda: client.videos.delete(waiting), None, "video_in_progress")
    assert raised.response.headers["x-should-retry"] == "false" and requests == 1, requests
    limit(0)
    raised, requests = refused(openai.RateLimitError, create, None, "rate_limit_exceeded")
    assert raised.response.headers["x-should-retry"] == "false" and requests == 1, requests


def trap_a_wait_is_told_so_that_the_sdk_takes_it():
    limit(1)
    raised, _ = refused(openai.RateLimitError, lambda: client.with_options(max_retries=0).videos.create(prompt=PROMPT), None, "rate_limit_exceeded")
    headers = raised.response.headers
    wait_ms = int(headers["retry-after-ms"])
    assert 0 < wait_ms <= 60_000 and int(headers["retry-after"]) == -(-wait_ms // 1000), headers
    assert client._parse_retry_after_header(headers) == wait_ms / 1000


def trap_unknown_fields_are_kept():
    video = client.videos.retrieve(waiting)
    assert video.cost["currency"] == "usd" and "usage" in video.model_extra, video
    assert video.to_dict()["cost"]["estimated"], video


def trap_a_failed_video_is_an_answer_not_an_error():
    client.post(f"/videos/{waiting}/cancel", cast_to=openai.types.Video)
    video = client.videos.poll(waiting)
    assert video.status == "failed" and video.error.code == "canceled" and video.error.message, video


def trap_a_download_asks_for_any_kind_of_bytes():
    refused(openai.NotFoundError, lambda: client.videos.download_content(waiting), None, "video_failed")
    assert sent[-1].headers["accept"] == "application/binary", sent[-1].headers


def limit(most):
    """Sets how many videos a minute the project may ask for of each model."""
    def ask(path, body=None):
        headers = {"Authorization": f"Bearer {admin_key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{base_url}/organization/projects{path}", body and json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    project = ask("")["data"][0]["id"]
    for each in ask(f"/{project}/rate_limits")["data"]:
        ask(f"/{project}/rate_limits/{each['id']}", {"max_requests_per_1_minute": most})


# The last of several is still waiting when it is looked at: there is one worker.
traps = [(name.removeprefix("trap_").replace("_", " "), trap) for name, trap in list(globals().items()) if name.startswith("trap_")]
waiting = [create()[0].id for _ in range(4)][-1]
try:
    for name, trap in traps:
        detail = trap()
        print("trap:", name, f"({detail})" if detail else "")
finally:
    limit(2_147_483_647)
    for name in made:
        if client.videos.retrieve(name).status in ("queued", "in_progress"):
            client.post(f"/videos/{name}/cancel", cast_to=openai.types.Video)
print("the official Python SDK", openai.__version__, "fell into none of", len(traps), "traps")
