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
# OpenAPI 3.1 has no word for streams: generators of clients take the schema for that of an event's `data`, this program for that
# of the event. So it is told which part of an event is meant, and checks that.
"$venv/bin/python" - "$root/openapi/openapi.json" > openapi.json <<'PY'
import json, sys
document = json.load(open(sys.argv[1]))
for item in document["paths"].values():
    for operation in item.values():
        for response in operation["responses"].values():
            stream = response.get("content", {}).get("text/event-stream")
            if stream:
                data = {"type": "string", "contentMediaType": "application/json", "contentSchema": stream["schema"]}
                stream["schema"] = {"type": "object", "properties": {"data": data}, "required": ["data", "event", "id"]}
                stream.pop("example", None)
json.dump(document, sys.stdout)
PY
KINORA_PROJECT_KEY=$api_key KINORA_ADMIN_KEY=$admin_key KINORA_OPERATOR_KEY=$operator_key \
    "$venv/bin/schemathesis" --config-file "$root/.ci/schemathesis.toml" run openapi.json --url "$address" \
    --checks all --workers 1 --seed "${SEED:-20261127}" --max-examples "${EXAMPLES:-20}" --generation-database none \
    --suppress-health-check too_slow --no-color --output-sanitize true "$@"
# What cannot be read as HTTP at all is the client's fault, though actix logs it as an error.
if grep 'ERROR' err.log | grep -v 'stream error: request parse error'; then
    echo "the server logged a fault" >&2
    exit 1
fi
