#!/usr/bin/env bash
# Makes the Python and the TypeScript client anew from openapi/openapi.json. The Rust client is written by hand and held
# to the document by its own test.
#   KINORA_CI_CACHE  where the generators are kept; default: a folder that git ignores
set -euo pipefail
cd "$(dirname "$0")"
cache=${KINORA_CI_CACHE:-$PWD/../target/sdk}
mkdir -p "$cache"

venv=$cache/generate-python
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r python/generator-requirements.txt
PATH="$venv/bin:$PATH" openapi-python-client generate --path ../openapi/openapi.json --config python/generator.yml \
    --meta none --overwrite --fail-on-warning --output-path python/kinora/generated

# Installed outside, so that a checkout that is read through is not full of packages.
node_dir=$cache/generate-typescript
mkdir -p "$node_dir/openapi" "$node_dir/sdk-examples/typescript"
cp ../openapi/openapi.json "$node_dir/openapi/"
cp typescript/package.json typescript/package-lock.json typescript/tsconfig.json typescript/openapi-ts.config.ts \
    "$node_dir/sdk-examples/typescript/"
(cd "$node_dir/sdk-examples/typescript" && npm ci --silent --no-audit --no-fund && npm run --silent generate > generate.log || { cat generate.log; exit 1; })
rm -rf typescript/src/generated
cp -r "$node_dir/sdk-examples/typescript/src/generated" typescript/src/generated
