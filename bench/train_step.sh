#!/usr/bin/env bash
# Times the bare training step of mmcr and of PyTorch in alternation; writes bench/results/train-step-<date>.md.
#
#   bench/train_step.sh PYTHON [ROUNDS] [name=value ...]
#
# PYTHON      an interpreter with torch
# ROUNDS      number of rounds. Default 3.
# name=value  settings of both sides: arch, width, batch, views, size, optimizer, steps, warmup, threads
#
# Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
rounds=${2:-3}
shift $(($# < 2 ? $# : 2))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The allocator settings of the launcher, so that PyTorch has the same conditions.
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1

# Adds a line with the side, the precision and the JSON result that a command prints.
record() {
  local side=$1 precision=$2 result
  shift 2
  result=$("$@" 2>"$work/err" | tr -d '\n') || { cat "$work/err" >&2; exit 1; }
  echo "{\"side\": \"$side\", \"precision\": \"$precision\", \"result\": $result}" | tee -a "$work/lines.jsonl" >&2
}

./mmcr bench --help >/dev/null # builds if necessary
for ((round = 0; round < rounds; round++)); do
  for precision in bf16 fp32; do
    record mmcr $precision ./mmcr bench train-step --json precision=$precision "$@"
    record pytorch $precision "$python" bench/train_step.py precision=$precision "$@"
  done
done

result=bench/results/train-step-$(date +%F).md
"$python" bench/train_step_report.py "$work/lines.jsonl" >"$result"
cat "$result"
