#!/usr/bin/env bash
# Compares the features of an ONNX graph by mmcr with those by Python's ONNX Runtime on Pillow's pictures: cosine of
# preparation and network together, for JPEG files of two sizes, and pictures per second.
#
#   bench/encoders.sh PYTHON GRAPH.onnx PREPARATION [FOLDER]
#
# PYTHON       an interpreter with onnxruntime, numpy and Pillow
# GRAPH.onnx   a graph of pictures (batch, 3, 224, 224), or of any size, whose first output is (batch, D)
# PREPARATION  imagenet, clip, dinov2 or half
# FOLDER       JPEG files. Default: 200 smooth random ones of 300 x 200 and 40 of 1024 x 768.
#
# Both use every core. Nothing else may run on the machine when speeds are compared.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 3 ]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1 graph=$2 preparation=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ $# -ge 4 ]; then
  folders=("$4")
else
  folders=("$work/300x200" "$work/1024x768")
  "$python" - "$work" <<'PY'
import os
import sys
import numpy
from PIL import Image
draw = numpy.random.RandomState(1)
for width, height, count in [(300, 200, 200), (1024, 768, 40)]:
    folder = os.path.join(sys.argv[1], f"{width}x{height}")
    os.makedirs(folder)
    for i in range(count):
        coarse = Image.fromarray(draw.randint(0, 256, (12, 16, 3)).astype(numpy.uint8))
        levels = numpy.asarray(coarse.resize((width, height), Image.BICUBIC)) + draw.normal(0, 12, (height, width, 3))
        Image.fromarray(levels.clip(0, 255).astype(numpy.uint8)).save(f"{folder}/{i:03d}.jpg", quality=90)
PY
fi

seconds() {
  local start
  start=$(date +%s.%N)
  "$@" >&2
  awk "BEGIN {print $(date +%s.%N) - $start}"
}

embed() {
  ./mmcr embed --encoder "$graph" --preprocess "$preparation" --data "$1" --out "$work/features.npy" --overwrite \
    --no-cache
}

./mmcr --version >&2 # builds mmcr if necessary
for folder in "${folders[@]}"; do
  echo "$folder, $preparation"
  few=$(mktemp -d -p "$work")
  find "$folder" -name '*.jpg' | sort | sed -n 1,8p | xargs -I{} cp {} "$few"
  count=$(find "$folder" -name '*.jpg' | wc -l)
  for _ in 1 2 3; do
    start=$(seconds embed "$few")
    all=$(seconds embed "$folder")
    awk "BEGIN {printf \"mmcr embed, less a command for 8 pictures: %.1f pictures/s\n\", ($count - 8) / ($all - $start)}"
    "$python" bench/encoders_onnxruntime.py "$graph" "$preparation" "$folder" "$work/features.npy"
  done
done
