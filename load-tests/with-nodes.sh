#!/usr/bin/env bash
# Serves Kinora with test cards for clips and runs a command beside it: with-nodes.sh NODES COMMAND…
#   KINORA_BIN   the binary to serve
# One node has SQLite, several share a PostgreSQL that is made for them. The command gets KINORA_URLS (separated by
# blanks), KINORA_URL (the first), KINORA_KEY and KINORA_ADMIN_KEY.
set -euo pipefail
nodes=${1:?usage: with-nodes.sh NODES COMMAND…}
shift
bin=$(realpath "$KINORA_BIN")
work=$(mktemp -d /tmp/kinora-nodes-XXXXXX)
pids=()
clean() {
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
    [ -z "${postgres:-}" ] || { kill -QUIT "$postgres" && wait "$postgres"; } 2> /dev/null || true
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

database=()
if [ "$nodes" -gt 1 ]; then
    programs=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)
    as=()
    mkdir "$work/pg"
    # PostgreSQL refuses to run as root.
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$work" && chown postgres "$work/pg"
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    "${as[@]}" "$programs/initdb" -D "$work/pg/data" -U kinora -A trust -E UTF8 --no-locale > /dev/null
    "${as[@]}" "$programs/postgres" -D "$work/pg/data" -k "$work/pg" -c listen_addresses= -c max_connections=200 \
        > "$work/postgres.log" 2>&1 &
    postgres=$!
    for _ in $(seq 200); do
        "$programs/createdb" -h "$work/pg" -U kinora kinora 2> /dev/null && break
        kill -0 "$postgres" || { cat "$work/postgres.log"; exit 1; }
        sleep 0.05
    done
    database=(--database-url "postgres:///kinora?host=$work/pg&user=kinora")
fi

export KINORA_ENGINE=colour-bars KINORA_OUTGOING_ALLOW=127.0.0.0/8 KINORA_REQUESTS_PER_SECOND_MAX=0 KINORA_LOG=${KINORA_LOG:-warn}
export KINORA_QUEUE_VIDEOS_MAX=1000000 KINORA_WEBHOOK_RETRY_SECONDS=1,1,1,2,2,2,5,5,5
urls=()
for n in $(seq "$nodes"); do
    mkdir "$work/node$n"
    # Nodes share the pepper of the first.
    [ "$n" = 1 ] || cp "$work/node1/pepper" "$work/node$n/"
    "$bin" serve --listen 127.0.0.1:0 --data-dir "$work/node$n" "${database[@]}" > "$work/node$n.out" 2> "$work/node$n.err" &
    pids+=($!)
    for _ in $(seq 600); do
        url=$(grep -ohE 'http://127\.0\.0\.1:[0-9]+' "$work/node$n.out" 2> /dev/null | head -n 1 || true)
        [ -n "$url" ] && break
        kill -0 "${pids[-1]}" 2> /dev/null || { cat "$work/node$n.err"; exit 1; }
        sleep 0.05
    done
    urls+=("$url")
done
key_of() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$work/node1/bootstrap.json"; }
KINORA_URLS="${urls[*]}" KINORA_URL=${urls[0]} KINORA_KEY=$(key_of api_key) KINORA_ADMIN_KEY=$(key_of admin_key) "$@" \
    || { code=$?; tail -n 20 "$work"/node*.err; exit "$code"; }
