"""Measures the views per second of torchvision on Pillow pictures, CIFAR recipe, one thread.

The counterpart of ViewsBenchmark: the same file of raw 32 x 32 x 3 pictures, from a Pillow picture in memory to the normalised
tensor. Usage: views_torchvision.py FILE SECONDS REPEATS
"""

import platform
import statistics
import sys
import time

import numpy
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2023, 0.1994, 0.2010)


def main():
    path, seconds, repeats = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print(
        f"python {platform.python_version()}, torch {torch.__version__}, torchvision {torchvision.__version__}, "
        f"Pillow {PIL.__version__}"
    )
    raw = numpy.fromfile(path, dtype=numpy.uint8)
    pictures = [Image.fromarray(one) for one in raw[: len(raw) // 3072 * 3072].reshape(-1, 32, 32, 3)]
    recipe = transforms.Compose(
        [
            transforms.RandomResizedCrop(32),
            transforms.RandomHorizontalFlip(p=0.5),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.4, 0.1)], p=0.8),
            transforms.RandomGrayscale(p=0.2),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )
    run(recipe, pictures, 1.0)
    rates = []
    for repeat in range(repeats):
        rates.append(run(recipe, pictures, seconds))
        print(f"repeat {repeat + 1}: {rates[-1]:.0f} views/s", flush=True)
    print(f"median: {statistics.median(rates):.0f} views/s")


def run(recipe, pictures, seconds):
    made = 0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(64):
            recipe(pictures[made % len(pictures)])
            made += 1
    return made / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
