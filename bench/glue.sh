#!/usr/bin/env bash
# Times correlated manifold capacity in mmcr and in two rivals; prints the times, the capacities and the optimality gaps.
#
#   bench/glue.sh PYTHON [P M N K [SOLVED]]
#
# PYTHON    an interpreter with NumPy, cvxopt and PyTorch
# P M N K   classes, points of each, dimensions, pairs. Default 50 50 512 200.
# SOLVED    number of pairs that the interior-point program solves; its time is scaled to K. Default 20.
#
# "wall" is the time of the whole process, "seconds" the time that the program reports for its work. All three get the
# same points, directions and dichotomies. Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
p=${2:-50} m=${3:-50} n=${4:-512} k=${5:-200}
solved=${6:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

now() { printf '%s' "${EPOCHREALTIME/,/.}"; }

"$python" bench/capacity_points.py "$p" "$m" "$n" "$work/x.npy"
"$python" -c "
import numpy as np
r = np.random.default_rng(1)
np.save('$work/t.npy', r.standard_normal(($k, $n)))
np.save('$work/y.npy', r.choice([-1.0, 1.0], ($k, $p)))"
./mmcr --version >/dev/null # builds if necessary
./mmcr bench --help >/dev/null
for _ in 1 2 3 4 5; do
  began=$(now)
  ./mmcr capacity "$work/x.npy" --method glue --t "$work/t.npy" --dichotomies "$work/y.npy" --json > "$work/mmcr.json"
  ended=$(now)
  "$python" -c "
import json
d = json.load(open('$work/mmcr.json'))
print('mmcr: wall %.3f s, seconds %.3f; capacity %.6f, KKT gap %.1e' % (
    $ended - $began, d['seconds'], d['capacity']['value'], d['worst_kkt_gap']))"
done
for rival in interior gradient; do
  began=$(now)
  "$python" bench/glue_rivals.py $rival "$work/x.npy" "$work/t.npy" "$work/y.npy" "$solved"
  ended=$(now)
  "$python" -c "print('$rival: wall %.3f s' % ($ended - $began))"
done
