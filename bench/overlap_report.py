"""Prints the Markdown report of bench/overlap.sh from its JSON lines: overlap_report.py LINES STEPS."""

import json
import platform
import statistics
import sys
from datetime import date

lines = [json.loads(line) for line in open(sys.argv[1])]


def processor():
    with open("/proc/cpuinfo") as info:
        names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores"


def number(text):
    return float(text.replace(",", ""))


def of(name, link, overlap):
    return [line for line in lines if (line["name"], line["link"], line["overlap"]) == (name, link, overlap)]


def median(rows, value):
    return statistics.median(value(row) for row in rows)


print("# Gradients on their way during the backward pass\n")
runs = max(len(of(line["name"], line["link"], line["overlap"])) for line in lines)
print(f"Date: {date.today()}. Machine: {processor()}; {platform.system()} {platform.release()}; nothing else running. Command: "
      f"`bench/overlap.sh PYTHON`. Two processes of one compute thread each, in network namespaces joined by a virtual cable, without a "
      f"limit or with one of the kernel's (`tc tbf`) in each direction; no delay beyond that. Pictures of 32 x 32, {sys.argv[2]} steps a run, "
      f"of which the first two do not count; medians of the steps, then of {runs} runs. *Waited* is the time in which the training thread "
      "did nothing but exchange gradients, or wait for the other process to do so.\n")
print("| step | gradients | link | after the backward pass: step | waited | fraction | during it: step | waited | fraction | step shorter by |")
print("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|")
for name, link in dict.fromkeys((line["name"], line["link"]) for line in lines):
    cells, steps = [], []
    for overlap in (False, True):
        rows = of(name, link, overlap)
        seconds = median(rows, lambda row: row["seconds"])
        waited = median(rows, lambda row: number(row["waited"]["gradients"])) / 1e3
        steps.append(seconds)
        cells += [f"{seconds:.3f} s", f"{1e3 * waited:.0f} ms", f"{100 * waited / seconds:.1f} %"]
    megabytes = number(rows[0]["handed"]["gradients"]) / 1e3
    print(f"| {name} | {megabytes:.1f} MB | {link} | " + " | ".join(cells) + f" | {100 * (1 - steps[1] / steps[0]):.1f} % |")
