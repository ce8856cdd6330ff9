#!/usr/bin/env bash
# The 60-second tour: make a clip and fetch all its files. Needs curl and a served Kinora.
#   KINORA_URL  default http://127.0.0.1:8080
#   KINORA_KEY  a project API key; default: the one in ./kinora-data/bootstrap.json
set -euo pipefail
url=${KINORA_URL:-http://127.0.0.1:8080}
key=${KINORA_KEY:-$(sed -n 's/.*"api_key" *: *"\([^"]*\)".*/\1/p' kinora-data/bootstrap.json)}
call() { curl --silent --show-error --fail-with-body --header "Authorization: Bearer $key" "$@"; }

answer=$(call "$url/v1/videos" --json '{"prompt": "a red ball bounces on the grass", "size": "1280x720", "seconds": "4"}')
id=$(sed -n 's/.*"id" *: *"\(video_[^"]*\)".*/\1/p' <<< "$answer")
echo "asked for $id"

until [[ $(answer=$(call "$url/v1/videos/$id"); echo "$answer") =~ \"status\":\ *\"(completed|failed)\" ]]; do
    sleep 1
done
call "$url/v1/videos/$id"
echo

for variant in video:mp4 thumbnail:webp spritesheet:jpg audio:wav; do
    call --output "clip.${variant#*:}" "$url/v1/videos/$id/content?variant=${variant%:*}"
    echo "wrote clip.${variant#*:}"
done
