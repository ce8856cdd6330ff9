#!/usr/bin/env bash
# Asks a served Kinora what its document promises, and what it does not, with every check and through linked states.
#   KINORA_BIN       the binary to serve
#   KINORA_CI_CACHE  where the Python environment is kept
#   EXAMPLES         requests an operation and phase at most; SEED, what they are drawn from
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/served.sh
root=$PWD

venv=${KINORA_CI_CACHE:?}/schemathesis
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check -r .ci/schemathesis-requirements.txt

# The model of the examples is another name for the one that this engine has.
serve_kinora KINORA_ENGINE=colour-bars KINORA_ALIASES=kinora-mini=colour-bars,sora-2=colour-bars
# It leaves a cache where it runs.
cd "$served"
KINORA_PROJECT_KEY=$api_key KINORA_ADMIN_KEY=$admin_key KINORA_OPERATOR_KEY=$operator_key \
    "$venv/bin/schemathesis" --config-file "$root/.ci/schemathesis.toml" run "$root/openapi/openapi.json" --url "$address" \
    --checks all --workers 1 --seed "${SEED:-20261127}" --max-examples "${EXAMPLES:-20}" --generation-database none \
    --suppress-health-check too_slow --no-color --output-sanitize true "$@"
if grep -E 'ERROR' err.log; then
    echo "the server logged a fault" >&2
    exit 1
fi
