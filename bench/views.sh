#!/usr/bin/env bash
# Measures views per second on one core, mmcr and torchvision in alternation; writes bench/results/views-<date>.md.
#
#   bench/views.sh PYTHON [PICTURES]
#
# PYTHON    an interpreter with torchvision (Debian: apt-get install python3-torchvision, then /usr/bin/python3)
# PICTURES  a file of raw 32 x 32 x 3 uint8 pictures, one after the other. Default: 2,000 smooth random pictures.
#
# The environment may set SECONDS_EACH (3), REPEATS (5) and CORE (the last one). Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
seconds=${SECONDS_EACH:-3}
repeats=${REPEATS:-5}
core=${CORE:-$(($(nproc) - 1))}
rounds=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pictures=${2:-$work/pictures.bin}
if [ $# -lt 2 ]; then
  "$python" - "$pictures" <<'PY'
import sys
import numpy
from PIL import Image
draw = numpy.random.RandomState(1)
with open(sys.argv[1], "wb") as out:
    for _ in range(2000):
        coarse = Image.fromarray(draw.randint(0, 256, (8, 8, 3)).astype(numpy.uint8))
        out.write(numpy.asarray(coarse.resize((32, 32), Image.BICUBIC)).tobytes())
PY
fi

./mvnw -q -B -pl bench -am -DskipTests package
# The augmentation needs no library.
classes=core/target/classes:data/target/classes:bench/target/classes

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
ours() { taskset -c "$core" "$java" -XX:+UseSerialGC -cp "$classes" org.mmcr.bench.ViewsBenchmark "$pictures" "$seconds" "$repeats"; }
theirs() { taskset -c "$core" "$python" bench/views_torchvision.py "$pictures" "$seconds" "$repeats"; }

for round in $(seq "$rounds"); do
  echo "round $round of $rounds" >&2
  ours | tee -a "$work/ours" >&2
  theirs | tee -a "$work/theirs" >&2
done

median() { sed -n 's/^repeat .*: \([0-9]*\) views.*/\1/p' "$1" | sort -n | awk '{a[NR] = $1} END {print a[int((NR + 1) / 2)]}'; }
our_rate=$(median "$work/ours")
their_rate=$(median "$work/theirs")
ratio=$(awk "BEGIN {printf \"%.1f\", $our_rate / $their_rate}")

mkdir -p bench/results
result=bench/results/views-$(date +%F).md
{
  echo "# Views per second on one core, CIFAR recipe"
  echo
  echo "| | views/s |"
  echo "|---|---|"
  echo "| mmcr | $our_rate |"
  echo "| torchvision + Pillow | $their_rate |"
  echo "| ratio | $ratio |"
  echo
  echo "* Date: $(date +%F); load when done: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "* Machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores; both pinned to core $core"
  echo "* Java: $("$java" -version 2>&1 | head -1)"
  echo "* Rival: $(head -1 "$work/theirs")"
  echo "* Command: \`bench/views.sh $(basename "$python")$([ $# -lt 2 ] || echo " PICTURES")\`, median of $rounds x $repeats repeats of $seconds s, in turn"
  echo "* From a 32 x 32 uint8 picture in memory to normalised floats: random resized crop, flip, colour jitter, grayscale"
} > "$result"
cat "$result"
