"""Prints the Markdown report of bench/figure1.sh from its three measurements: figure1_report.py FOLDER COMMAND."""

import datetime
import json
import pathlib
import platform
import statistics
import sys

folder, command = pathlib.Path(sys.argv[1]), sys.argv[2]
runs = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("numpy", "exact", "fast")}
times = {name: {(c["points"], c["dimensions"]): c["seconds"] for c in run["cells"]} for name, run in runs.items()}
norms = {name: {(c["points"], c["dimensions"]): c["nuclear_norms"] for c in run["cells"]} for name, run in runs.items()}


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def memory(name):
    path = folder / f"{name}.rss"
    return f"{int(path.read_text().split()[-1]) / 2**20:.2f} GiB" if path.exists() else "not measured"


cells = list(times["numpy"])
repeats = len(next(iter(norms["numpy"].values())))
total = {name: sum(times[name].values()) for name in times}
print("# Figure 1: seconds of every cell, NumPy beside mmcr\n")
print(f"Machine: {processor()}, {runs['exact']['threads']} threads; NumPy {runs['numpy']['version']}, float64.")
print(f"Date: {datetime.date.today()}. Command: `{command}`. {repeats} draws a cell; seconds are for all of them.\n")
print("| | NumPy | exact | ratio | fast | ratio |\n|---|---|---|---|---|---|")
print(f"| all {len(cells)} cells | {total['numpy']:.1f} s | {total['exact']:.1f} s | {total['numpy'] / total['exact']:.1f} |"
      f" {total['fast']:.1f} s | {total['numpy'] / total['fast']:.1f} |")
print(f"| most memory of the process | | {memory('exact')} | | {memory('fast')} | |\n")
if repeats >= 5:
    worst = 0.0
    for cell in cells:
        if min(cell) < 2:
            continue
        spread = (statistics.variance(norms["numpy"][cell]) + statistics.variance(norms["exact"][cell])) / repeats
        apart = statistics.mean(norms["numpy"][cell]) - statistics.mean(norms["exact"][cell])
        worst = max(worst, abs(apart) / spread**0.5)
    print(f"Means of exact and NumPy differ by at most {worst:.1f} standard errors over the cells.")
    relative = max(abs(f / e - 1) for c in cells for f, e in zip(norms["fast"][c], norms["exact"][c]))
    print(f"Fast differs from exact on the same points by at most {relative:.1e} of the nuclear norm.\n")
print("| N | D | NumPy | exact | ratio | fast | ratio |\n|---|---|---|---|---|---|---|")
for n, d in cells:
    a, b, c = (times[name][n, d] for name in ("numpy", "exact", "fast"))
    print(f"| {n} | {d} | {a:.4f} | {b:.4f} | {a / b:.1f} | {c:.4f} | {a / c:.1f} |")
