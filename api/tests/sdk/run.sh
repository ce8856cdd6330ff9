#!/usr/bin/env bash
# Serves Kinora and lets the official SDKs use it.
#   KINORA_BIN       the binary to serve
#   KINORA_CI_CACHE  where the Python environment and the npm packages are kept
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${KINORA_CI_CACHE:?}

for major in 3 2; do
    venv=$cache/sdk-python-$major
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements-$major.txt"
done
node_dir=$cache/sdk-node
mkdir -p "$node_dir"
cp "$here/package.json" "$here/package-lock.json" "$here/"*.mjs "$node_dir/"
(cd "$node_dir" && npm ci --silent --no-audit --no-fund)

. "$here/../../../.ci/served.sh"
# Receivers of webhooks listen there.
export KINORA_OUTGOING_ALLOW=127.0.0.1
serve_kinora
judged() { "$@" || { tail -n 30 "$served/err.log"; exit 1; }; }
for major in 3 2; do
    judged "$cache/sdk-python-$major/bin/python" "$here/official.py" "$address/v1" "$api_key"
    judged "$cache/sdk-python-$major/bin/python" "$here/official_clips.py" "$address/v1" "$api_key" "$operator_key"
    judged "$cache/sdk-python-$major/bin/python" "$here/traps.py" "$address/v1" "$api_key" "$admin_key"
    # The second release begins its list of videos anew.
    stop_kinora && serve_kinora
done
judged "$cache/sdk-python-3/bin/python" "$here/official_admin.py" "$address/v1" "$admin_key"
judged "$cache/sdk-python-3/bin/python" "$here/official_batches.py" "$address/v1" "$api_key"
judged "$cache/sdk-python-3/bin/python" "$here/official_webhooks.py" "$address/v1" "$api_key"
judged node "$node_dir/official.mjs" "$address/v1" "$api_key"
judged node "$node_dir/official_clips.mjs" "$address/v1" "$api_key" "$operator_key"
judged node "$node_dir/traps.mjs" "$address/v1" "$api_key"
