#!/usr/bin/env bash
# Serves Kinora and lets the official SDKs use it.
#   KINORA_BIN       the binary to serve
#   KINORA_CI_CACHE  where the Python environment and the npm packages are kept
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$(realpath "$KINORA_BIN")
cache=${KINORA_CI_CACHE:?}

venv=$cache/sdk-python
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
node_dir=$cache/sdk-node
mkdir -p "$node_dir"
cp "$here/package.json" "$here/package-lock.json" "$here/official.mjs" "$node_dir/"
(cd "$node_dir" && npm ci --silent --no-audit --no-fund)

data=$(mktemp -d)
"$bin" serve --listen 127.0.0.1:0 --data-dir "$data" > "$data/out.log" 2> "$data/err.log" &
server=$!
trap 'kill $server 2> /dev/null; wait $server 2> /dev/null; rm -rf "$data"' EXIT
for _ in $(seq 100); do
    address=$(grep -ohE 'http://127\.0\.0\.1:[0-9]+' "$data/out.log" "$data/err.log" | head -n 1 || true)
    [ -n "$address" ] && [ -f "$data/bootstrap.json" ] && break
    kill -0 $server 2> /dev/null || { cat "$data/out.log" "$data/err.log"; exit 1; }
    sleep 0.1
done
key_of() { "$venv/bin/python" -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$data/bootstrap.json" "$1"; }
key=$(key_of api_key)

"$venv/bin/python" "$here/official.py" "$address/v1" "$key" || { tail -n 30 "$data/err.log"; exit 1; }
"$venv/bin/python" "$here/official_admin.py" "$address/v1" "$(key_of admin_key)" || { tail -n 30 "$data/err.log"; exit 1; }
"$venv/bin/python" "$here/official_batches.py" "$address/v1" "$key" || { tail -n 30 "$data/err.log"; exit 1; }
node "$node_dir/official.mjs" "$address/v1" "$key" || { tail -n 30 "$data/err.log"; exit 1; }
