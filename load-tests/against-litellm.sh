#!/usr/bin/env bash
# Kinora beside LiteLLM's proxy on one machine in one run: creating videos, and looking at one. Prints a table.
#   KINORA_BIN   the binary to serve
#   LITELLM      the program `litellm` (pip install "litellm[proxy]==1.108.7")
# LiteLLM relays to a stand-in that answers at once, and keeps nothing; Kinora has its database, with what a video is
# priced at and held for. Neither makes a clip here: Kinora runs without workers.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != inside ]; then
    cargo build --release --manifest-path "$here/Cargo.toml"
    KINORA_WORKERS=0 exec "$here/with-nodes.sh" 1 "$here/against-litellm.sh" inside
fi
target=${CARGO_TARGET_DIR:-$here/target}/release
work=$(mktemp -d)
"$target/upstream-stub" > "$work/stub" &
stub=$!
trap 'kill $stub ${proxy:-} 2> /dev/null; wait $stub ${proxy:-} 2> /dev/null || true; rm -rf "$work"' EXIT
until [ -s "$work/stub" ]; do sleep 0.05; done
cat > "$work/config.yaml" <<YAML
model_list:
  - model_name: sora-2
    litellm_params:
      model: openai/sora-2
      api_base: $(cat "$work/stub")/v1
      api_key: unused
general_settings:
  master_key: sk-load
litellm_settings:
  telemetry: false
YAML
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
LITELLM_LOCAL_MODEL_COST_MAP=True "$LITELLM" --config "$work/config.yaml" --host 127.0.0.1 --port "$port" \
    --num_workers "${LITELLM_WORKERS:-2}" > "$work/litellm.log" 2>&1 &
proxy=$!
until curl -sf "http://127.0.0.1:$port/health/liveliness" > /dev/null; do
    kill -0 $proxy || { tail -n 30 "$work/litellm.log"; exit 1; }
    sleep 0.5
done

measure() { # NAME HOST KEY SCENARIO
    KINORA_KEY=$3 "$target/kinora-load" --host "$2" --scenarios "$4" --users 8 --increase-rate 80 --run-time "${SECONDS_EACH:-10}s" \
        --threshold 'error-rate<1%' --no-threshold-abort --no-print-metrics -q --report-file "$work/$1-$4.json"
    python3 - "$1" "$4" "$work/$1-$4.json" <<'PY'
import json, sys
name, scenario, path = sys.argv[1:]
report = json.load(open(path))
wanted = {"create": "submit", "poll": "poll"}[scenario]
row = next(each for each in report["raw_request_metrics"] if each["name"] == wanted)
times = next(each for each in report["raw_response_metrics"] if each["name"] == wanted)
print(f"| {name} | {scenario} | {row['requests_per_second']:.0f} | {times['percentile_50']} | {times['percentile_95']} | {times['percentile_99']} | {row['number_of_failures']} |", flush=True)
PY
}
echo '| server | scenario | requests/s | p50 ms | p95 ms | p99 ms | failures |'
echo '|---|---|--:|--:|--:|--:|--:|'
for _ in $(seq "${ROUNDS:-3}"); do
    for scenario in create poll; do
        measure LiteLLM "http://127.0.0.1:$port" sk-load "$scenario"
        measure Kinora "$KINORA_URL" "$KINORA_KEY" "$scenario"
    done
done
