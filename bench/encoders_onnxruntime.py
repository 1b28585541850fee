"""Features of a folder of pictures by Pillow, NumPy and Python's ONNX Runtime, beside those of `mmcr embed`.

usage: encoders_onnxruntime.py GRAPH.onnx PREPARATION FOLDER FEATURES.npy
PREPARATION is imagenet, clip, dinov2 or half, with mmcr's meaning. FEATURES.npy and the CSV file beside it are what
`mmcr embed --encoder GRAPH.onnx --preprocess PREPARATION --data FOLDER --out FEATURES.npy` wrote. Prints the smallest
cosine between the two, and pictures a second of the graph alone on prepared arrays.
"""

import csv
import os
import sys
import time

import numpy as np
import onnxruntime
import PIL
from PIL import Image

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
HALF = ((0.5,) * 3, (0.5,) * 3)
PREPARATIONS = {
    "imagenet": (256, Image.BILINEAR, IMAGENET),
    "clip": (224, Image.BICUBIC, CLIP),
    "dinov2": (256, Image.BICUBIC, IMAGENET),
    "half": (248, Image.BICUBIC, HALF),
}
SIDE = 224
BATCH = 16


def prepared(file, preparation):
    """The picture as torchvision's Resize, CenterCrop and Normalize make it: float32 (3, 224, 224)."""
    resize, filter, (mean, std) = PREPARATIONS[preparation]
    picture = Image.open(file).convert("RGB")
    width, height = picture.size
    short = min(width, height)
    picture = picture.resize((resize * width // short, resize * height // short), filter)
    left, top = round((picture.width - SIDE) / 2), round((picture.height - SIDE) / 2)
    picture = picture.crop((left, top, left + SIDE, top + SIDE))
    values = np.asarray(picture, dtype=np.float32) / 255
    values = (values - np.float32(mean)) / np.float32(std)
    return values.transpose(2, 0, 1)


def main():
    graph, preparation, folder, features = sys.argv[1:5]
    print(f"onnxruntime {onnxruntime.__version__}, Pillow {PIL.__version__}, NumPy {np.__version__}")
    with open(features.removesuffix(".npy") + ".csv") as rows:
        names = [row["path"] for row in csv.DictReader(rows)]
    x = np.stack([prepared(os.path.join(folder, name), preparation) for name in names])
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    session.run(None, {name: x[:BATCH]})
    start = time.perf_counter()
    expected = np.concatenate([session.run(None, {name: x[i : i + BATCH]})[0] for i in range(0, len(x), BATCH)])
    seconds = time.perf_counter() - start
    found = np.load(features)
    cosine = (expected * found).sum(1) / np.linalg.norm(expected, axis=1) / np.linalg.norm(found, axis=1)
    print(f"{len(x)} pictures: smallest cosine {cosine.min():.7f}, mean {cosine.mean():.7f}")
    print(f"largest difference {np.abs(expected - found).max():.2e} of {np.abs(expected).max():.2e}")
    print(f"graph alone on prepared arrays: {len(x) / seconds:.1f} pictures/s")


if __name__ == "__main__":
    main()
