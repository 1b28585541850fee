#!/usr/bin/env bash
# Times each cell of figure 1 of Isik et al. 2023 in NumPy and with both methods of mmcr; writes
# bench/results/figure1-<date>.md.
#
#   bench/figure1.sh PYTHON [LAST [REPEATS]]
#
# PYTHON    an interpreter with NumPy
# LAST      largest index j of the sizes int(10^(1 + 0.3 j)), 0..10; 10 is the paper's grid (20 to 40 minutes). Default
#           8.
# REPEATS   number of draws of each cell. Default 5, as in the paper.
#
# Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
last=${2:-8}
repeats=${3:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs a command and writes its peak resident memory in KiB to $1, if GNU time is installed.
measure() {
  local out=$1
  shift
  if [ -x /usr/bin/time ]; then /usr/bin/time -f %M -o "$out" "$@"; else "$@"; fi
}

cells=$("$python" -c "
sizes = [int(10 ** (1 + 0.3 * j)) for j in range($last + 1)]
print(' '.join(f'{n},{d}' for n in sizes for d in sizes))")
./mmcr bench --help >/dev/null # builds if necessary
for method in exact fast; do
  # shellcheck disable=SC2086
  measure "$work/$method.rss" ./mmcr bench figure1 $method "$repeats" $cells --json > "$work/$method.json"
done
# shellcheck disable=SC2086
"$python" bench/figure1_numpy.py "$repeats" $cells > "$work/numpy.json"
"$python" bench/figure1_report.py "$work" "bench/figure1.sh PYTHON $last $repeats" \
  | tee "bench/results/figure1-$(date +%F).md"
