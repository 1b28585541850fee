#!/usr/bin/env bash
# Manifold capacity: mmcr beside an interior-point program for each direction (cvxopt); prints the rows of a table.
#
#   bench/capacity.sh PYTHON [SOLVED]
#
# PYTHON    an interpreter with NumPy and cvxopt
# SOLVED    manifolds of the rival, of 50; its time is scaled to all. Default 5.
#
# Needs nothing else running.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
solved=${2:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" bench/capacity_points.py 50 50 512 "$work/x.npy"
for _ in 1 2 3; do
  ./mmcr capacity "$work/x.npy" --directions 300 --json > "$work/mmcr.json"
  "$python" -c "
import json
d = json.load(open('$work/mmcr.json'))
print('mmcr', round(d['seconds'], 3), 's; capacity', d['capacity']['value'], 'radius', d['radius']['value'], 'dimension', d['dimension']['value'], 'rank', d['low_rank'])"
done
"$python" bench/capacity_cvxopt.py "$work/x.npy" 300 "$solved"
