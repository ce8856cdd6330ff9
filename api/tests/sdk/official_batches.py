"""The official Python SDK makes a batch of videos: `python official_batches.py BASE_URL API_KEY [MODEL]`."""

import json
import sys
import time
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)
base_url, api_key = sys.argv[1:3]
model = sys.argv[3] if len(sys.argv) > 3 else "sora-2"
client = openai.OpenAI(base_url=base_url, api_key=api_key)
PATIENCE_SECONDS = 300


def expect(error, call):
    """The error that `call` must raise."""
    try:
        call()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


def line(name, **body):
    return {"custom_id": name, "method": "POST", "url": "/v1/videos", "body": {"prompt": "a red ball", "model": model, **body}}


def upload(lines):
    text = "\n".join(json.dumps(each) for each in lines)
    return client.files.create(file=("lines.jsonl", text.encode()), purpose="batch")


def over(batch):
    """The batch once it is over."""
    end = time.monotonic() + PATIENCE_SECONDS
    while batch.status not in ("completed", "failed", "expired", "cancelled"):
        assert time.monotonic() < end, batch
        time.sleep(0.2)
        batch = client.batches.retrieve(batch.id)
    return batch


file = upload([line("one", seconds="4"), line("two", seconds="5")])
assert file.object == "file" and file.purpose == "batch" and file.status == "processed" and file.bytes > 0, file
assert client.files.retrieve(file.id).filename == "lines.jsonl"
assert b'"custom_id": "one"' in client.files.content(file.id).read()
assert [each.id for each in client.files.list(purpose="batch", limit=1)] == [file.id]
print("files.create", file.id)

batch = client.batches.create(
    input_file_id=file.id, endpoint="/v1/videos", completion_window="24h", metadata={"who": "test"})
assert batch.object == "batch" and batch.status == "validating" and batch.metadata == {"who": "test"}, batch
assert batch.id in [each.id for each in client.batches.list(limit=1)]
batch = over(batch)
counts = batch.request_counts
assert (batch.status, counts.total, counts.completed, counts.failed) == ("completed", 2, 1, 1), batch
(result,) = [json.loads(each) for each in client.files.content(batch.output_file_id).text.splitlines()]
assert result["custom_id"] == "one" and result["response"]["status_code"] == 200, result
video = result["response"]["body"]
assert video["status"] == "completed" and client.videos.retrieve(video["id"]).status == "completed", video
(refused,) = [json.loads(each) for each in client.files.content(batch.error_file_id).text.splitlines()]
assert refused["custom_id"] == "two" and refused["response"]["body"]["error"]["param"] == "seconds", refused
print("batches.create", batch.id)

broken = over(client.batches.create(
    input_file_id=upload([line("same"), line("same")]).id, endpoint="/v1/videos", completion_window="24h"))
assert broken.status == "failed" and broken.errors.data[0].line == 2, broken
raised = expect(openai.BadRequestError, lambda: client.batches.create(
    input_file_id=file.id, endpoint="/v1/responses", completion_window="24h"))
assert raised.param == "endpoint", raised.param

many = client.batches.create(
    input_file_id=upload([line(f"line {n}") for n in range(40)]).id, endpoint="/v1/videos", completion_window="24h")
stopped = client.batches.cancel(many.id)
assert stopped.status == "cancelling", stopped
assert over(stopped).status == "cancelled"
expect(openai.ConflictError, lambda: client.batches.cancel(batch.id))
print("batches.cancel", many.id)

for each in list(client.files.list()):
    assert client.files.delete(each.id).deleted
expect(openai.NotFoundError, lambda: client.files.retrieve(file.id))
print("the official Python SDK", openai.__version__, "can make batches")
