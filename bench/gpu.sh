#!/usr/bin/env bash
# Compares training on an NVIDIA card with training on the processor, watches the card's memory, and times its steps.
#
#   bench/gpu.sh DATA [STEPS] [PYTHON]
#
# DATA      pictures, for example CIFAR-10's training batches
# STEPS     steps of the long run whose memory is watched. Default 2000.
# PYTHON    an interpreter with a torch for CUDA: the steps of ResNet-18 and ResNet-50 are timed in mmcr and in it
#
# Ends with exit code 1 if the loss of the first float32 step differs by more than 1e-5 of itself or one of the first 20 by
# more than 1e-2 (rounding grows from step to step, on the processor too), or if the card's memory grows by more than 1 %
# after the first tenth of the long run. Prints the views per second of both devices.
# Needs nvidia-smi, python3 (without packages) and a card that nothing else uses.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 1 ]; then
  sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
data=$1
steps=${2:-2000}
python=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MMCR_NATIVES=cuda

for device in cpu cuda; do
  ./mmcr pretrain "$data" --out "$work/$device" --steps 20 --precision fp32 --device "$device"
done
set +e
python3 - "$work" <<'P'
import json, statistics, sys
def lines(device):
    return [json.loads(line) for line in open(f"{sys.argv[1]}/{device}/metrics.jsonl")]
cpu, card = lines("cpu"), lines("cuda")
apart = [abs(a["loss"] - b["loss"]) / abs(a["loss"]) for a, b in zip(cpu, card, strict=True)]
print(f"relative difference of the first loss: {apart[0]:.2e}, largest of {len(apart)} steps: {max(apart):.2e}")
for name, run in ("processor", cpu), ("card", card):
    print(f"{name}: {statistics.median(line['views_per_second'] for line in run[5:]):.0f} views/s (median, fp32)")
sys.exit(apart[0] > 1e-5 or max(apart) > 1e-2)
P
equal=$?
set -e

used() { nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits | head -n 1; }

./mmcr pretrain "$data" --out "$work/long" --steps "$steps" --device cuda &
training=$!
while kill -0 "$training" 2>/dev/null; do
  printf '%s %s\n' "$(wc -l <"$work/long/metrics.jsonl" 2>/dev/null || echo 0)" "$(used)" >>"$work/memory"
  sleep 1
done
wait "$training"
python3 - "$work" "$steps" <<'P'
import json, statistics, sys
rows = [tuple(map(int, line.split())) for line in open(f"{sys.argv[1]}/memory")]
early = [used for step, used in rows if 0 < step <= int(sys.argv[2]) // 10]
late = [used for step, used in rows if step > int(sys.argv[2]) * 9 // 10]
if not early or not late:
    sys.exit("the run was too short to watch its memory; give more STEPS")
print(f"memory: {max(early)} MiB in the first tenth, {max(late)} MiB in the last")
run = [json.loads(line) for line in open(f"{sys.argv[1]}/long/metrics.jsonl")]
print(f"card: {statistics.median(line['views_per_second'] for line in run[5:]):.0f} views/s (median, auto precision)")
sys.exit(max(late) > 1.01 * max(early))
P
if [ -n "$python" ]; then
  for arch in resnet18 resnet50; do
    bench/default_step.sh "$python" 3 bf16 arch=$arch batch=256 views=2 size=32 optimizer=sgd device=cuda
  done
fi
exit "$equal"
