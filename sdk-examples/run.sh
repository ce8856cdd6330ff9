#!/usr/bin/env bash
# Serves a Kinora and runs each worked example against it.
#   KINORA_BIN       the binary to serve; KINORA_ENGINE=colour-bars makes it quick
#   KINORA_CI_CACHE  where packages and what the examples write are kept
#   EXAMPLES         which; default: curl python typescript rust
set -euo pipefail
cd "$(dirname "$0")"
. ../.ci/served.sh
cache=${KINORA_CI_CACHE:?}
export OUT=$cache/examples
rm -rf "$OUT" && mkdir -p "$OUT"

example_curl() { (cd "$OUT" && bash "$OLDPWD/curl/tour.sh"); }

example_python() {
    local venv=$cache/example-python
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements.txt
    export PYTHONDONTWRITEBYTECODE=1
    # Every module that was generated can be loaded, not only those that the example uses.
    (cd python && "$venv/bin/python" -c 'import importlib, pkgutil, kinora.generated as made
for module in pkgutil.walk_packages(made.__path__, "kinora.generated."): importlib.import_module(module.name)')
    "$venv/bin/python" python/example.py
}

example_typescript() {
    local node_dir=$cache/example-typescript
    mkdir -p "$node_dir"
    cp -r typescript/package.json typescript/package-lock.json typescript/tsconfig.json typescript/src "$node_dir/"
    (cd "$node_dir" && npm ci --silent --no-audit --no-fund && npm run --silent build && npm run --silent example)
}

# The packages are those of the server and built with it, so this compiles the client and nothing else.
example_rust() { cargo run --quiet --locked ${KINORA_CARGO_PROFILE---release} -p kinora-client --example clip; }

# Webhooks go to this machine, which the server must be told that it may call.
serve_kinora KINORA_OUTGOING_ALLOW=127.0.0.1
export KINORA_URL=$address KINORA_KEY=$api_key
for name in ${EXAMPLES:-curl python typescript rust}; do
    printf -- '-- %s\n' "$name"
    "example_$name" || { tail -n 30 "$served/err.log" >&2; exit 1; }
done
for clip in "$OUT"/*.mp4; do
    [ "$(head -c 8 "$clip" | tail -c 4)" = ftyp ] || { echo "$clip is no movie" >&2; exit 1; }
done
