#!/usr/bin/env bash
# Measures photographs per second on one core, from JPEG files in memory to two ImageNet views of 224 pixels: mmcr, and
# torchvision with Pillow and with its own decoder, in alternation; writes bench/results/photographs-<date>.md.
#
#   bench/photographs.sh PYTHON
#
# PYTHON  an interpreter with torchvision and Pillow; Debian: apt-get install python3-torchvision, then
#         /usr/bin/python3
#
# The files are 40 smooth random pictures with noise of 500 x 375 and of 1024 x 768 pixels, quality 90. The environment
# may set SECONDS_EACH (3), REPEATS (3) and CORE (the last one). Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 1 ]; then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
seconds=${SECONDS_EACH:-3}
repeats=${REPEATS:-3}
core=${CORE:-$(($(nproc) - 1))}
rounds=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" - "$work" <<'PY'
import os
import sys
import numpy
from PIL import Image
draw = numpy.random.RandomState(1)
for width, height in [(500, 375), (1024, 768)]:
    folder = os.path.join(sys.argv[1], f"{width}x{height}")
    os.makedirs(folder)
    for i in range(40):
        coarse = Image.fromarray(draw.randint(0, 256, (12, 16, 3)).astype(numpy.uint8))
        levels = numpy.asarray(coarse.resize((width, height), Image.BICUBIC)) + draw.normal(0, 4, (height, width, 3))
        Image.fromarray(levels.clip(0, 255).astype(numpy.uint8)).save(f"{folder}/{i:03d}.jpg", quality=90)
PY

./mmcr bench --help >/dev/null # builds if necessary
measured() { # NAME SIZE COMMAND...
  local name=$1 size=$2
  shift 2
  echo "$name, $size" >&2
  taskset -c "$core" "$@" "$work/$size" "$seconds" "$repeats" 2>&1 | tee -a "$work/$name-$size" >&2
}
for _ in $(seq "$rounds"); do
  for size in 500x375 1024x768; do
    measured mmcr "$size" ./mmcr bench photographs --json
    measured pillow "$size" "$python" bench/photographs_torchvision.py pillow
    measured tensor "$size" "$python" bench/photographs_torchvision.py tensor
  done
done

median() { sed -n 's/^repeat .*: \([0-9.]*\) photographs.*/\1/p' "$work/$1-$2" | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
share() { sed -n 's/.*"decoding" *: *\([0-9.]*\).*/\1/p' "$work/mmcr-$1" | tail -1; }

mkdir -p bench/results
result=bench/results/photographs-$(date +%F).md
{
  echo "# Photographs per second on one core: JPEG to two ImageNet views of 224 pixels"
  echo
  echo "| photographs | mmcr | torchvision, Pillow | torchvision, own decoder | mmcr, times the faster |"
  echo "|---|---|---|---|---|"
  for size in 500x375 1024x768; do
    a=$(median mmcr "$size") b=$(median pillow "$size") c=$(median tensor "$size")
    echo "| ${size/x/ x } | $a | $b | $c | $(awk "BEGIN {m = $b > $c ? $b : $c; printf \"%.1f\", $a / m}") |"
  done
  echo
  echo "* mmcr: decoding takes $(share 500x375) of the time at 500 x 375, $(share 1024x768) at 1024 x 768"
  echo "* Date: $(date +%F); load when done: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "* Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; all pinned to core $core"
  echo "* Java: $("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | head -1)"
  echo "* Rival: $(head -1 "$work/pillow-500x375")"
  echo "* Command: \`bench/photographs.sh $(basename "$python")\`, median of $rounds x $repeats repeats of $seconds s, in turn"
} > "$result"
cat "$result"
