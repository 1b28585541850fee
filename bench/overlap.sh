#!/usr/bin/env bash
# Times the exchange of gradients in a training step, after and during the backward pass; writes
# bench/results/overlap-<date>.md.
#
#   bench/overlap.sh PYTHON [STEPS [ROUNDS [LINK...]]]
#
# PYTHON    an interpreter with NumPy, which generates the pictures and writes the report
# STEPS     number of steps of each run. Default 10.
# ROUNDS    number of repeats of every run. Default 2.
# LINK      "unlimited" or a rate such as 1gbit. Default: unlimited 1gbit.
#
# Linux, as root. Two processes of one compute thread each run in network namespaces joined by a virtual cable, whose
# rate the kernel limits (tc tbf). Nothing else may run on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1 steps=${2:-10} rounds=${3:-2}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- unlimited 1gbit
work=$(mktemp -d)
first=mmcr-overlap-$$-0 second=mmcr-overlap-$$-1
trap 'ip netns delete $first 2>/dev/null || true; ip netns delete $second 2>/dev/null || true; rm -rf "$work"' EXIT

ip netns add $first
ip netns add $second
ip -n $first link add net type veth peer name net netns $second
for place in "$first 10.78.0.1" "$second 10.78.0.2"; do
  read -r name address <<<"$place"
  ip -n "$name" link set lo up
  ip -n "$name" address add "$address/24" dev net
  ip -n "$name" link set net up
done

limit() {
  local name
  for name in $first $second; do
    tc -n $name qdisc delete dev net root 2>/dev/null || true
    [ "$1" = unlimited ] || tc -n $name qdisc add dev net root tbf rate "$1" burst 256kb latency 100ms
  done
}

"$python" -c "
import numpy
numpy.save('$work/pictures.npy', numpy.random.default_rng(0).integers(0, 256, (2048, 32, 32, 3), dtype=numpy.uint8))"
./mmcr --version >/dev/null # builds if necessary

# Runs two ranks; the output of the second is shown only if it fails.
both() {
  rm -rf "$work/run"
  export WORLD_SIZE=2 MASTER_ADDR=10.78.0.1 MASTER_PORT=29500
  RANK=1 ip netns exec $second ./mmcr pretrain "$work/pictures.npy" --out "$work/run" "$@" >/dev/null 2>"$work/err1" &
  RANK=0 ip netns exec $first ./mmcr pretrain "$work/pictures.npy" --out "$work/run" "$@" >/dev/null 2>"$work/err0" ||
    { cat "$work/err0" "$work/err1" >&2; exit 1; }
  wait $!
}

measure() {
  local name=$1
  shift
  for link in $links; do
    limit "$link"
    for overlap in false true; do
      both "$@" --steps "$steps" --threads 1 --set loaderThreads=1 --set checkpoint.minutes=0 --set distributed.overlap=$overlap
      "$python" - "$name" "$link" $overlap "$work" <<'PYTHON' | tee -a "$work/lines.jsonl" >&2
import json, re, statistics, sys
name, link, overlap, work = sys.argv[1:]
seconds = [json.loads(line)["seconds"] for line in open(work + "/run/metrics.jsonl")][2:]
output = open(work + "/err0").read()
handed = dict(re.findall(r"(gradients|objective|batch-norm) ([\d.,]+) kB", output))
waited = dict(re.findall(r"(gradients|objective|batch-norm) ([\d.,]+) ms", output))
print(json.dumps({"name": name, "link": link, "overlap": overlap == "true", "seconds": statistics.median(seconds),
                  "handed": handed, "waited": waited}))
PYTHON
    done
  done
}

links=$*
for ((round = 0; round < rounds; round++)); do
  measure "default recipe, 256 x 4 views"
  measure "ResNet-18, 64 x 2 views" --batch 64 --views 2 --encoder resnet18 --width 64 --set 'model.projector.widths=[512, 512]' --optimizer adam
done
"$python" bench/overlap_report.py "$work/lines.jsonl" "$steps" > "bench/results/overlap-$(date +%F).md"
cat "bench/results/overlap-$(date +%F).md"
