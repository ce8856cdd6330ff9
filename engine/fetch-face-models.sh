#!/usr/bin/env bash
# Fetches the models that find and describe faces into a folder, for KINORA_FACE_MODELS.
#
# usage: engine/fetch-face-models.sh FOLDER      (needs npm and tar; 7 MB; does nothing when the files are there)
#
# They are those of face-api.js as @vladmandic/face-api 1.7.15 on npm ships them, under the MIT licence, which is put
# beside them. Kinora does not ship them: who fetches them decides to use them.
set -euo pipefail

package=@vladmandic/face-api@1.7.15
package_sha256=0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031
files_sha256='9a3442b79acaf4fbc7c2e07b7e2d8f84af9bb3871bf08a69d80304ab00640e9a  LICENSE
b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871  tiny_face_detector_model.bin
4611ef65c87d836d03d684b30eec4d195d8b219fa1dd58fc58945831c6b9299b  face_landmark_68_model.bin
b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589  face_recognition_model.bin
5d1af4849ac48d5b985f4a9b16010c512353ddd6fcc63d50fd0bc9e9e64296e5  tiny_face_detector_model-weights_manifest.json
ca4886639f86e99b39fed0c155f81b63317225773bd9616716e887b0153389c9  face_landmark_68_model-weights_manifest.json
cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b  face_recognition_model-weights_manifest.json'

[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
cd "$1"
if sha256sum --check --status <<< "$files_sha256" 2> /dev/null; then
    echo "the face models are in $PWD"
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
archive=$(cd "$work" && npm pack --silent "$package")
echo "$package_sha256  $work/$archive" | sha256sum --check --quiet
tar --extract --gzip --file "$work/$archive" --directory "$work" package/LICENSE package/model
mv "$work/package/LICENSE" .
for model in tiny_face_detector face_landmark_68 face_recognition; do
    mv "$work/package/model/${model}_model.bin" "$work/package/model/${model}_model-weights_manifest.json" .
done
sha256sum --check --quiet <<< "$files_sha256"
echo "the face models are in $PWD"
