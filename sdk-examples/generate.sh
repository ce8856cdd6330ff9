#!/usr/bin/env bash
# Makes the Python and the TypeScript client anew from openapi/openapi.json. The Rust client is written by hand and held
# to the document by its own test.
#   KINORA_CI_CACHE  where the generators are kept; default: a folder that git ignores
set -euo pipefail
cd "$(dirname "$0")"
cache=${KINORA_CI_CACHE:-$PWD/../target/sdk}
mkdir -p "$cache"

# Where a body may be JSON or a form, a client sends JSON: one way to say a thing, and the Python generator writes modules that
# cannot be loaded where there are two.
mkdir -p "$cache/openapi"
python3 - ../openapi/openapi.json "$cache/openapi/openapi.json" << 'PY'
import json, sys
document = json.load(open(sys.argv[1]))
for item in document["paths"].values():
    for operation in item.values():
        bodies = operation.get("requestBody", {}).get("content", {})
        if "application/json" in bodies:
            bodies.pop("multipart/form-data", None)
json.dump(document, open(sys.argv[2], "w"))
PY

venv=$cache/generate-python
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r python/generator-requirements.txt
PATH="$venv/bin:$PATH" openapi-python-client generate --path "$cache/openapi/openapi.json" --config python/generator.yml \
    --meta none --overwrite --fail-on-warning --output-path python/kinora/generated

# Installed outside, so that a checkout that is read through is not full of packages.
node_dir=$cache/generate-typescript
mkdir -p "$node_dir/openapi" "$node_dir/sdk-examples/typescript"
cp "$cache/openapi/openapi.json" "$node_dir/openapi/"
cp typescript/package.json typescript/package-lock.json typescript/tsconfig.json typescript/openapi-ts.config.ts \
    "$node_dir/sdk-examples/typescript/"
(cd "$node_dir/sdk-examples/typescript" && npm ci --silent --no-audit --no-fund && npm run --silent generate > generate.log || { cat generate.log; exit 1; })
rm -rf typescript/src/generated
cp -r "$node_dir/sdk-examples/typescript/src/generated" typescript/src/generated
