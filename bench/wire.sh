#!/usr/bin/env bash
# Counts the bytes on the loopback interface in a training step, of mmcr and of the published scheme; writes
# bench/results/wire-<date>.md.
#
#   bench/wire.sh PYTHON
#
# PYTHON    an interpreter with NumPy, which generates the pictures and writes the report
#
# Linux. Every run has a network namespace of its own (root, or user namespaces), so other programs do not affect the
# result. The pictures are small and the networks complete, since the bytes do not depend on the size of the pictures.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
python=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unshare=(unshare -n)
[ "$(id -u)" = 0 ] || unshare=(unshare -rn)
export OMP_NUM_THREADS=1

# Runs a command in a network namespace, with its messages in $work/err; prints the bytes on the loopback interface.
counted() {
  "${unshare[@]}" sh -c 'ip link set lo up && "$@" >"$0/out" 2>"$0/err" || { cat "$0/err" >&2; exit 1; }
    awk "/lo:/{print \$2}" /proc/self/net/dev' "$work" "$@"
}

"$python" -c "
import numpy
numpy.save('$work/pictures.npy', numpy.random.default_rng(0).integers(0, 256, (2048, 16, 16, 3), dtype=numpy.uint8))"
./mmcr --version >/dev/null # builds if necessary, while there is a network
./mmcr bench --help >/dev/null

steps() {
  local name=$1 n=$2 k=$3 d=$4 forms=$5
  shift 5
  for world in 2 4; do
    for gradients in $forms; do
      bytes=()
      for count in 1 3; do
        rm -rf "$work/run"
        bytes+=("$(counted ./mmcr launch --nproc $world -- pretrain "$work/pictures.npy" --out "$work/run" "$@" --batch "$n" --views "$k" \
          --steps $count --precision fp32 --threads 1 --set distributed.gradients=$gradients --set checkpoint.minutes=0)")
      done
      handed=$(sed -n 's/^sent by each process in a step: //p' "$work/err")
      echo "{\"kind\": \"step\", \"name\": \"$name\", \"n\": $n, \"k\": $k, \"d\": $d, \"world\": $world, \"gradients\": \"$gradients\"," \
        "\"bytes\": $(((bytes[1] - bytes[0]) / 2)), \"handed\": \"$handed\"}" | tee -a "$work/lines.jsonl" >&2
    done
  done
}

steps "default encoder" 256 4 128 "fp32 bf16" --set 'view.sizes=[{until: 1, size: 8}]'
steps "ResNet-18" 256 2 512 fp32 --set 'view.sizes=[{until: 1, size: 8}]' --encoder resnet18 --width 64 --set 'model.projector.widths=[512, 512]' --optimizer adam
steps "ResNet-50, CIFAR recipe" 32 40 128 fp32 --recipe cifar10 --set 'view.sizes=[{until: 1, size: 8}]'
steps "ResNet-50, ImageNet projector" 512 2 512 fp32 --recipe cifar10 --set 'view.sizes=[{until: 1, size: 8}]' --set 'model.projector.widths=[8192, 8192, 512]'

counted ./mmcr bench exchange --json 2,256,4,128 4,256,4,128 8,256,4,128 2,32,40,128 4,32,40,128 8,32,40,128 \
  2,256,2,512 4,256,2,512 8,256,2,512 2,2048,2,512 4,2048,2,512 8,2048,2,512 2,2048,8,512 4,2048,8,512 8,2048,8,512 >/dev/null
"$python" -c "
import json
output = open('$work/out').read()
for row in json.loads(output[output.index('[ {'):]): # after Gloo's messages about its connections
    print(json.dumps({'kind': 'exchange', **row}))" >> "$work/lines.jsonl"

"$python" bench/wire_report.py "$work/lines.jsonl" > "bench/results/wire-$(date +%F).md"
cat "bench/results/wire-$(date +%F).md"
