"""Makes paired tables of CIFAR-10: the left and the right half of each picture, as vectors.

  python3 bench/pairs_cifar.py cifar10.zip OUT [--train 20000] [--test 2000]

Writes OUT/{left,right}.npy and OUT/{left,right}-test.npy, uint8 (N, 384): halves of 32 x 16 pixels, each 2 x 2 block
averaged. With --baseline it also prints the retrieval of linear canonical correlation analysis in closed form, fitted
to the same rows. Needs numpy and Pillow.
"""

import argparse
import io
import random
import zipfile

import numpy as np
from PIL import Image

RIDGE = 1e-2  # of the mean variance, added to both covariances


def pictures(archive, folder, count):
    names = sorted(n for n in archive.namelist() if n.startswith(folder + "/") and not n.endswith("/"))
    random.Random(0).shuffle(names)
    for name in names[:count]:
        yield np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB"), dtype=np.float64)


def halves(archive, folder, count):
    small = np.stack([p.reshape(16, 2, 16, 2, 3).mean((1, 3)) for p in pictures(archive, folder, count)])
    small = small.round().astype(np.uint8)
    return [small[:, :, side * 8 : side * 8 + 8].reshape(len(small), -1) for side in (0, 1)]


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
    for direction, s in (("left -> right", scores), ("right -> left", scores.T)):
        rank = 1 + (s > np.diag(s)[:, None]).sum(1)
        recall = ", ".join(f"recall {k} {100 * (rank <= k).mean():.1f} %" for k in (1, 5, 10))
        print(f"{name}, {direction}: {recall}, median rank {np.median(rank):.1f}")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("archive")
    options.add_argument("out")
    options.add_argument("--train", type=int, default=20000)
    options.add_argument("--test", type=int, default=2000)
    options.add_argument("--baseline", action="store_true")
    given = options.parse_args()
    with zipfile.ZipFile(given.archive) as archive:
        train = halves(archive, "train", given.train)
        test = halves(archive, "test", given.test)
    for side, rows, held_out in zip(("left", "right"), train, test):
        np.save(f"{given.out}/{side}.npy", rows)
        np.save(f"{given.out}/{side}-test.npy", held_out)
    if given.baseline:
        train, test = ([m.astype(np.float64) / 255 for m in part] for part in (train, test))
        for dimension in (16, 64, 128):
            report(*cca(train, test, dimension), f"linear CCA, {dimension} dimensions")


if __name__ == "__main__":
    main()
