#!/bin/sh
# Times the bare training step here and in PyTorch, turn and turn about, and writes bench/results/train-step-<date>.md with the ratios of medians.
#
#   bench/train_step.sh PYTHON [ROUNDS] [name=value ...]
#
# PYTHON is an interpreter with torch; name=value go to both sides (arch, batch, views, optimizer, steps, threads). Run it on an idle machine.
set -eu

[ $# -ge 1 ] || { echo "usage: bench/train_step.sh PYTHON [ROUNDS] [name=value ...]" >&2; exit 2; }
python=$1
rounds=${2:-3}
[ $# -ge 2 ] && shift 2 || shift 1
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

classpath=$root/bench/target/train-step.classpath
./mvnw -q -B -pl bench -am compile dependency:build-classpath -Dmdep.outputFile="$classpath" -Dmdep.includeScope=runtime >&2
classes=$root/bench/target/classes:$(cat "$classpath")

# What the launcher exports, for both sides, so that neither pays for page faults that the other was spared.
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456
export GLIBC_TUNABLES=glibc.malloc.hugetlb=1

ours() {
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -cp "$classes" \
        org.mmcr.bench.TrainStepBenchmark "$@" 2>/dev/null
}

lines=$root/bench/target/train-step.jsonl
: >"$lines"
round=1
while [ "$round" -le "$rounds" ]; do
    for precision in bf16 fp32; do
        echo "{\"side\":\"mmcr\",\"precision\":\"$precision\",\"result\":$(ours precision=$precision "$@")}" | tee -a "$lines"
        echo "{\"side\":\"pytorch\",\"precision\":\"$precision\",\"result\":$("$python" bench/train_step.py precision=$precision "$@")}" | tee -a "$lines"
    done
    round=$((round + 1))
done

mkdir -p bench/results
"$python" bench/train_step_report.py "$lines" >"bench/results/train-step-$(date +%F).md"
cat "bench/results/train-step-$(date +%F).md"
