"""Prints the Markdown report of bench/wire.sh from its JSON lines: wire_report.py LINES."""

import json
import platform
import re
import sys
from datetime import date

lines = [json.loads(line) for line in open(sys.argv[1])]
MB = 1e6


def processor():
    with open("/proc/cpuinfo") as info:
        names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores"


def summed(numbers, world):
    """Bytes that each process sends for an all-reduce of `numbers` bytes over a ring."""
    return 2 * (world - 1) / world * numbers


def gathered(numbers, world):
    """Bytes that each process sends for an all-gather of `numbers` bytes from each."""
    return (world - 1) * numbers


def objective(n, d, world):
    return summed(8 * d * (d + 1) / 2, world) if n >= d else gathered(8 * n * d / world, world)


def all_views(n, k, d, world):
    return gathered(4 * n * k * d / world, world)


def mb(value):
    value /= MB
    return f"{value:,.3f}" if value < 1 else f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


print("# Bytes on the wire\n")
print(f"Date: {date.today()}. Machine: {processor()}; {platform.system()} {platform.release()}. Command: `bench/wire.sh PYTHON`. "
      "All figures in MB (10^6 bytes) sent by each process in a step. *Measured* is what the loopback interface of a network namespace "
      "of its own has carried, headers and acknowledgements with it, over the number of processes; one run, since bytes do not vary "
      "by more than the acknowledgements. *On paper* is the ring: 2 (W - 1) / W of what is summed, (W - 1) of what each has to gather.\n")

print("## The objective alone, beside the published scheme\n")
print("The published program gathers every view (float32). `mmcr bench exchange`: each rank a thread with connections of its own.\n")
print("| N | K | D | W | mmcr exchanges | measured | on paper | all views, measured | on paper | ratio measured |")
print("|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|")
for row in (line for line in lines if line["kind"] == "exchange"):
    n, k, d, world = row["samples"], row["views"], row["dimensions"], row["processes"]
    what = "Gram matrix" if n >= d else "centroids"
    print(f"| {n:,} | {k} | {d} | {world} | {what} | {mb(row['objective'])} | {mb(objective(n, d, world))} | {mb(row['all_views'])} | "
          f"{mb(all_views(n, k, d, world))} | {row['all_views'] / row['objective']:.1f} |")

print("\n## A whole step of `mmcr launch --nproc W -- pretrain`\n")
print("Real processes; the difference of a run of three steps and one of one step, halved. *Handed over* is what `pretrain` says at its "
      "end: bytes given to collectives, from which the paper column follows.\n")
print("| run | N | K | D | W | gradients | handed over: gradients | objective | batch-norm | on paper | measured | measured / paper |")
print("|---|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|")
for row in (line for line in lines if line["kind"] == "step"):
    world = row["world"]
    handed = {name: 1e3 * float(value.replace(",", ""))
              for name, value in re.findall(r"(gradients|objective|batch-norm) ([\d.,]+) kB", row["handed"])}
    gram = row["n"] >= row["d"]
    paper = summed(handed["gradients"] + handed["batch-norm"], world) + (summed if gram else gathered)(handed["objective"], world)
    measured = row["bytes"] / world
    print(f"| {row['name']} | {row['n']} | {row['k']} | {row['d']} | {world} | {row['gradients']} | {mb(handed['gradients'])} | "
          f"{mb(handed['objective'])} | {mb(handed['batch-norm'])} | {mb(paper)} | {mb(measured)} | {measured / paper:.3f} |")

print("\n## On paper: 8, 64 and 512 processes\n")
print("A ResNet-50 with the ImageNet projector 8192-8192-512 has 111.6 M numbers, whose gradients are summed in float32. The batch grows "
      "with the processes, 32 pictures each.\n")
print("| N | K | D | W | gradients | mmcr objective | all views | all views / objective | all views / gradients |")
print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
for world in (8, 64, 512):
    for k in (2, 8):
        n, d, gradients = 32 * world, 512, summed(4 * 111.6e6, world)
        ours, theirs = objective(n, d, world), all_views(n, k, d, world)
        print(f"| {n:,} | {k} | {d} | {world} | {mb(gradients)} | {mb(ours)} | {mb(theirs)} | {theirs / ours:.1f} | {theirs / gradients:.2f} |")
print("\nAt W = 8 N is smaller than D: centroids in float64 against views in float32.")
