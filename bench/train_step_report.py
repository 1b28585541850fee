"""Prints the Markdown report of bench/train_step.sh from its JSON lines: train_step_report.py LINES."""

import json
import platform
import statistics
import sys

runs = [json.loads(line) for line in open(sys.argv[1])]


def medians(side, precision):
    return [run["result"]["median_ms"] for run in runs if run["side"] == side and run["precision"] == precision]


def cell(side, precision):
    values = medians(side, precision)
    return f"{statistics.median(values):.0f} ({min(values):.0f}-{max(values):.0f})"


def ratio(rival):
    best = min(statistics.median(medians("mmcr", p)) for p in ("bf16", "fp32"))
    bf16 = statistics.median(medians("mmcr", "bf16"))
    theirs = statistics.median(medians("pytorch", rival))
    return f"| PyTorch {rival} | {theirs / bf16:.2f} | {theirs / best:.2f} |"


def processor():
    try:
        with open("/proc/cpuinfo") as lines:
            names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        return f"{names[0]}, {len(names)} cores"
    except OSError:
        return platform.processor()


ours = next(run["result"]["settings"] for run in runs if run["side"] == "mmcr")
version = next(run["result"]["torch"] for run in runs if run["side"] == "pytorch")
shown = ", ".join(f"{name} {ours[name]}" for name in ("arch", "width", "batch", "views", "size", "optimizer", "threads", "steps"))
print(f"# Bare training step\n\n{shown}; channels-last, MMCR loss through Gram matrix and eigh; projector 512-128.\n")
print(f"Machine: {processor()}; {platform.system()} {platform.release()}. libtorch 2.10.0 through JavaCPP 1.5.13 against PyTorch {version}.\n")
print("Milliseconds per step: median over rounds of the median within a round (range over rounds).\n")
print("| | bf16 | fp32 |\n|---|---|---|")
print(f"| mmcr | {cell('mmcr', 'bf16')} | {cell('mmcr', 'fp32')} |")
print(f"| PyTorch {version} | {cell('pytorch', 'bf16')} | {cell('pytorch', 'fp32')} |\n")
print("| times faster than | mmcr bf16 | mmcr, the faster of the two |\n|---|---|---|")
print(ratio("bf16"))
print(ratio("fp32"))
