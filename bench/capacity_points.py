"""Writes P Gaussian clouds of m points in N dimensions around Gaussian centres, float32: capacity_points.py P M N FILE."""

import sys

import numpy as np

p, m, n = map(int, sys.argv[1:4])
random = np.random.default_rng(0)
out = np.lib.format.open_memmap(sys.argv[4], mode="w+", dtype=np.float32, shape=(p, m, n))
for i in range(p):
    centre = random.normal(size=n) / np.sqrt(n)
    axes = random.normal(size=(20, n)) / np.sqrt(n)
    out[i] = centre + 0.25 * random.normal(size=(m, 20)) @ axes + 0.3 / np.sqrt(n) * random.normal(size=(m, n))
