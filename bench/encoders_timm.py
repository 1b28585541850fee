"""Features of photographs by timm or torchvision, beside those of `mmcr embed` on the same weights.

usage: encoders_timm.py [--mmcr ./mmcr] [--photographs 24] [--speed COUNT] [--of 1024x768] [--precision fp32|bf16]
                        [NAME ...]

NAME is a model of timm, or torchvision:NAME of torchvision; the default is one network of each family. Weights are
drawn, because none are downloaded; statistics of batch norm are drawn too. The photographs are crops of the two that
scikit-learn ships, written as JPEG files of 300 x 200 and of 1024 x 768 pixels. Python prepares each picture with the
model's own transform; mmcr reads the preparation from timm's config.json beside the weights, or is told it
(torchvision).

Features of one picture resemble those of another where weights are drawn, so each cosine is that of features less
their mean over the pictures. --speed COUNT also times COUNT pictures of the size --of: mmcr embed as a whole, less the
time of a command of the same pictures of 8, beside PyTorch's forward passes alone on prepared arrays in batches of
16; and beside whole Python with one process that prepares and computes. Both sides compute in --precision; in Python
bf16 means weights and pictures in bfloat16. Needs torch, timm, torchvision, safetensors,
scikit-learn and Pillow.
"""

import argparse
import csv
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import timm
import torch
import torchvision
from PIL import Image
from safetensors.torch import save_file
from sklearn.datasets import load_sample_images

DEFAULT = ["vit_small_patch16_224", "deit_tiny_patch16_224", "vit_small_patch14_dinov2", "convnext_tiny", "resnet50",
           "torchvision:resnet18", "torchvision:vit_b_16", "torchvision:convnext_tiny"]
BATCH = 16


def photographs(folder, count, width, height):
    draw = np.random.RandomState(width)
    scenes = [Image.fromarray(scene) for scene in load_sample_images().images]
    folder.mkdir()
    for i in range(count):
        scene = scenes[i % len(scenes)]
        side = draw.uniform(0.4, 1) * min(scene.width / width, scene.height / height)
        w, h = width * side, height * side
        left, top = draw.uniform(0, scene.width - w), draw.uniform(0, scene.height - h)
        picture = scene.resize((width, height), Image.LANCZOS, (left, top, left + w, top + h))
        picture.save(folder / f"{i:04d}.jpg", quality=90)
    return folder


def drawn(model):
    torch.manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim > 1:
                fan_in = parameter[0].numel() / 2 if parameter.ndim == 4 else parameter.shape[-1]
                parameter.normal_(0, fan_in**-0.5)
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.7, 1.3)
    return model.eval()


def network(name, folder):
    """Model, transform and further options of mmcr; the weights are in folder."""
    if name.startswith("torchvision:"):
        short = name.split(":")[1]
        model = drawn(torchvision.models.get_model(short, weights=None))
        save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors")
        for head in ("fc", "heads"):
            if hasattr(model, head):
                setattr(model, head, torch.nn.Identity())
        if hasattr(model, "classifier"):
            model.classifier[-1] = torch.nn.Identity()
        transform = torchvision.transforms._presets.ImageClassification(crop_size=224, resize_size=256)
        return model, transform, ["--arch", short, "--preprocess", "imagenet"]
    model = drawn(timm.create_model(name, pretrained=False, num_classes=0))
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors")
    config = {key: model.pretrained_cfg[key] for key in ("input_size", "interpolation", "crop_pct", "mean", "std")}
    (folder / "config.json").write_text(json.dumps({"architecture": name, "pretrained_cfg": config}))
    transform = timm.data.create_transform(**timm.data.resolve_model_data_config(model), is_training=False)
    return model, transform, ["--arch", name]


def embed(options, more, weights, pictures, out):
    start = time.perf_counter()
    command = [options.mmcr, "embed", "--encoder", weights, "--data", pictures, "--out", out, "--overwrite", "--no-cache"]
    subprocess.run([*command, "--precision", options.precision, *more], check=True, capture_output=True)
    seconds = time.perf_counter() - start
    with open(out.with_suffix(".csv")) as rows:
        names = [row["path"] for row in csv.DictReader(rows)]
    return names, np.load(out), seconds


@torch.inference_mode()
def python(options, model, transform, pictures, names):
    kind = torch.bfloat16 if options.precision == "bf16" else torch.float32
    model = model.to(kind)
    start = time.perf_counter()
    x = torch.stack([transform(Image.open(pictures / name).convert("RGB")) for name in names]).to(kind)
    prepared = time.perf_counter() - start
    start = time.perf_counter()
    features = torch.cat([model(x[i : i + BATCH]) for i in range(0, len(x), BATCH)])
    return features.float().numpy(), prepared, time.perf_counter() - start


def compare(options, name, work):
    folder = work / name.replace(":", "-")
    folder.mkdir()
    model, transform, more = network(name, folder)
    cells = []
    for pictures in (work / "300x200", work / "1024x768"):
        names, found, _ = embed(options, more, folder / "model.safetensors", pictures, folder / "x.npy")
        expected = python(options, model, transform, pictures, names)[0]
        a, b = expected - expected.mean(0), found - expected.mean(0)
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        others = np.corrcoef(expected)[np.triu_indices(len(expected), 1)]
        cells.append(f"{cosine.min():.6f} | {np.median(others):.3f}")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)
    if options.speed:
        many = work / "many"
        few = work / "few"
        if not many.exists():
            width, height = map(int, options.of.split("x"))
            photographs(many, options.speed, width, height)
            photographs(few, 8, width, height)
        weights = folder / "model.safetensors"
        python(options, model, transform, few, [f"{i:04d}.jpg" for i in range(8)])
        for _ in range(3):
            start = embed(options, more, weights, few, folder / "x.npy")[2]
            names, _, seconds = embed(options, more, weights, many, folder / "x.npy")
            _, prepared, forward = python(options, model, transform, many, names)
            print(f"  pictures/s: mmcr embed {(options.speed - 8) / (seconds - start):.1f}, PyTorch forward alone "
                  f"{options.speed / forward:.1f}, with preparation {options.speed / (forward + prepared):.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=DEFAULT)
    parser.add_argument("--mmcr", default="./mmcr")
    parser.add_argument("--photographs", type=int, default=24)
    parser.add_argument("--speed", type=int, default=0)
    parser.add_argument("--of", default="1024x768", help="width and height of the timed pictures")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    options = parser.parse_args()
    print(f"timm {timm.__version__}, torchvision {torchvision.__version__}, torch {torch.__version__}\n")
    print("| network | smallest cosine, 300 x 200 | correlation of two pictures | smallest cosine, 1024 x 768 "
          "| correlation of two pictures |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        for width, height in ((300, 200), (1024, 768)):
            photographs(work / f"{width}x{height}", options.photographs, width, height)
        for name in options.names:
            compare(options, name, work)


if __name__ == "__main__":
    main()
