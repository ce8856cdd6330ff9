#!/usr/bin/env bash
# Ten seconds of every scenario at the server in KINORA_URL, with thresholds. Run by with-nodes.sh.
#   KINORA_LOAD_REPORT   where the report goes, as Markdown or JSON by its ending; default: nowhere
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
report=()
[ -z "${KINORA_LOAD_REPORT:-}" ] || report=(--report-file "$KINORA_LOAD_REPORT")
exec "${CARGO_TARGET_DIR:-$here/target}/release/kinora-load" --host "$KINORA_URL" --users 12 --increase-rate 120 --run-time 10s -q "${report[@]}"
