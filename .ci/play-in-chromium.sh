#!/bin/sh
# Plays a movie in headless Chromium, sound on, from start to `ended`, and prints what the player saw as JSON.
#
#   .ci/play-in-chromium.sh clip.mp4 [FRAMES]
#
# Exit status: 0 when it ended and every frame was decoded, 1 when not, 2 when it cannot be tried.
# Without FRAMES, ffprobe says how many there are. CHROMIUM names the browser, SECONDS_MAX how long to wait.
# Nothing is served and nothing is fetched; the browser's profile is new and thrown away.
set -eu

give_up() {
    echo "$1" >&2
    exit 2
}

[ $# -ge 1 ] && [ -f "$1" ] || give_up "usage: $0 clip.mp4 [FRAMES]"
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$browser" ] || give_up "no chromium; name one in CHROMIUM"
frames=${2:-$(ffprobe -v error -select_streams v:0 -show_entries stream=nb_frames -of csv=p=0 "$1" || true)}
case $frames in '' | *[!0-9]*) give_up "ffprobe does not say how many frames there are: $0 $1 FRAMES" ;; esac

work=$(mktemp -d)
pid=
clean() {
    [ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 2' INT TERM

cp "$1" "$work/clip.mp4"
cat >"$work/page.html" <<'PAGE'
<!doctype html><meta charset="utf-8"><video id="video" src="clip.mp4"></video>
<script>
const video = document.getElementById("video");
const report = (error) => {
  const quality = video.getVideoPlaybackQuality();
  console.log("PLAYED " + JSON.stringify({
    ended: video.ended,
    currentTime: video.currentTime,
    duration: video.duration,
    width: video.videoWidth,
    height: video.videoHeight,
    decodedFrames: quality.totalVideoFrames,
    droppedFrames: quality.droppedVideoFrames,
    audioBytes: video.webkitAudioDecodedByteCount,
    muted: video.muted,
    error,
  }));
};
video.onended = () => report(null);
video.onerror = () => report(video.error.message);
video.play().catch((error) => report(String(error)));
</script>
PAGE

# --dump-dom would print the page before the movie has played; the console comes by the log instead.
"$browser" --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --autoplay-policy=no-user-gesture-required --user-data-dir="$work/profile" \
    --enable-logging=stderr "file://$work/page.html" >"$work/log" 2>&1 &
pid=$!

report=
waited=0
while [ -z "$report" ] && [ "$waited" -lt "${SECONDS_MAX:-90}" ] && kill -0 "$pid" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    report=$(sed -n 's/.*"PLAYED \({.*}\)", source: .*/\1/p' "$work/log" | head -n 1)
done
if [ -z "$report" ]; then
    echo "no report after $waited s; the browser's last words:" >&2
    tail -n 5 "$work/log" >&2
    exit 1
fi
echo "$report"
case $report in
*'"ended":true,'*'"decodedFrames":'"$frames"',"'*) ;;
*)
    echo "not $frames frames to the end" >&2
    exit 1
    ;;
esac
