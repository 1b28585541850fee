"""Writes prediction.json, reference values of BYOL's and SimSiam's loss in float64: python prediction.py; needs torch.

q: predictions, t: targets, (N*K, D), row n*K+k is view k of sample n. Written from the papers with torch's own functions:
byol     |q_a / |q_a| - t_b / |t_b||^2 of both orders of a pair of views, added; mean over samples and pairs.
simsiam  -cos(q_a, t_b), mean over both orders, samples and pairs.
"""
import itertools
import json
import os

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
LOSSES = {
    "byol": lambda q, t: (F.normalize(q, dim=1) - F.normalize(t, dim=1)).pow(2).sum(1).mean(),
    "simsiam": lambda q, t: -F.cosine_similarity(q, t, dim=1).mean() / 2,
}

torch.manual_seed(5)
cases = []
for n, k, d in ((8, 2, 5), (6, 4, 3)):
    q0 = torch.randn(n * k, d, dtype=torch.float64)
    t = torch.randn(n * k, d, dtype=torch.float64) * 3
    for name, loss in LOSSES.items():
        q = q0.clone().requires_grad_(True)
        a, b = q.view(n, k, d), t.view(n, k, d)
        pairs = list(itertools.combinations(range(k), 2))
        total = sum(loss(a[:, i], b[:, j]) + loss(a[:, j], b[:, i]) for i, j in pairs) / len(pairs)
        total.backward()
        cases.append(
            {"objective": name, "views": k, "dimensions": d, "q": q0.flatten().tolist(), "t": t.flatten().tolist(),
             "loss": total.item(), "gradient": q.grad.flatten().tolist()})
with open(os.path.join(HERE, "prediction.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file)
    file.write("\n")
