"""Rank correlation of label-free quality with accuracy over encoders; standard library only.

    ./mmcr bench quality-table TRAIN TEST PICTURES RUN... --json > table.json     # every checkpoint, in one process
    python3 bench/quality_correlation.py --table table.json --plot quality.svg
    python3 bench/quality_correlation.py --mmcr ./mmcr --train DATA --test DATA RUN...   # the last checkpoint of each run

Prints a table: for every measure Spearman's rho and Kendall's tau with kNN and linear accuracy over all encoders, the
95 % percentiles of rho over bootstrap samples of the runs (all checkpoints of a drawn run come with it), and the
fraction of pairs of checkpoints of one run that measure and accuracy order alike. A measure without a value for an
encoder is counted in the column "missing" and left out of the pairs. The second form runs `mmcr quality` and `mmcr
evaluate` on each run and keeps their documents in --cache.
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


def interval(x, y, runs, resamples=1000):
    """Percentiles of rho over bootstrap samples of the runs."""
    draw = random.Random(0)
    members = {}
    for i, run in enumerate(runs):
        members.setdefault(run, []).append(i)
    names = sorted(members)
    found = []
    for _ in range(resamples):
        chosen = [i for _ in names for i in members[names[draw.randrange(len(names))]]]
        value = spearman([x[i] for i in chosen], [y[i] for i in chosen])
        if not math.isnan(value):
            found.append(value)
    found.sort()
    return (found[int(0.025 * len(found))], found[int(0.975 * len(found)) - 1]) if found else (math.nan, math.nan)


def within(x, y, runs):
    """Fraction of the pairs of one run that both order alike, and the number of pairs; ties of either are left out."""
    alike = total = 0
    for i in range(len(x)):
        for j in range(i):
            if runs[i] == runs[j] and x[i] != x[j] and y[i] != y[j]:
                total += 1
                alike += (x[i] > x[j]) == (y[i] > y[j])
    return (alike / total if total else math.nan), total


def plot(file, measures, qualities, scores, runs, protocol):
    """Scatter plots of every measure against an accuracy, a colour for each run; those of one run are joined."""
    side, left, columns = 170, 34, 4
    names = sorted(set(runs))
    colour = {name: f"hsl({360 * i // len(names)},60%,45%)" for i, name in enumerate(names)}
    rows = (len(measures) + columns - 1) // columns
    legend = 16 * ((len(names) + columns - 1) // columns)
    width, height = columns * (side + left) + 10, rows * (side + 44) + legend + 10
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    ys = [100 * s[protocol] for s in scores]
    low, high = min(ys), max(ys)
    for place, measure in enumerate(measures):
        kept = [i for i, q in enumerate(qualities) if measure in q]
        xs = [qualities[i][measure] for i in kept]
        a, b = min(xs), max(xs)
        x0, y0 = place % columns * (side + left) + left, place // columns * (side + 44) + 20
        out.append(f'<rect x="{x0}" y="{y0}" width="{side}" height="{side}" fill="none" stroke="#bbb"/>')
        out.append(f'<text x="{x0}" y="{y0 - 5}">{measure}</text>')
        out.append(f'<text x="{x0}" y="{y0 + side + 13}">{a:.3g}</text>')
        out.append(f'<text x="{x0 + side}" y="{y0 + side + 13}" text-anchor="end">{b:.3g}</text>')
        out.append(f'<text x="{x0 - 4}" y="{y0 + 9}" text-anchor="end">{high:.0f} %</text>')
        out.append(f'<text x="{x0 - 4}" y="{y0 + side}" text-anchor="end">{low:.0f} %</text>')
        point = lambda i: (x0 + 5 + (side - 10) * (qualities[i][measure] - a) / ((b - a) or 1),
                           y0 + side - 5 - (side - 10) * (ys[i] - low) / ((high - low) or 1))
        for name in names:
            own = [point(i) for i in kept if runs[i] == name]
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in own)
            out.append(f'<polyline points="{line}" fill="none" stroke="{colour[name]}" stroke-opacity="0.4"/>')
            out.extend(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour[name]}"/>' for x, y in own)
    for i, name in enumerate(names):
        x, y = i % columns * (side + left) + left, rows * (side + 44) + 14 + 16 * (i // columns)
        out.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour[name]}"/><text x="{x + 8}" y="{y}">{name}</text>')
    pathlib.Path(file).write_text("\n".join(out) + "\n</svg>\n")


def commands(options):
    """Measures, accuracies and names of the last checkpoint of each run."""
    options.cache.mkdir(parents=True, exist_ok=True)
    qualities, scores = [], []
    for run in options.runs:
        quality = [options.mmcr, "quality", run, "--data", options.train, "--layer", options.layer, "--json"]
        evaluate = [options.mmcr, "evaluate", run, "--train", options.train, "--test", options.test, "--no-baselines"]
        found = document(quality, options.cache)
        qualities.append({k: v["value"] for k, v in found.items() if isinstance(v, dict) and "ci95" in v})
        scores.append(accuracies(document([*evaluate, "--json"], options.cache)))
        print(f"{run}: " + ", ".join(f"{name} {value:.3f}" for name, value in scores[-1].items()), flush=True)
    return qualities, scores, list(options.runs)


def table(file):
    """The same of every checkpoint in a table of `mmcr bench quality-table`."""
    text = pathlib.Path(file).read_text()
    rows = json.loads(text)
    rows = rows if isinstance(rows, list) else rows["result"]
    return [r["measures"] for r in rows], [r["accuracies"] for r in rows], [r["run"] for r in rows]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", help="folders of pretrain; at least 5, or --table")
    parser.add_argument("--table", help="output of mmcr bench quality-table")
    parser.add_argument("--plot", help="write scatter plots against --protocol as SVG")
    parser.add_argument("--protocol", default="linear")
    parser.add_argument("--mmcr", default="./mmcr")
    parser.add_argument("--train")
    parser.add_argument("--test")
    parser.add_argument("--layer", default="embeddings", choices=["embeddings", "features"])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("quality-cache"))
    options = parser.parse_args()
    if not options.table and (len(options.runs) < 5 or not options.train or not options.test):
        parser.error(f"expected --table, or --train, --test and at least 5 runs, found {len(options.runs)} runs")
    qualities, scores, runs = table(options.table) if options.table else commands(options)
    measures = sorted(set().union(*qualities))
    print(f"\n{len(runs)} encoders of {len(set(runs))} runs")
    print("| measure | accuracy | encoders | missing | Spearman | 95 % | Kendall | within runs |")
    print("|---|---|---:|---:|---:|---|---:|---|")
    for measure in measures:
        for protocol in scores[0]:
            kept = [i for i, (q, s) in enumerate(zip(qualities, scores)) if measure in q and protocol in s]
            x, y = [qualities[i][measure] for i in kept], [scores[i][protocol] for i in kept]
            names = [runs[i] for i in kept]
            low, high = interval(x, y, names)
            alike, pairs = within(x, y, names)
            print(f"| {measure} | {protocol} | {len(x)} | {len(runs) - len(x)} | {spearman(x, y):.3f} "
                  f"| {low:.2f} to {high:.2f} | {kendall(x, y):.3f} | {alike:.2f} of {pairs} |")
    if options.plot:
        plot(options.plot, measures, qualities, scores, runs, options.protocol)


if __name__ == "__main__":
    main()
