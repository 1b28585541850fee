"""Times the simulation of figure 1 in NumPy, cell by cell, and prints JSON: figure1_numpy.py REPEATS N,D N,D ..."""

import json
import sys
import time

import numpy

repeats = int(sys.argv[1])
cells = []
for cell in sys.argv[2:]:
    n, d = map(int, cell.split(","))
    draw = numpy.random.default_rng(n * 100003 + d)
    began = time.perf_counter()
    norms = []
    for _ in range(repeats):
        points = draw.normal(size=(n, d))
        points /= numpy.linalg.norm(points, axis=1, keepdims=True)
        norms.append(float(numpy.linalg.norm(points, ord="nuc")))
    seconds = time.perf_counter() - began
    cells.append({"points": n, "dimensions": d, "seconds": seconds, "nuclear_norms": norms})
    print(f"numpy {n} x {d}: {seconds:.4f} s", file=sys.stderr)
print(json.dumps({"method": "numpy", "version": numpy.__version__, "cells": cells}))
