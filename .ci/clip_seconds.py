"""How long a served Kinora takes for a 4-second 1280x720 clip on the processor: `clip_seconds.py KINORA [--lengths]`.

Prints, for three clips in a row, the seconds from submit to completed as the customer sees them (the second and third with
the model loaded), and the phases and the peak memory of the last. Fails when the first takes 15 s or more, or when the
server needs a second or more to be ready. With `--lengths` it then makes clips of 4, 8 and 20 s, wide and tall, and prints the
seconds that each takes, those a second of clip, and the server's peak memory.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

READY_SECONDS_MAX = 1.0
CLIP_SECONDS_MAX = 15.0
POLL_SECONDS = 0.05
LENGTHS = [(size, seconds) for size in ("1280x720", "1080x1920") for seconds in (4, 8, 20)]


def call(method: str, url: str, key: str, body: dict | None = None) -> dict:
    request = urllib.request.Request(url, method=method, headers={"Authorization": f"Bearer {key}"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def clip(base: str, key: str, seed: int, size: str = "1280x720", seconds: int = 4) -> tuple[float, dict]:
    """Submits one clip and waits for its end: seconds, and the video."""
    wish = {"prompt": "a red ball bounces on the grass", "size": size, "seconds": str(seconds), "seed": seed}
    started = time.monotonic()
    video = call("POST", f"{base}/v1/videos", key, wish)
    while video["status"] in ("queued", "in_progress"):
        time.sleep(POLL_SECONDS)
        video = call("GET", f"{base}/v1/videos/{video['id']}", key)
    if video["status"] != "completed":
        sys.exit(f"the clip failed: {video['error']}")
    return time.monotonic() - started, video


with tempfile.TemporaryDirectory() as folder:
    data = pathlib.Path(folder)
    started = time.monotonic()
    command = [sys.argv[1], "serve", "--listen", "127.0.0.1:0", "--data-dir", folder, "--device", "flex"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        base = next(filter(None, (re.search(r"http://[\d.]+:\d+", line) for line in server.stdout))).group()
        urllib.request.urlopen(f"{base}/readyz").close()
        ready = time.monotonic() - started
        key = json.loads((data / "bootstrap.json").read_text())["api_key"]
        runs = [clip(base, key, seed) for seed in (1, 2, 3)]
        lengths = LENGTHS if "--lengths" in sys.argv[2:] else []
        longer = [(size, seconds, *clip(base, key, 4, size, seconds)) for size, seconds in lengths]
    finally:
        server.terminate()
        server.wait()

usage = runs[-1][1]["usage"]
print(f"ready after {ready:.2f} s; submit to completed: " + ", ".join(f"{seconds:.2f} s" for seconds, _ in runs))
print(json.dumps(usage))
for size, seconds, taken, video in longer:
    print(f"{size:>9} {seconds:2} s: {taken:6.2f} s, {taken / seconds:.2f} a second; peak memory {video['usage'].get('peak_memory_mb')} MB")
if ready >= READY_SECONDS_MAX:
    sys.exit(f"ready after {ready:.2f} s instead of under {READY_SECONDS_MAX} s")
if runs[0][0] >= CLIP_SECONDS_MAX:
    sys.exit(f"a clip took {runs[0][0]:.2f} s instead of under {CLIP_SECONDS_MAX} s")
