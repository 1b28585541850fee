"""Measures the photographs per second of torchvision, from JPEG files in memory to two ImageNet views, one thread.

The counterpart of PhotographsBenchmark, with the two published augmentations (224 pixels, BYOL's). DECODER is pillow:
Pillow's pictures and transforms; or tensor: torchvision's own decoder and its transforms of tensors.
Usage: photographs_torchvision.py DECODER FOLDER SECONDS REPEATS
"""

import io
import pathlib
import statistics
import sys
import time

import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def recipe(blur, solarize, last):
    return transforms.Compose(
        [
            transforms.RandomResizedCrop(224, interpolation=transforms.InterpolationMode.BICUBIC),
            transforms.RandomHorizontalFlip(0.5),
            transforms.RandomApply([transforms.ColorJitter(0.4, 0.4, 0.2, 0.1)], p=0.8),
            transforms.RandomGrayscale(0.2),
            transforms.RandomApply([transforms.GaussianBlur(23, (0.1, 2.0))], p=blur),
            transforms.RandomSolarize(128, p=solarize),
            last,
            transforms.Normalize(MEAN, STD),
        ]
    )


def main():
    decoder, folder, seconds, repeats = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {PIL.__version__}")
    files = [path.read_bytes() for path in sorted(pathlib.Path(folder).iterdir())]
    if decoder == "pillow":
        last = transforms.ToTensor()
        pictures = lambda data: Image.open(io.BytesIO(data)).convert("RGB")
    else:
        last = transforms.ConvertImageDtype(torch.float32)
        files = [torch.frombuffer(bytearray(data), dtype=torch.uint8) for data in files]
        pictures = lambda data: torchvision.io.decode_jpeg(data, mode=torchvision.io.ImageReadMode.RGB)
    recipes = [recipe(1.0, 0.0, last), recipe(0.1, 0.2, last)]

    def run(time_limit):
        start, count = time.perf_counter(), 0
        while time.perf_counter() < start + time_limit:
            picture = pictures(files[count % len(files)])
            for one in recipes:
                one(picture)
            count += 1
        return count / (time.perf_counter() - start)

    run(2.0)
    rates = []
    for repeat in range(repeats):
        rates.append(run(seconds))
        print(f"repeat {repeat + 1}: {rates[-1]:.1f} photographs/s", flush=True)
    print(f"median: {statistics.median(rates):.1f} photographs/s")


if __name__ == "__main__":
    main()
