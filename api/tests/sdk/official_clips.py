"""The official Python SDK makes characters and new clips from clips: `python official_clips.py BASE_URL API_KEY OPERATOR_KEY`.

Its typed parameters cannot send an object where a file may stand; what users do about it is done here (see README.md).
"""

import base64
import json
import struct
import sys
import urllib.request
import warnings
import zlib

import openai

warnings.simplefilter("ignore", DeprecationWarning)
base_url, api_key, operator_key = sys.argv[1:4]
client = openai.OpenAI(base_url=base_url, api_key=api_key)
PROMPT = "a red ball bounces on the grass"
typed = hasattr(client.videos, "edit")  # releases before 2.32 know neither characters nor edits


def expect(error, call, code=None, param=None):
    """The error that `call` must raise."""
    try:
        call()
    except error as raised:
        assert (raised.code, raised.param) == (code, param), (raised.code, raised.param, raised.message)
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


def png(width, height):
    """A plain picture of that size."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = (b"\0" + bytes((200, 40, 40)) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def done(video):
    """The video once it is completed."""
    over = client.videos.poll(video.id)
    assert over.status == "completed", over
    return over


def post(path, body):
    return client.post(path, body=body, cast_to=openai.types.Video)


source = client.videos.create_and_poll(prompt=PROMPT, size="1280x720", seconds="4")
clip = client.videos.download_content(source.id).read()

remixed = done(client.videos.remix(source.id, prompt="a blue ball bounces on the grass"))
assert remixed.remixed_from_video_id == source.id and (remixed.size, remixed.seconds) == (source.size, source.seconds), remixed
print("remix", remixed.id)

picture = png(1280, 720)
first = done(client.videos.create(prompt=PROMPT, size="1280x720", input_reference=("first.png", picture, "image/png")))
raised = expect(openai.BadRequestError, lambda: client.videos.create(prompt=PROMPT, size="720x1280", input_reference=("first.png", picture, "image/png")))
assert "Inpaint image must match the requested width and height" in raised.message, raised
data_url = "data:image/png;base64," + base64.b64encode(picture).decode()
by_url = client.videos.create(prompt=PROMPT, size="1280x720", extra_body={"input_reference": {"image_url": data_url}})
uploaded = client.files.create(file=("first.png", picture, "image/png"), purpose="vision")
by_file = client.videos.create(prompt=PROMPT, size="1280x720", extra_body={"input_reference": {"file_id": uploaded.id}})
assert done(by_url).status == done(by_file).status == "completed"
expect(openai.BadRequestError, lambda: post("/videos", {"prompt": PROMPT, "input_reference": data_url}), "invalid_type", "input_reference")
print("input_reference as a file, a data URL and a file id", first.id)

if typed:
    # An object beside an empty file: the object counts.
    edited = client.videos.edit(prompt="a green ball", video=b"", extra_body={"video": {"id": source.id}})
    longer = client.videos.extend(prompt=PROMPT, seconds="8", video=b"", extra_body={"video": {"id": source.id}})
else:
    edited = post("/videos/edits", {"prompt": "a green ball", "video": {"id": source.id}})
    longer = post("/videos/extensions", {"prompt": PROMPT, "seconds": "8", "video": {"id": source.id}})
edited, longer = done(edited), done(longer)
assert edited.seconds == source.seconds and edited.size == source.size, edited
assert longer.seconds == "12" and longer.cost["estimated"], longer
print("edit by id", edited.id, "extend by id to", longer.seconds, "s")

if typed:
    from_upload = done(client.videos.edit(prompt="a green ball", video=("clip.mp4", clip, "video/mp4"), extra_body={"model": "sora-2"}))
    assert from_upload.seconds == "4", from_upload
    expect(openai.BadRequestError, lambda: client.videos.edit(prompt="a", video=("clip.mp4", clip, "video/mp4")), "missing_required_parameter", "model")
    expect(openai.BadRequestError, lambda: client.videos.edit(prompt="a", video=("clip.mp4", clip[:2000], "video/mp4"), extra_body={"model": "sora-2"}), "invalid_value", "video")
    print("edit of an upload", from_upload.id)

lineage = client.get(f"/videos/{longer.id}/lineage", cast_to=object)
assert [each["id"] for each in lineage["parents"]] == [source.id], lineage


def operator(path, body):
    request = urllib.request.Request(f"{base_url}/operator{path}", json.dumps(body).encode(), {"Authorization": f"Bearer {operator_key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


if typed:
    character = client.videos.create_character(name="Mossy", video=("mossy.mp4", clip, "video/mp4"), extra_body={"kind": "object"})
    assert character.name == "Mossy" and isinstance(character.created_at, int) and character.id.startswith("char_"), character
    found = client.videos.get_character(character.id)
    assert (found.id, found.name, found.kind) == (character.id, "Mossy", "object"), found
    if found.status == "unverified":
        operator(f"/characters/{character.id}/approve", {})
    assert client.videos.get_character(character.id).status == "active"
    cast = {"characters": [{"id": character.id}]}
    cameo = done(client.videos.create(prompt="Mossy bounces on the grass", extra_body=cast))
    assert cameo.operation == "cameo" and [each["id"] for each in cameo.characters] == [character.id], cameo
    expect(openai.BadRequestError, lambda: client.videos.create(prompt="nobody bounces", extra_body=cast), "invalid_value", "prompt")
    raised = expect(openai.BadRequestError, lambda: client.videos.create(prompt="Mossy", extra_body={"characters": [{"id": "char_none"}]}), "cameo_permission_denied")
    assert "You are not allowed to access one or more mentioned cameos." in raised.message, raised
    expect(openai.NotFoundError, lambda: client.videos.get_character("char_none"), "not_found")
    print("create_character, get_character and a clip with it", cameo.id)

print("the official Python SDK", openai.__version__, "makes new clips from clips")
