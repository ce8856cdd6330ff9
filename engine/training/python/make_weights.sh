#!/usr/bin/env bash
# Makes the weights of kinora-mini from nothing: data, every training stage, export.
# usage: make_weights.sh MINUTES WORLD_BINARY OUT_DIR [WORK_DIR] [SPEECH_FILE]
# Every stage goes on from its checkpoint in WORK_DIR, so the same command continues a run that was stopped.
# DEVICE=cpu: the stages one after another.  DEVICE=cuda: rendering, encoding and training at the same time; WORK_DIR needs
# fast memory (/dev/shm) for AHEAD raw clips of 4.2 MB.
# PYTHON names the interpreter (default python3), PROCESSES the data-parallel processes on the CPU (default 1).
set -euo pipefail
minutes=$1 world=$2 out=$3 work=${4:-train-work} speech=${5:-}
python=${PYTHON:-python3} device=${DEVICE:-cpu}
here=$(cd "$(dirname "$0")" && pwd)
share() { awk "BEGIN { print $minutes * $1 }"; }
speaking=(); [ -z "$speech" ] || speaking=(--speech "$speech")
export PYTHONUNBUFFERED=1

mkdir -p "$work"
[ -f "$work/text_table.pt" ] || "$python" "$here/text_table.py" --world "$world" --work "$work"

if [ "$device" = cuda ]; then
    kept=${KEPT:-2500} ahead=${AHEAD:-10000} cores=$(nproc --all)
    common=(--work "$work" --device cuda --every "${EVERY:-20}")
    trap 'kill $(jobs -p) 2> /dev/null || true' EXIT
    "$python" "$here/world.py" --world "$world" "${speaking[@]}" --work "$work" --shard 100 --seed 5000 --ahead "$ahead" \
        --kept "$kept" --threads $((cores * 5 / 8)) > "$work/world.log" 2>&1 &
    for part in 1 2; do
        "$python" "$here/encode.py" --work "$work" --device cuda --consume "$kept" --wait "$minutes" --follow "$minutes" \
            --part $part/2 > "$work/encode$part.log" 2>&1 &
    done
    "$python" "$here/train_dit.py" --stage A,B,C,D "${common[@]}" --wait "$minutes" --first "${FIRST:-20}" --follow --compile --average 0.998 \
        --minutes "$(share 0.06),$(share 0.16),$(share 0.39),$(share 0.13)" > "$work/dit.log" 2>&1 &
    dit=$!
    "$python" "$here/train_vocoder.py" "${common[@]}" --wait "$minutes" --clips 1000 --batch 64 \
        --minutes "$(share 0.03)" > "$work/vocoder.log" 2>&1 &
    vocoder=$!
    "$python" "$here/train_ae.py" "${common[@]}" --wait "$minutes" --clips "$kept" --batch 40 --average 0.995 \
        --minutes "$(share 0.20)" > "$work/ae.log" 2>&1
    if [ -n "${JUDGE:-}" ]; then
        "$python" "$here/judge.py" train --world "$world" "${speaking[@]}" --work "$work" --device cuda \
            --minutes "$JUDGE" --out "$work/judge.safetensors" > "$work/judge.log" 2>&1
    fi
    wait $vocoder
    wait $dit
else
    common=(--work "$work" --processes "${PROCESSES:-1}")
    "$python" "$here/world.py" --world "$world" "${speaking[@]}" --work "$work" --clips "${CLIPS:-6000}" --seed 5000
    "$python" "$here/train_ae.py" "${common[@]}" --minutes "$(share 0.30)"
    "$python" "$here/train_vocoder.py" "${common[@]}" --minutes "$(share 0.06)"
    "$python" "$here/encode.py" --work "$work"
    "$python" "$here/train_dit.py" --stage A,B,C,D "${common[@]}" \
        --minutes "$(share 0.10),$(share 0.17),$(share 0.28),$(share 0.09)"
fi
"$python" "$here/concepts.py" --world "$world" --work "$work"
"$python" "$here/export.py" --work "$work" --out "$out"
