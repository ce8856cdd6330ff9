"""The official Python SDK against a served Kinora: `python official.py BASE_URL API_KEY`."""

import asyncio
import sys
import warnings

import openai

warnings.simplefilter("ignore", DeprecationWarning)
base_url, api_key = sys.argv[1:3]
client = openai.OpenAI(base_url=base_url, api_key=api_key)
PROMPT = "a red ball bounces on the grass"


def expect(error, call):
    """The error that `call` must raise."""
    try:
        call()
    except error as raised:
        return raised
    raise AssertionError(f"{error.__name__} was not raised")


video = client.videos.create_and_poll(model="sora-2", prompt=PROMPT, seconds="4", size="1280x720")
assert video.status == "completed", video
assert (video.model, video.seconds, video.size, video.progress) == ("sora-2", "4", "1280x720", 100), video
assert video.prompt == PROMPT and video.error is None and video.remixed_from_video_id is None
print("create_and_poll", video.id)

magic = {"video": (4, b"ftyp"), "thumbnail": (8, b"WEBP"), "spritesheet": (0, b"\xff\xd8\xff")}
for variant, (offset, mark) in magic.items():
    content = client.videos.download_content(video.id, variant=variant).read()
    assert content[offset:offset + len(mark)] == mark, (variant, content[:16])
    print("download_content", variant, len(content), "bytes")

others = [client.videos.create(prompt=f"{PROMPT} {n}").id for n in range(5)]
pages = list(client.videos.list(limit=2).iter_pages())
assert [len(page.data) for page in pages] == [2, 2, 2], [len(page.data) for page in pages]
listed = [item.id for page in pages for item in page.data]
assert listed == [*reversed(others), video.id], listed
assert [item.id for item in client.videos.list(limit=2, order="asc")] == listed[::-1]
print("list", len(pages), "pages")

first = client.videos.retrieve(others[0])
assert first.seconds == "4" and first.size == "720x1280", first
# Through the untyped call, as users do for what the SDK has no method for.
canceled = client.post(f"/videos/{others[0]}/cancel", cast_to=openai.types.Video)
waiting = client.videos.poll(others[0])
assert waiting.status == "failed" and waiting.error.code == "canceled", waiting

raised = expect(openai.BadRequestError, lambda: client.videos.create(prompt=PROMPT, seconds="5"))
assert raised.param == "seconds" and raised.request_id, (raised.param, raised.request_id)
raised = expect(openai.BadRequestError, lambda: client.videos.create(prompt=PROMPT, input_reference=b"picture"))
assert raised.param == "input_reference", raised.param
raised = expect(openai.BadRequestError, lambda: client.post("/videos", body={"prompt": 1}, cast_to=openai.types.Video))
assert raised.param == "prompt", raised.param
expect(openai.AuthenticationError, lambda: openai.OpenAI(base_url=base_url, api_key="kn_no_no").videos.list())
expect(openai.NotFoundError, lambda: client.videos.download_content("video_none"))

deleted = client.videos.delete(video.id)
assert deleted.deleted and deleted.object == "video.deleted" and deleted.id == video.id
expect(openai.NotFoundError, lambda: client.videos.retrieve(video.id))
print("delete", deleted.id)


async def from_async():
    """The asynchronous client and the typed extras through `extra_body`."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key) as other:
        made = await other.videos.create(prompt=PROMPT, extra_body={"seed": 7, "generate_audio": False})
        assert made.seed == 7 and made.generate_audio is False, made
        await other.post(f"/videos/{made.id}/cancel", cast_to=openai.types.Video)
        return made.id


print("async create", asyncio.run(from_async()))
for name in others[1:]:
    client.post(f"/videos/{name}/cancel", cast_to=openai.types.Video)
assert any(model.id == "sora-2" for model in client.models.list())
print("the official Python SDK", openai.__version__, "is content")
