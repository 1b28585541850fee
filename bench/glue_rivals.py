"""Computes the projections of correlated manifold capacity as rivals of mmcr, one JSON document on stdout:

    python glue_rivals.py interior X.npy T.npy Y.npy SOLVED    one interior-point program for each pair (cvxopt, float64)
    python glue_rivals.py gradient X.npy T.npy Y.npy SOLVED    accelerated projected gradient on all pairs (PyTorch, float32)

X is (P, M, N), T (K, N), Y (K, P). For each pair z >= 0 minimises |t + sum z_i y_i x_i|^2. The interior-point program solves the
first SOLVED pairs and scales its time to K; the gradient method ignores SOLVED. Gaps are largest violating slopes over the largest
inner product of a point and a direction, in float64, as mmcr reports them.
"""

import json
import platform
import sys
import time

import numpy as np

GAP = 1e-4  # at which the gradient method ends; float32 reaches little less
STEPS = 20_000
CHECK = 50


def gap(points, t, y, z):
    """points (n, N), y (n) the signs of the points."""
    slope = -y * (points @ (t + (z * y) @ points))
    return max(np.abs(slope[z > 1e-7 * z.max()]).max(initial=0.0), slope.max()) / np.abs(points @ t).max()


def interior(points, t, y, solved):
    import cvxopt

    cvxopt.solvers.options.update(show_progress=False, abstol=1e-12, reltol=1e-12, feastol=1e-12)
    n = len(points)
    gram = points @ points.T
    g, h = cvxopt.spmatrix(-1.0, range(n), range(n)), cvxopt.matrix(0.0, (n, 1))
    found, gaps = [], []
    for direction, sign in zip(t[:solved], y):
        q = cvxopt.matrix(sign * (points @ direction))
        z = np.array(cvxopt.solvers.qp(cvxopt.matrix(gram * np.outer(sign, sign)), q, g, h)["x"]).ravel()
        found.append(float((((z * sign) @ points) ** 2).sum()))
        gaps.append(gap(points, direction, sign, np.maximum(z, 0)))
    return found, gaps, f"cvxopt {cvxopt.__version__}"


def gradient(points, t, y, _):
    """Nesterov's method with restarts where the objective rises (O'Donoghue and Candes 2015)."""
    import torch

    x = torch.from_numpy(points).float()
    gram = x @ x.T
    step = 1 / torch.linalg.eigvalsh(gram.double())[-1].float()
    sign = torch.from_numpy(y).float()
    pull = -sign * (torch.from_numpy(t).float() @ x.T)
    z = torch.zeros_like(pull)
    ahead, momentum = z.clone(), torch.ones(len(z), 1)
    scale = pull.abs().max(1).values
    for i in range(STEPS):
        slope = pull - sign * ((sign * ahead) @ gram)
        after = (ahead + step * slope).clamp_(min=0)
        rises = ((ahead - after) * (after - z)).sum(1, keepdim=True) > 0
        following = torch.where(rises, torch.ones_like(momentum), (1 + (1 + 4 * momentum**2).sqrt()) / 2)
        factor = torch.where(rises, torch.zeros_like(momentum), (momentum - 1) / following)
        ahead, z, momentum = after + factor * (after - z), after, following
        if i % CHECK == CHECK - 1:
            slope = pull - sign * ((sign * z) @ gram)
            worst = torch.where(z > 0, slope.abs(), slope.clamp(min=0)).max(1).values / scale
            if worst.max() < GAP:
                break
    z = z.double().numpy()
    found = (((z * y) @ points) ** 2).sum(1).tolist()
    gaps = [gap(points, direction, one, weights) for direction, one, weights in zip(t, y, z)]
    return found, gaps, f"PyTorch {torch.__version__}, {i + 1} steps, {torch.get_num_threads()} threads"


def main():
    method, (x, t, y) = sys.argv[1], (np.load(file).astype(np.float64) for file in sys.argv[2:5])
    solved = min(int(sys.argv[5]), len(t))
    points = x.reshape(-1, x.shape[2])
    signs = np.repeat(y, x.shape[1], axis=1)
    began = time.time()
    found, gaps, version = {"interior": interior, "gradient": gradient}[method](points, t, signs, solved)
    seconds = time.time() - began
    print(json.dumps({
        "versions": f"Python {platform.python_version()}, NumPy {np.__version__}, {version}",
        "pairs": len(found),
        "scaled_seconds": seconds * len(t) / len(found),
        "capacity": len(x) / float(np.mean(found)),
        "worst_kkt_gap": float(max(gaps)),
    }))


main()
