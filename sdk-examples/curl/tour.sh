#!/usr/bin/env bash
# The 60-second tour: make a clip, follow it, fetch all its files and its receipt. Needs curl and a served Kinora.
#   KINORA_URL  default http://127.0.0.1:8080
#   KINORA_KEY  a project API key; default: the one in ./kinora-data/bootstrap.json
set -euo pipefail
url=${KINORA_URL:-http://127.0.0.1:8080}
key=${KINORA_KEY:-$(sed -n 's/.*"api_key" *: *"\([^"]*\)".*/\1/p' kinora-data/bootstrap.json)}
call() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $key" "$@"; }

# Sent again under the same Idempotency-Key, for example after a timeout, the request makes no second clip.
answer=$(call "$url/v1/videos" --header "Idempotency-Key: tour-$$-$(date +%s)" \
    --json '{"prompt": "a red ball bounces on the grass", "size": "1280x720", "seconds": "4"}')
id=$(sed -n 's/.*"id" *: *"\(video_[^"]*\)".*/\1/p' <<< "$answer")
echo "asked for $id"

# The stream ends with the video. Of an event, `data` is longer than is worth showing here.
call --no-buffer "$url/v1/videos/$id/events" | sed -nu 's/^event: //p; s/^data: .*"progress" *: *\([0-9]*\).*/    \1 %/p'
call "$url/v1/videos/$id"
echo

for variant in video:mp4 thumbnail:webp spritesheet:jpg audio:wav; do
    call --output "clip.${variant#*:}" "$url/v1/videos/$id/content?variant=${variant%:*}"
    echo "wrote clip.${variant#*:}"
done
call "$url/v1/videos/$id/receipt"
echo
