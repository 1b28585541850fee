#!/usr/bin/env bash
# Times manifold capacity in mmcr and with one interior-point program for each direction (cvxopt); prints the times.
#
#   bench/capacity.sh PYTHON [SOLVED]
#
# PYTHON    an interpreter with NumPy and cvxopt
# SOLVED    number of manifolds, of 50, that the rival solves; its time is scaled to 50. Default 50.
#
# "wall" is the time of the whole process, "seconds" the time that the program reports for its work.
# Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
solved=${2:-50}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

now() { printf '%s' "${EPOCHREALTIME/,/.}"; }

"$python" bench/capacity_points.py 50 50 512 "$work/x.npy"
./mmcr --version >/dev/null # builds if necessary
./mmcr bench --help >/dev/null
for directions in 300 300 300 300 300 3000; do
  began=$(now)
  ./mmcr capacity "$work/x.npy" --directions $directions --json > "$work/mmcr.json"
  ended=$(now)
  "$python" -c "
import json
d = json.load(open('$work/mmcr.json'))
print('mmcr, $directions directions: wall %.3f s, seconds %.3f; capacity %.4f radius %.4f dimension %.3f rank %d' % (
    $ended - $began, d['seconds'], d['capacity']['value'], d['radius']['value'], d['dimension']['value'], d['low_rank']))"
done
./mmcr bench capacity-warm "$work/x.npy" --json 2>/dev/null | tail -3
began=$(now)
"$python" bench/capacity_cvxopt.py "$work/x.npy" 300 "$solved"
ended=$(now)
"$python" -c "print('rival: wall %.3f s' % ($ended - $began))"
