#!/usr/bin/env bash
# Opens /docs of a served Kinora in headless Chromium that can reach nothing but this machine, and looks whether every
# operation of the document is on the page and nothing was refused or missing.
#   KINORA_BIN  the binary to serve; CHROMIUM names the browser
set -euo pipefail
cd "$(dirname "$0")/.."
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
. .ci/served.sh
serve_kinora

# Every name that is not this machine's fails, as on a server without a way out.
"$browser" --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$served/profile" --virtual-time-budget=20000 \
    --host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1" --enable-logging=stderr \
    --dump-dom "$address/docs#/" > "$served/page.html" 2> "$served/browser.log"
if grep -E 'CONSOLE.*(Refused|Content.Security|Failed to load|ERR_)' "$served/browser.log"; then
    echo "the page was refused something" >&2
    exit 1
fi
python3 - "$served/page.html" openapi/openapi.json << 'PY'
import json, sys
page, document = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))
tags = {tag for item in document["paths"].values() for operation in item.values() for tag in operation["tags"]}
missing = [tag for tag in sorted(tags) if f'id="operations-tag-{tag}"' not in page]
if missing or document["info"]["title"] not in page:
    sys.exit(f"not on the page: {missing or 'the title'}; it has {len(page)} characters")
print(f"/docs shows {len(tags)} groups of operations without a network")
PY
