"""Computes manifold capacity as a rival of mmcr: one interior-point quadratic program for each random direction (cvxopt), and
conjugate gradients on the Stiefel manifold for the common structure of the centres (NumPy).

    python capacity_cvxopt.py X.npy DIRECTIONS MANIFOLDS

X is (P, m, N). The first MANIFOLDS are solved and their time is scaled to all P. The search for the common structure is timed in
full, up to a limit of 120 seconds. Prints one JSON document.
"""

import json
import platform
import sys
import time

import cvxopt
import numpy as np

cvxopt.solvers.options["show_progress"] = False
LIMIT = 120.0


def cost_and_slope(rows, v):
    c = rows @ v
    rest = rows @ rows.T - c @ c.T
    r = np.diag(rest).copy()
    squares = rest**2 / np.outer(r, r)
    q = squares.sum(1) / r
    slope = rows.T @ (2 * (q[:, None] * c - (rest / np.outer(r, r)) @ c))
    inner = v.T @ slope
    return squares.sum() / 2, slope - v @ (inner + inner.T) / 2


def stiefel_descent(rows, v, deadline, steps=1000, tolerance=1e-10):
    """Conjugate gradients (Polak and Ribiere) with QR retraction; the step is halved until the cost falls enough."""
    v = np.linalg.qr(v)[0]
    cost, slope = cost_and_slope(rows, v)
    direction, step = -slope, 1.0
    for _ in range(steps):
        fall = (direction * slope).sum()
        if fall >= 0:
            direction, fall = -slope, -(slope**2).sum()
        step = min(1.0, 2 * step)
        while True:
            moved = np.linalg.qr(v + step * direction)[0]
            next_cost, next_slope = cost_and_slope(rows, moved)
            if next_cost <= cost + 1e-4 * step * fall or step < 1e-12:
                break
            step /= 2
        beta = max(0.0, (next_slope * (next_slope - slope)).sum() / max((slope**2).sum(), 1e-300))
        done = abs(cost - next_cost) < tolerance * cost or time.time() > deadline
        v, cost, slope, direction = moved, next_cost, next_slope, -next_slope + beta * direction
        if done:
            break
    return v


def correlation(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    count = len(rows)
    return (np.abs(unit @ unit.T).sum() - count) / (count * (count - 1))


def common_structure(centres, random, repeats=10):
    """Tries ranks 1, 2, ... until three in a row bring nothing; returns the rank that leaves the centres least correlated."""
    rows = centres @ np.linalg.svd(centres, full_matrices=False)[2][: len(centres) - 1].T
    deadline = time.time() + LIMIT
    known, best, least, worse, last = np.zeros((rows.shape[1], 0)), None, np.inf, 0, np.inf
    rank = 0
    while rank < len(rows) - 3 and worse < 3 and time.time() < deadline:
        rank += 1
        chosen, most = None, -1.0
        for _ in range(repeats):
            start = np.hstack([(random.uniform(-1, 1, len(rows)) @ rows)[:, None], known])
            v = stiefel_descent(rows, start, deadline)
            left = rows - rows @ v @ v.T
            stability = ((left**2).sum(1) / (rows**2).sum(1)).min()
            if stability > most:
                chosen, most = v, stability
        known = chosen
        value = correlation(rows - rows @ known @ known.T)
        worse = worse + 1 if rank > 4 and value > last else 0
        last = value
        if value < least:
            best, least = known, value
    basis = np.linalg.svd(centres, full_matrices=False)[2][: len(centres) - 1].T
    return basis @ best, best.shape[1], time.time() < deadline


def geometry(points, directions, random):
    """Returns inverse capacity, radius and dimension of one manifold of points (m, D)."""
    m, dim = points.shape
    s = np.hstack([points, np.ones((m, 1))])
    p = cvxopt.matrix(np.eye(dim + 1))
    g = cvxopt.matrix(s)
    h = cvxopt.matrix(np.zeros(m))
    distances, anchors, cosines = [], [], []
    for _ in range(directions):
        t = random.normal(size=dim + 1)
        if (s @ t).max() <= 0:
            distances.append(0.0)
            anchor = points[(s @ t).argmax()]
        else:
            v = np.array(cvxopt.solvers.qp(p, cvxopt.matrix(-t), g, h)["x"]).ravel()
            pull = t - v
            distances.append(pull @ pull)
            anchor = pull[:-1] / pull[-1]
        anchors.append(anchor)
        cosines.append(t[:-1] @ anchor / np.linalg.norm(t[:-1]) / np.linalg.norm(anchor))
    anchors = np.array(anchors)
    radius = np.sqrt(((anchors - anchors.mean(0)) ** 2).sum(1).mean())
    return np.mean(distances), radius, dim * np.mean(cosines) ** 2


def main():
    x = np.load(sys.argv[1]).astype(np.float64)
    directions, solved = int(sys.argv[2]), int(sys.argv[3])
    random = np.random.default_rng(0)
    began = time.time()
    x = x - x.reshape(-1, x.shape[2]).mean(0)
    shared, rank, whole = common_structure(x.mean(1), random)
    structure = time.time() - began
    began = time.time()
    found = []
    for manifold in x[:solved]:
        free = manifold - manifold @ shared @ shared.T
        centre = free.mean(0)
        around = (free - centre) / np.linalg.norm(centre)
        if around.shape[0] < around.shape[1]:
            around = np.linalg.qr(around.T)[1].T
        found.append(geometry(around, directions, random))
    programs = time.time() - began
    inverse, radius, dimension = np.array(found).mean(0)
    print(json.dumps({
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}, cvxopt {cvxopt.__version__}",
        "structure_seconds": structure,
        "structure_finished": bool(whole),
        "low_rank": rank,
        "program_seconds": programs,
        "solved": solved,
        "scaled_seconds": structure + programs * len(x) / solved,
        "capacity": 1 / inverse,
        "radius": radius,
        "dimension": dimension,
    }))


main()
