"""Makes paired data, as vectors, whose shared part is known or can be looked at.

  python3 bench/pairs.py halves OUT --archive cifar10.zip [--train 20000] [--test 2000] [--baseline]
  python3 bench/pairs.py captions OUT [--train 20000] [--baseline]
  python3 bench/pairs.py digits OUT [--train 1397] [--test 400] [--baseline]

halves    the left and the right half of CIFAR-10 pictures, 32 x 16 pixels, each 2 x 2 block averaged: 384 and 384
          numbers
captions  a drawn picture of one shape, 16 x 16 pixels: 768 numbers; and the words of its caption (size, colour, shape,
          row, column): 22 numbers, 0 or 1. All 972 captions are equally likely, so the two share log 972 = 6.88 nats;
          the tests have each caption once
digits    a scanned digit of scikit-learn, 8 x 8 pixels; and a drawing of the same digit by strokes, 12 x 12 pixels.
          The digit is all they share: log 10 = 2.30 nats

Writes OUT/{a,b}.npy and OUT/{a,b}-test.npy, uint8. With --baseline it also prints the retrieval of linear canonical
correlation analysis in closed form, fitted to the same rows. Needs numpy, Pillow for halves and captions, and
scikit-learn for digits.
"""

import argparse
import os
import colorsys
import io
import itertools
import random
import zipfile

import numpy as np

RIDGE = 1e-2  # of the mean variance, added to both covariances


def pictures(archive, folder, count):
    from PIL import Image

    names = sorted(n for n in archive.namelist() if n.startswith(folder + "/") and not n.endswith("/"))
    random.Random(0).shuffle(names)
    for name in names[:count]:
        yield np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"), dtype=np.float64)


def halves(archive, folder, count):
    """Left and right halves (N, 384)."""
    small = np.stack([p.reshape(16, 2, 16, 2, 3).mean((1, 3)) for p in pictures(archive, folder, count)])
    small = small.round().astype(np.uint8)
    return [small[:, :, side * 8 : side * 8 + 8].reshape(len(small), -1) for side in (0, 1)]


def captions(count, draw):
    """Pictures of one shape (N, 768) and the words that describe them (N, 22); without a count each caption once."""
    from PIL import Image, ImageDraw

    parts = [range(3), range(9), range(4), range(3), range(3)]  # size, colour, shape, row, column
    every = list(itertools.product(*parts))
    seen, said = [], []
    for i in draw.randint(0, len(every), count) if count else draw.permutation(len(every)):
        size, colour, shape, row, column = every[i]
        canvas = Image.new("RGB", (64, 64), tuple(draw.randint(0, 60, 3)))
        reach = (4.5, 7, 9.5)[size] * draw.uniform(0.9, 1.1)
        x, y = 12 + 20 * np.array([column, row]) + draw.uniform(-2, 2, 2)
        hue = (colour + draw.uniform(-0.2, 0.2)) / 9 % 1
        fill = tuple(int(255 * level) for level in colorsys.hsv_to_rgb(hue, 1, draw.uniform(0.8, 1)))
        box = [x - reach, y - reach, x + reach, y + reach]
        brush = ImageDraw.Draw(canvas)
        if shape == 0:
            brush.ellipse(box, fill=fill)
        elif shape == 1:
            brush.rectangle(box, fill=fill)
        elif shape == 2:
            brush.polygon([(x, y - reach), (x + reach, y + reach), (x - reach, y + reach)], fill=fill)
        else:
            brush.ellipse(box, outline=fill, width=2)
        small = np.asarray(canvas, dtype=np.float64).reshape(16, 4, 16, 4, 3).mean((1, 3))
        seen.append((small + draw.normal(0, 4, small.shape)).clip(0, 255).ravel())
        said.append(np.concatenate([np.eye(len(part))[value] for part, value in zip(parts, every[i])]))
    return [np.array(seen).round().astype(np.uint8), np.array(said).astype(np.uint8)]


def oval(x, y, width, height, start=0.0, end=360.0):
    turns = np.radians(np.linspace(start, end, 13))
    return [(x + width * np.sin(t), y - height * np.cos(t)) for t in turns]


STROKES = [  # polylines in a square of side 1, origin at the top left
    [oval(0.5, 0.5, 0.25, 0.4)],
    [[(0.35, 0.25), (0.55, 0.1), (0.55, 0.9)]],
    [oval(0.5, 0.32, 0.24, 0.22, -80, 120) + [(0.25, 0.9), (0.78, 0.9)]],
    [oval(0.47, 0.3, 0.22, 0.2, -70, 180), oval(0.47, 0.7, 0.25, 0.2, 0, 250)],
    [[(0.65, 0.9), (0.65, 0.1), (0.22, 0.65), (0.8, 0.65)]],
    [[(0.75, 0.1), (0.32, 0.1), (0.29, 0.45)] + oval(0.47, 0.66, 0.27, 0.24, -30, 240)],
    [[(0.68, 0.1), (0.4, 0.35), (0.27, 0.65)], oval(0.5, 0.68, 0.23, 0.22)],
    [[(0.22, 0.1), (0.78, 0.1), (0.42, 0.9)]],
    [oval(0.5, 0.3, 0.2, 0.2), oval(0.5, 0.7, 0.24, 0.2)],
    [oval(0.5, 0.32, 0.23, 0.22), [(0.73, 0.35), (0.66, 0.65), (0.5, 0.9)]],
]


def stroked(digit, draw, side=12):
    """A drawing of a digit (144): strokes that are turned, slanted, scaled and shifted."""
    turn, slant = draw.uniform(-0.2, 0.2, 2)
    scale = draw.uniform(0.8, 1.05, 2)
    moved = np.array([[np.cos(turn), slant - np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    shift = 0.5 + draw.uniform(-0.08, 0.08, 2)
    grid = (np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) + 0.5) / side
    near = np.full(side * side, np.inf)
    for line in STROKES[digit]:
        points = (np.array(line) - 0.5) @ moved.T + shift
        for start, end in zip(points, points[1:]):
            along = end - start
            part = ((grid - start) @ along / max(1e-12, along @ along)).clip(0, 1)
            near = np.minimum(near, np.linalg.norm(grid - start - part[:, None] * along, axis=1))
    width = draw.uniform(0.04, 0.08)
    return (255 * np.exp(-((near / width) ** 2))).round().astype(np.uint8)


def digits(train, test, draw):
    """Scanned digits (N, 64) and drawings (N, 144), for training and for tests."""
    from sklearn.datasets import load_digits

    scanned = load_digits()
    order = draw.permutation(len(scanned.target))
    parts = order[:train], order[train : train + test]
    if any(len(part) < wanted for part, wanted in zip(parts, (train, test))):
        raise SystemExit(f"expected at most {len(order)} digits for training and tests, found {train + test}")
    return [
        [
            (scanned.data[part] * 15.9).astype(np.uint8),
            np.stack([stroked(digit, draw) for digit in scanned.target[part]]),
        ]
        for part in parts
    ]


def root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**-0.5) @ vectors.T


def cca(train, test, dimension):
    mean = [t.mean(0) for t in train]
    x, y = (t - m for t, m in zip(train, mean))
    cov = [c.T @ c / len(c) for c in (x, y)]
    white = [root(c + RIDGE * np.trace(c) / len(c) * np.eye(len(c))) for c in cov]
    u, s, vt = np.linalg.svd(white[0] @ (x.T @ y / len(x)) @ white[1])
    # Each direction counts by its correlation, which is the posterior mean of one side given the other.
    maps = [white[0] @ u[:, :dimension] * s[:dimension], white[1] @ vt.T[:, :dimension]]
    return [(t - m) @ p for t, m, p in zip(test, mean, maps)]


def report(a, b, name):
    a, b = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (a, b))
    scores = a @ b.T
    for direction, s in (("a -> b", scores), ("b -> a", scores.T)):
        rank = 1 + (s > np.diag(s)[:, None]).sum(1)
        matching = 100 * (1 - (rank - 1).mean() / (len(rank) - 1))
        recall = ", ".join(f"recall {k} {100 * (rank <= k).mean():.1f} %" for k in (1, 5, 10))
        print(f"{name}, {direction}: {recall}, median rank {np.median(rank):.1f}, matching {matching:.2f} %")


def made(given):
    """Training and test rows of both sides."""
    train, test = (given.train or 20000, given.test or 2000)
    if given.kind == "digits":
        return digits(given.train or 1397, given.test or 400, np.random.RandomState(0))
    if given.kind == "captions":
        return captions(train, np.random.RandomState(0)), captions(None, np.random.RandomState(1))
    if not given.archive:
        raise SystemExit("expected --archive cifar10.zip for halves, found none")
    with zipfile.ZipFile(given.archive) as archive:
        return halves(archive, "train", train), halves(archive, "test", test)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("kind", choices=["halves", "captions", "digits"])
    options.add_argument("out")
    options.add_argument("--archive")
    options.add_argument("--train", type=int)
    options.add_argument("--test", type=int)
    options.add_argument("--baseline", action="store_true")
    given = options.parse_args()
    train, test = made(given)
    os.makedirs(given.out, exist_ok=True)
    for side, rows, held_out in zip("ab", train, test):
        np.save(f"{given.out}/{side}.npy", rows)
        np.save(f"{given.out}/{side}-test.npy", held_out)
    if given.baseline:
        train, test = ([m.astype(np.float64) / 255 for m in part] for part in (train, test))
        for dimension in (8, 16, 64, 128):
            if dimension <= min(m.shape[1] for m in train):
                report(*cca(train, test, dimension), f"linear CCA, {dimension} dimensions")


if __name__ == "__main__":
    main()
