#!/usr/bin/env bash
# Times the bare training step of the default recipe (its network, 256 samples of 4 views of 24 pixels, Muon) in mmcr
# and in PyTorch, in alternation; prints a table.
#
#   bench/default_step.sh PYTHON [ROUNDS] [PRECISION] [name=value ...]
#
# PYTHON      an interpreter with torch 2.13 or newer
# ROUNDS      number of rounds. Default 3.
# PRECISION   bf16 or fp32. Default: bf16 where the processor has instructions for it, else fp32, as mmcr chooses.
# name=value  other settings of both sides, as in bench/train_step.sh; optimizer=adam, arch=resnet18 and so on
#
# The rivals are PyTorch eager and compiled, each with the nuclear norm by singular values and by our way, the Gram
# matrix. Compilation needs a C++ compiler; without one those rows are missing. Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
rounds=${2:-3}
detected=fp32
cpu=$(cat /proc/cpuinfo 2>/dev/null || true)
case $cpu in
  *amx_bf16* | *AuthenticAMD*avx512_bf16*) detected=bf16 ;;
esac
precision=${3:-$detected}
shift $(($# < 3 ? $# : 3))
settings=(arch=default batch=256 views=4 size=24 optimizer=muon "precision=$precision" "$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The allocator settings of the launcher, so that PyTorch has the same conditions.
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1

# Adds a line with the name and the JSON result that a command prints; a command that fails is reported and left out.
record() {
  local side=$1 result
  shift
  if result=$("$@" 2>"$work/err" | tr -d '\n'); then
    echo "{\"side\": \"$side\", \"result\": $result}" | tee -a "$work/lines.jsonl" >&2
  else
    echo "$side failed: $(tail -n 1 "$work/err")" >&2
  fi
}

./mmcr bench --help >/dev/null # builds if necessary
for ((round = 0; round < rounds; round++)); do
  record "mmcr" ./mmcr bench train-step --json "${settings[@]}"
  for compile in 0 1; do
    for loss in svd gram; do
      mode=$([ $compile = 1 ] && echo compiled || echo eager)
      norm=$([ $loss = svd ] && echo svdvals || echo "Gram matrix")
      record "PyTorch $mode, $norm" "$python" bench/train_step.py "${settings[@]}" compile=$compile loss=$loss
    done
  done
done

"$python" - "$work/lines.jsonl" <<'END'
import json, statistics, sys

runs = [json.loads(line) for line in open(sys.argv[1])]
medians = {}
for run in runs:
    medians.setdefault(run["side"], []).append(run["result"]["median_ms"])
ours = statistics.median(medians["mmcr"])
shown = ", ".join(f"{name} {value}" for name, value in sorted(runs[0]["result"]["settings"].items()) if name != "width")
print(f"{shown}\n\n| | ms a step, median of rounds (range) | times that of mmcr |\n|---|---|---|")
for side, values in medians.items():
    median = statistics.median(values)
    print(f"| {side} | {median:.0f} ({min(values):.0f} to {max(values):.0f}) | {median / ours:.2f} |")
END
