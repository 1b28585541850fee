#!/bin/bash
# Trains small encoders of very different quality for quality_correlation.py: learning rates, N, D, views, crops,
# objectives, a collapse. The checkpoints after a third, two thirds and all steps are kept, and the untrained network.
#
# bench/quality_encoders.sh MMCR DATA FOLDER [STEPS]      THREADS=1 by default
#
# Finished runs are left alone, unfinished ones are continued. Exits with 1 if a training failed; the others are made.
set -u
mmcr=$1 data=$2 folder=$3 steps=${4:-48}
failed=0
mkdir -p "$folder"
weak="$folder/weak.yaml"
printf 'base: cifar\nsize: 24\nminScale: 0.9\n' > "$weak"

run() {
    local name=$1
    shift
    grep -qs '"finished" : true' "$folder/$name/run.json" && return
    if [ -e "$folder/$name/config.yaml" ]; then
        set -- --resume "$folder/$name"
    else
        set -- --out "$folder/$name" --steps "$steps" --width 16 --seed 1 --threads "${THREADS:-1}" \
            --set checkpoint.minutes=0 --set checkpoint.steps=$((steps / 3)) --set checkpoint.keep=20 "$@"
    fi
    "$mmcr" pretrain "$data" "$@" > "$folder/$name.log" 2>&1 || {
        echo "failed: $name ($folder/$name.log)" >&2
        failed=1
    }
}

run default --batch 128
run rate-low --batch 128 --learning-rate 0.005
run rate-high --batch 128 --learning-rate 0.5
run d-512 --batch 128 --dimension 512
run d-16 --batch 128 --dimension 16
run two-views --batch 256 --views 2
run many-views --batch 32 --views 16
run weak-crops --batch 128 --views-recipe "$weak"
run simclr --batch 128 --objective simclr
run barlow --batch 128 --objective barlow
run vicreg --batch 128 --objective vicreg
run collapsed --batch 128 --objective align-uniform --set objective.uniformityWeight=0.001 --learning-rate 0.5

exit $failed
