"""Rank correlation of label-free quality with accuracy over encoders: python3 quality_correlation.py --mmcr ./mmcr
--train DATA --test DATA RUN...; standard library only.

Runs `mmcr quality RUN --data TRAIN` and `mmcr evaluate RUN --train TRAIN --test TEST --no-baselines` on each run,
keeps their documents in --cache, and prints a table: for every measure Spearman's rho and Kendall's tau with kNN and
linear accuracy, and the 95 % percentiles of rho over bootstrap samples of the runs. A measure without a value for a run
is counted in the column "missing" and left out of the pairs.
"""

import argparse
import hashlib
import json
import math
import pathlib
import random
import subprocess


def document(arguments, cache):
    """The JSON document of a command; a second call reads the kept copy."""
    name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
    kept = cache / f"{name}.json"
    if not kept.exists():
        result = subprocess.run(arguments, check=True, capture_output=True, text=True)
        kept.write_text(result.stdout)
    return json.loads(kept.read_text())


def accuracies(evaluation):
    """Top-1 accuracy of the trained encoder by protocol."""
    trained = next(one for one in evaluation["subjects"] if one["name"] == "trained")
    return {one["name"]: one["score"]["top1"] for one in trained["protocols"]}


def ranks(values):
    """Ranks from 1; equal values share their mean rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranked = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranked[place] = (start + end) / 2 + 1
        start = end + 1
    return ranked


def spearman(x, y):
    a, b = ranks(x), ranks(y)
    mean = (len(a) + 1) / 2
    covariance = sum((p - mean) * (q - mean) for p, q in zip(a, b))
    spread = math.sqrt(sum((p - mean) ** 2 for p in a) * sum((q - mean) ** 2 for q in b))
    return covariance / spread if spread else math.nan


def kendall(x, y):
    """Tau-b."""
    sign = lambda v: (v > 0) - (v < 0)
    pairs = [(sign(x[i] - x[j]), sign(y[i] - y[j])) for i in range(len(x)) for j in range(i)]
    length = math.sqrt(sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs))
    return sum(a * b for a, b in pairs) / length if length else math.nan


def interval(x, y, resamples=1000):
    draw = random.Random(0)
    found = []
    for _ in range(resamples):
        chosen = [draw.randrange(len(x)) for _ in x]
        value = spearman([x[i] for i in chosen], [y[i] for i in chosen])
        if not math.isnan(value):
            found.append(value)
    found.sort()
    return (found[int(0.025 * len(found))], found[int(0.975 * len(found)) - 1]) if found else (math.nan, math.nan)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", help="folders of pretrain; at least 5")
    parser.add_argument("--mmcr", default="./mmcr")
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--layer", default="embeddings", choices=["embeddings", "features"])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("quality-cache"))
    options = parser.parse_args()
    if len(options.runs) < 5:
        parser.error(f"expected at least 5 runs for a rank correlation, found {len(options.runs)}")
    options.cache.mkdir(parents=True, exist_ok=True)
    qualities, scores = [], []
    for run in options.runs:
        quality = [options.mmcr, "quality", run, "--data", options.train, "--layer", options.layer, "--json"]
        evaluate = [options.mmcr, "evaluate", run, "--train", options.train, "--test", options.test, "--no-baselines"]
        found = document(quality, options.cache)
        qualities.append({k: v["value"] for k, v in found.items() if isinstance(v, dict) and "ci95" in v})
        scores.append(accuracies(document([*evaluate, "--json"], options.cache)))
        print(f"{run}: " + ", ".join(f"{name} {value:.3f}" for name, value in scores[-1].items()), flush=True)
    print("\n| measure | accuracy | runs | missing | Spearman | 95 % | Kendall |\n|---|---|---:|---:|---:|---|---:|")
    for measure in sorted(set().union(*qualities)):
        for protocol in scores[0]:
            pairs = [(q[measure], s[protocol]) for q, s in zip(qualities, scores) if measure in q and protocol in s]
            x, y = [a for a, _ in pairs], [b for _, b in pairs]
            low, high = interval(x, y)
            counts = f"{len(x)} | {len(qualities) - len(x)}"
            print(f"| {measure} | {protocol} | {counts} | {spearman(x, y):.3f} | {low:.2f} to {high:.2f} | {kendall(x, y):.3f} |")


if __name__ == "__main__":
    main()
