#!/usr/bin/env bash
# Measures the peak resident memory of `mmcr pretrain` for steps of A accumulated batches and of one batch of the same
# size; writes bench/results/accumulate-<date>.md.
#
#   bench/accumulate.sh PYTHON
#
# PYTHON    an interpreter with NumPy, which generates the pictures
#
# Linux with GNU time. Other programs do not affect the result. The heap is fixed and touched, so only native memory
# varies.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MMCR_JAVA_OPTS="-Xms512m -Xmx512m -XX:+AlwaysPreTouch"
"$1" -c "
import numpy
numpy.save('$work/pictures.npy', numpy.random.default_rng(0).integers(0, 256, (2048, 32, 32, 3), dtype=numpy.uint8))"
./mmcr --version >/dev/null # builds if necessary

# Prints the peak resident memory in MiB of two steps of $2 batches of $1 pictures; further options follow.
peak() {
  rm -rf "$work/run"
  /usr/bin/time -f %M -o "$work/kib" ./mmcr pretrain "$work/pictures.npy" --out "$work/run" --batch "$1" --accumulate "$2" \
    --steps 2 --precision fp32 --set checkpoint.minutes=0 "${@:3}" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
  echo $(($(tail -n 1 "$work/kib") / 1024))
}

# Prints a table: name, pictures of a batch, further options.
table() {
  local name=$1 batch=$2
  shift 2
  printf '\n%s, %s pictures a batch:\n\n| A | a step, pictures | %s x A, MiB | one batch, MiB |\n|---:|---:|---:|---:|\n' "$name" "$batch" "$batch"
  local parts whole
  for a in 1 2 4 8 16; do
    parts=$(peak "$batch" $a "$@") # assigned first, because a failure inside an argument would not end the script
    whole=$(peak $((batch * a)) 1 "$@")
    echo "| $a | $((batch * a)) | $parts | $whole |"
  done
}

result=bench/results/accumulate-$(date +%F).md
{
  echo "# Memory of accumulation"
  echo
  echo "Date: $(date +%F). Machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; $(uname -sr). Command:"
  echo "\`bench/accumulate.sh PYTHON\`. Peak resident memory of \`mmcr pretrain\`, two steps in fp32, pictures of 32 x 32; heap fixed at 512 MiB and"
  echo "touched; one run each. The launcher's settings keep freed memory for the next batch, so the figures move by some 10 MiB."
  table "Default encoder, 4 views, D = 128" 64
  table "ResNet-18 at width 32, 2 views, D = 512 (N < D up to A = 8)" 32 --encoder resnet18 --width 32 --views 2 --dimension 512
} >"$result"
cat "$result"
