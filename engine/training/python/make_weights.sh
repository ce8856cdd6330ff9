#!/usr/bin/env bash
# Makes the weights of kinora-mini from nothing: data, every training stage, export.
# usage: make_weights.sh MINUTES WORLD_BINARY OUT_DIR [WORK_DIR]
# Every stage goes on from its checkpoint in WORK_DIR, so the same command continues a run that was stopped.
# PYTHON names the interpreter (default python3), PROCESSES the data-parallel processes (default 1).
set -euo pipefail
minutes=$1 world=$2 out=$3 work=${4:-train-work}
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)
common=(--work "$work" --processes "${PROCESSES:-1}")
share() { awk "BEGIN { print $minutes * $1 }"; }

cd "$here"
mkdir -p "$work"
[ -f "$work/text_table.pt" ] || "$python" text_table.py --world "$world" --work "$work"
[ -f "$work/clips/portrait.pcm.npy" ] || "$python" world.py --world "$world" --work "$work"
"$python" train_ae.py "${common[@]}" --minutes "$(share 0.30)"
"$python" train_vocoder.py "${common[@]}" --minutes "$(share 0.06)"
"$python" encode.py --world "$world" --work "$work" --minutes "$(share 0.09)"
"$python" train_dit.py --stage A "${common[@]}" --minutes "$(share 0.10)"
"$python" train_dit.py --stage B "${common[@]}" --minutes "$(share 0.17)"
"$python" train_dit.py --stage C "${common[@]}" --minutes "$(share 0.28)"
"$python" export.py --work "$work" --out "$out"
"$python" sample.py --weights "$out" --out "$work/sheet.png"
