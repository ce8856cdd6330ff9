#!/bin/sh
# Records a second of a moving canvas in headless Chromium, as a page's MediaRecorder does it, and writes the file.
#
#   fuzz/record-in-chromium.sh OUT.mp4 [MIME]
#
# Nothing is served and nothing is fetched; the browser's profile is new and thrown away. CHROMIUM names the browser.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 OUT.mp4 [MIME]" >&2; exit 2; }
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
mime=${2:-video/mp4;codecs=avc1.42E01E}
work=$(mktemp -d)
pid=
clean() {
    [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 2' INT TERM
cat > "$work/page.html" <<PAGE
<!doctype html><meta charset="utf-8"><canvas id="canvas" width="160" height="90"></canvas>
<script>
const canvas = document.getElementById("canvas");
const context = canvas.getContext("2d");
let count = 0;
const draw = () => {
  context.fillStyle = "hsl(" + (count * 12) % 360 + " 60% 50%)";
  context.fillRect(0, 0, 160, 90);
  context.fillStyle = "white";
  context.fillRect(count * 3 % 140, 30, 20, 20);
  count += 1;
};
setInterval(draw, 40);
draw();
try {
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "$mime", videoBitsPerSecond: 100000});
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = async () => {
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    console.log("RECORDED " + btoa(String.fromCharCode(...bytes)) + " END");
  };
  recorder.start(300);
  setTimeout(() => recorder.stop(), 1200);
} catch (error) {
  console.log("RECORDED  END " + error);
}
</script>
PAGE
"$browser" --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/profile" --enable-logging=stderr \
    "file://$work/page.html" 2> "$work/log" &
pid=$!
for _ in $(seq 1 60); do
    if grep -q 'RECORDED .* END' "$work/log"; then
        sed -n 's/.*RECORDED \(.*\) END.*/\1/p' "$work/log" | head -n 1 | base64 -d > "$1"
        [ -s "$1" ] || { grep RECORDED "$work/log" >&2; exit 1; }
        exit 0
    fi
    sleep 1
done
tail -n 5 "$work/log" >&2
exit 1
