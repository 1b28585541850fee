"""Times the bare MMCR training step in PyTorch: the same network, batch, loss and optimiser as `mmcr bench train-step`.

Takes the same arguments name=value, and compile=1 for torch.compile, loss=svd for the nuclear norm by singular values and autograd
in place of the Gram matrix. Prints one JSON object; times are milliseconds per step.
"""

import json
import os
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def processors():
    """Processors that this process may use. A container's quota of time is not counted: give threads= there."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


settings = dict(arch="resnet18", width="64", batch="64", views="2", size="32", precision="bf16", optimizer="sgd", steps="20",
                warmup="3", threads=str(processors()), device="cpu", compile="0", loss="gram")
for argument in sys.argv[1:]:
    name, value = argument.split("=", 1)
    assert name in settings, name
    settings[name] = value


class Block(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride > 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class Bottleneck(nn.Module):
    def __init__(self, channels, width, stride):
        super().__init__()
        out = width * 4
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = None
        if stride > 1 or channels != out:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


def resnet(arch, width):
    blocks = dict(resnet18=(2, 2, 2, 2), resnet34=(3, 4, 6, 3), resnet50=(3, 4, 6, 3))[arch]
    layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
    channels = width
    for group, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if group > 0 and block == 0 else 1
            if arch == "resnet50":
                layers.append(Bottleneck(channels, width << group, stride))
                channels = (width << group) * 4
            else:
                layers.append(Block(channels, width << group, stride))
                channels = width << group
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten()), channels


class DefaultNetwork(nn.Module):
    """The encoder of the default recipe, recipes/cpu.yaml: (B, 3, H, W) -> (B, 896), last stage and head.

    Without the features of the stage before the last, which training does not need.
    """

    def __init__(self):
        super().__init__()

        def layer(channels, out, kernel, stride):
            return [nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True)]

        self.stages = nn.Sequential(*layer(3, 48, 3, 2), *layer(48, 96, 3, 2), *layer(96, 192, 3, 1), *layer(192, 192, 3, 2),
                                    *layer(192, 384, 3, 1))
        self.head = nn.Sequential(*layer(384, 512, 1, 1))

    def forward(self, x):
        x = self.stages(x)
        return torch.cat([x.mean((2, 3)), self.head(x).mean((2, 3))], 1)


class TransformerBlock(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, t, d))
        return x + self.mlp(self.norm2(x))


class VitTiny(nn.Module):
    """vit-tiny for pictures of 32 pixels: 12 blocks, 3 heads, width 192, patches of 4; the mean of the patch tokens."""

    def __init__(self, width=192):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 4, 4)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, 65, width) * 0.02)
        self.blocks = nn.Sequential(*(TransformerBlock(width, 3) for _ in range(12)))
        self.norm = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(len(x), -1, -1).to(x.dtype), x), 1) + self.positions
        return self.norm(self.blocks(x))[:, 1:].mean(1)


class Muon(torch.optim.Optimizer):
    """Muon as published (Jordan et al. 2024): Nesterov momentum, five Newton-Schulz steps in bf16; Adam for vectors.

    With precision=fp32 the steps are in float32, because processors without bf16 emulate it, several times slower.
    """

    def __init__(self, parameters, rate=0.05, vector_rate=0.002, momentum=0.95):
        super().__init__(parameters, dict(rate=rate))
        vectors = [p for group in self.param_groups for p in group["params"] if p.ndim < 2]
        self.momentum, self.adam = momentum, torch.optim.Adam(vectors, lr=vector_rate)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.ndim < 2 or p.grad is None:
                    continue
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p.grad)
                buffer = state["momentum"]
                buffer.lerp_(p.grad, 1 - self.momentum)
                update = p.grad.lerp(buffer, self.momentum)
                update = update.permute(0, 2, 3, 1).reshape(len(p), -1) if p.ndim == 4 else update
                polar = newton_schulz(update) * max(1, update.shape[0] / update.shape[1]) ** 0.5
                if p.ndim == 4:
                    polar = polar.view(p.shape[0], p.shape[2], p.shape[3], p.shape[1]).permute(0, 3, 1, 2)
                p.add_(polar, alpha=-group["rate"])
        self.adam.step()


def newton_schulz(matrix, steps=5):
    x = matrix.bfloat16() if settings["precision"] == "bf16" else matrix
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return (x.T if tall else x).float()


def mmcr(z, views):
    """Returns -||centroids||_*; z is sample-major. The gradient is the polar factor, from the Gram matrix and eigh in float64."""
    z = F.normalize(z.float(), dim=1)
    m = z.view(-1, views, z.shape[1]).mean(1)
    if settings["loss"] == "svd":
        return -torch.linalg.svdvals(m).sum()
    n, d = m.shape
    with torch.no_grad():
        gram = (m.T @ m if n >= d else m @ m.T).double()
        values, vectors = torch.linalg.eigh(gram)
        inverse = torch.where(values > values[-1] * 1e-9, values.clamp_min(1e-30).rsqrt(), torch.zeros_like(values))
        root = ((vectors * inverse) @ vectors.T).float()
        polar = m @ root if n >= d else root @ m
    return -(m * polar).sum()


def main():
    torch.manual_seed(0)
    torch.set_num_threads(int(settings["threads"]))
    arch = settings["arch"]
    encoder, features = ((DefaultNetwork(), 896) if arch == "default" else (VitTiny(), 192) if arch == "vit-tiny"
                         else resnet(arch, int(settings["width"])))
    projector = nn.Sequential(nn.Linear(features, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU(inplace=True),
                              nn.Linear(512, 128, bias=False))
    device = torch.device(settings["device"])
    model = nn.Sequential(encoder, projector).to(device, memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = (Muon(parameters) if settings["optimizer"] == "muon"
                 else torch.optim.Adam(parameters, lr=1e-3, weight_decay=1e-6) if settings["optimizer"] == "adam"
                 else torch.optim.SGD(parameters, lr=0.01, momentum=0.9))
    forward = torch.compile(model) if settings["compile"] == "1" else model
    views = int(settings["views"])
    rows = int(settings["batch"]) * views
    size = int(settings["size"])
    x = torch.randn(rows, 3, size, size).contiguous(memory_format=torch.channels_last).to(device)
    torch.backends.cudnn.allow_tf32 = False  # as mmcr: float32 is float32
    bf16 = settings["precision"] == "bf16"

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            z = forward(x)
        loss = mmcr(z, views)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(int(settings["warmup"])):
        step()
    times = []
    cpu = time.process_time()
    for _ in range(int(settings["steps"])):
        start = time.perf_counter()
        loss = step()
        times.append((time.perf_counter() - start) * 1e3)
    cpu = (time.process_time() - cpu) * 1e3 / len(times)
    median = statistics.median(times)
    print(json.dumps(dict(settings=settings, torch=torch.__version__, median_ms=median, min_ms=min(times), cpu_ms=cpu,
                          views_per_second=rows / median * 1e3, loss=loss)))


main()
