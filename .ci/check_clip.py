"""What ffprobe must say of the demo's clip: H.264 1280x720 and AAC, both 4.00 s."""

import json
import subprocess
import sys

seen = json.loads(subprocess.run(
    ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", sys.argv[1]],
    check=True, capture_output=True, text=True).stdout)
streams = {stream["codec_type"]: stream for stream in seen["streams"]}
video, audio = streams["video"], streams["audio"]
facts = {
    "video codec": (video["codec_name"], "h264"),
    "profile": (video["profile"], "High"),
    "size": (f"{video['width']}x{video['height']}", "1280x720"),
    "video seconds": (f"{float(video['duration']):.2f}", "4.00"),
    "audio codec": (audio["codec_name"], "aac"),
    "audio seconds": (f"{float(audio['duration']):.2f}", "4.00"),
}
wrong = [f"{name}: {is_} instead of {ought}" for name, (is_, ought) in facts.items() if is_ != ought]
if wrong:
    sys.exit("\n".join(wrong))
print(", ".join(f"{name} {is_}" for name, (is_, _) in facts.items()))
