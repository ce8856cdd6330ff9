# For scripts that need a served Kinora: `. .ci/served.sh; serve_kinora [NAME=VALUE…]` sets `address`, `served` (a folder that
# is thrown away), `api_key`, `admin_key` and `operator_key`, and stops the server when the script ends.
#   KINORA_BIN  the binary to serve

key_in_bootstrap() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$served/data/bootstrap.json"; }

# shellcheck disable=SC2034 # read by the scripts that include this file
serve_kinora() {
    served=$(mktemp -d)
    trap 'status=$?; stop_kinora; exit $status' EXIT
    env "$@" "$(realpath "${KINORA_BIN:?}")" serve --listen 127.0.0.1:0 --data-dir "$served/data" --drain-ms 0 \
        > "$served/out.log" 2> "$served/err.log" &
    kinora_pid=$!
    touch "$served/out.log" "$served/err.log"
    for _ in $(seq 300); do
        address=$(grep -ohE 'http://127\.0\.0\.1:[0-9]+' "$served/out.log" "$served/err.log" | head -n 1 || true)
        [ -n "$address" ] && [ -f "$served/data/bootstrap.json" ] && break
        kill -0 "$kinora_pid" 2> /dev/null || { cat "$served/out.log" "$served/err.log" >&2; return 1; }
        sleep 0.1
    done
    [ -n "$address" ] || { cat "$served/err.log" >&2; return 1; }
    api_key=$(key_in_bootstrap api_key) admin_key=$(key_in_bootstrap admin_key) operator_key=$(key_in_bootstrap operator_key)
}

stop_kinora() {
    [ -z "${kinora_pid:-}" ] || { kill "$kinora_pid" && wait "$kinora_pid"; } 2> /dev/null || true
    cd / && rm -rf "$served"
}
