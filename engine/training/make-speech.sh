#!/usr/bin/env bash
# make-speech.sh OUT: speaks every line of speech.txt with flite and writes one file that `kinora-world --speech OUT` reads.
# Needs flite (Debian: apt-get install flite) and python3. The same flite gives the same bytes.
#
# The file: one line of JSON, then the sound of all utterances one after another as 8-bit mu-law (G.711), 16 kHz, mono.
#   {"sample_rate": 16000, "utterances": [{"text": …, "voice": …, "samples": COUNT, "phones": [[NAME, END_S], …]}, …]}
# END_S counts from the utterance's first sample; the silence around it is cut to 40 ms.
set -euo pipefail

out=${1:?usage: make-speech.sh OUT}
here=$(cd "$(dirname "$0")" && pwd)
command -v flite >/dev/null || { echo "flite is missing: apt-get install flite" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Half of what is said has the one higher voice, so that both kinds are heard as often. A little slow: 12 pictures a second show it.
voices=(slt rms slt kal16 slt awb)
count=0
while IFS= read -r text; do
  voice=${voices[$((count % ${#voices[@]}))]}
  flite -voice "$voice" --setf duration_stretch=1.2 -psdur -t "$text" -o "$work/$count.wav" >"$work/$count.phones"
  printf '%s\t%s\n' "$voice" "$text" >>"$work/list"
  count=$((count + 1))
done <"$here/speech.txt"

python3 - "$work" "$out" <<'PACK'
import array
import json
import math
import pathlib
import sys
import wave

RATE, EDGE_S, PEAK = 16000, 0.04, 0.9


def mu_law(sample):
    """A sample between -1 and 1 as G.711 codes it: sign, 3 bits of exponent, 4 of mantissa, all inverted."""
    level = min(round(abs(sample) * 32635), 32635) + 132
    exponent = level.bit_length() - 8
    code = (0x80 if sample < 0 else 0) | exponent << 4 | level >> exponent + 3 & 15
    return code ^ 0xFF


work, out = map(pathlib.Path, sys.argv[1:])
utterances, sound = [], bytearray()
for at, line in enumerate((work / "list").read_text().splitlines()):
    voice, text = line.split("\t")
    with wave.open(str(work / f"{at}.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2), (text, file.getparams())
        samples = array.array("h", file.readframes(file.getnframes()))
    pairs = [pair.rsplit(":", 1) for pair in (work / f"{at}.phones").read_text().split()]
    phones = [(name, float(end)) for name, end in pairs]
    assert phones[0][0] == "pau" and phones[-1][0] == "pau", (text, phones)
    first = max(0, round((phones[0][1] - EDGE_S) * RATE))
    last = min(len(samples), round((phones[-2][1] + EDGE_S) * RATE))
    samples = samples[first:last]
    # The voices are not equally loud.
    scale = PEAK / max(map(abs, samples))
    sound += bytes(mu_law(sample * scale) for sample in samples)
    ends = [[name, round(min(end, last / RATE) - first / RATE, 4)] for name, end in phones]
    utterances.append({"text": text, "voice": voice, "samples": len(samples), "phones": ends})

header = json.dumps({"sample_rate": RATE, "utterances": utterances}, separators=(",", ":"))
out.write_bytes(header.encode() + b"\n" + sound)
seconds = sorted(item["samples"] / RATE for item in utterances)
print(f"{len(utterances)} utterances, {seconds[0]:.1f} to {seconds[-1]:.1f} s, {math.fsum(seconds):.0f} s in all, "
      f"{out.stat().st_size / 1e6:.1f} MB")
PACK
