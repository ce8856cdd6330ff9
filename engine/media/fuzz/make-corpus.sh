#!/bin/sh
# Makes the files that fuzzing starts from, at most 30 kB each: `fuzz/make-corpus.sh`, with ffmpeg, Chromium and a
# Python that has Pillow (named by PYTHON). Files named `found-…` are inputs that once did harm and are not made here.
set -eu
cd "$(dirname "$0")/corpus"
python=${PYTHON:-python3}
film() {
    out=$1
    shift
    ffmpeg -v error -y -nostdin -f lavfi -i "testsrc2=size=96x64:rate=10:duration=1.5,boxblur=2" \
        -f lavfi -i sine=frequency=440:sample_rate=48000:duration=1.5 \
        -c:v libx264 -pix_fmt yuv420p -preset veryfast -crf 36 -c:a aac -b:a 24k "$@" -fflags +bitexact -flags +bitexact "$out"
}
film whole.mp4 -bf 2 -g 8 -timecode 00:00:00:00
film pyramid.mp4 -bf 5 -b_strategy 0 -b-pyramid normal -refs 4 -an -x264opts cqm=jvt:weightp=2
film cavlc.mp4 -profile:v baseline -x264opts slices=3 -ar 44100 -ac 1
film in-band.mp4 -tag:v avc3 -bsf:v filter_units=remove_types=6 -an
film fragments.mp4 -bf 2 -g 5 -movflags frag_keyframe+empty_moov+default_base_moof
film fragments-base.mp4 -g 5 -movflags frag_keyframe+empty_moov
film fragments-implicit.mp4 -g 5 -movflags frag_keyframe+empty_moov+omit_tfhd_offset
film phone-flat.mov -bf 1 -vf scale=98:58,setsar=1 -ar 44100 -ac 2
ffmpeg -v error -y -i phone-flat.mov -c copy -metadata:s:v:0 rotate=90 -fflags +bitexact phone.mov
rm phone-flat.mov
film uneven.mp4 -an -vf "select='lt(n,6)+not(mod(n,3))'" -fps_mode vfr
../record-in-chromium.sh recorded.mp4
for still in "grey.jpg -c:v mjpeg -pix_fmt gray -strict -1" "half.jpg -c:v mjpeg -pix_fmt yuvj420p" \
    "deep.png -c:v png -pix_fmt rgb48be" "palette.png -c:v png -pix_fmt pal8" "lossy.webp -c:v libwebp" \
    "lossless.webp -c:v libwebp -lossless 1"; do
    out=${still%% *}
    # shellcheck disable=SC2086 # options are words
    ffmpeg -v error -y -f lavfi -i testsrc2=size=64x40:rate=1:duration=1 -frames:v 1 ${still#* } "$out"
done
"$python" - <<'PY'
from PIL import Image

picture = Image.open("deep.png").convert("RGB")
alpha = Image.linear_gradient("L").resize(picture.size)
exif = Image.Exif()
exif[0x0112] = 6
picture.save("passes.jpg", progressive=True, quality=60, exif=exif)
picture.convert("CMYK").save("cmyk.jpg", quality=60)
picture.putalpha(alpha)
picture.save("alpha.png", exif=exif)
picture.save("alpha.webp", quality=50, exif=exif)
picture.save("alpha-lossless.webp", lossless=True)
PY
ls -l
