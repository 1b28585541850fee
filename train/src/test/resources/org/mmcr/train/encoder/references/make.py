"""Makes the reference outputs in this folder: small vision transformers of transformers, open_clip and timm with weights
from a formula, and the names and shapes of the tensors of the published ones.

  python make.py        needs torch, transformers, open_clip, timm, numpy

For the tensor NAME with n numbers and i = 0..n-1, in row-major order,
  u(i) = frac((i + 1) * 0.6180339887498949 + crc32(NAME) / 2^32)      in float64, frac(x) = x - floor(x)
  class, distillation and register tokens, positions named in TOKENS: 0.2 u - 0.1
  two or more dimensions:                                             (2 u - 1) * sqrt(3 / fan_in), fan_in = n / shape[0]
  name ends in weight, gamma or lambda1 (one dimension):              0.8 + 0.4 u
  anything else:                                                      0.2 u - 0.1
rounded to float32. Inputs: x(i) = 2 frac((i + 1) * 0.7548776662466927) - 1, shape (2, 3, S, S). The networks are made for
16 pixels and compared at 16 and 24, so that positions are interpolated. `cls` and `mean` follow the last norm: the class
token (for distilled DeiT, the mean of both), and the mean of the patch tokens.
"""

import json
import os
import zlib

import numpy as np
import torch

# torchvision's Python part works with a PyTorch for CPUs once the operators that its imports name exist.
OPERATORS = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms", "roi_align", "qroi_align", "roi_pool", "ps_roi_align", "ps_roi_pool", "deform_conv2d"):
    OPERATORS.define(f"{operator}(Tensor x) -> Tensor")
    OPERATORS.define(f"_{operator}_backward(Tensor x) -> Tensor")

import open_clip
import timm
import transformers
from timm.models.deit import VisionTransformerDistilled

HERE = os.path.dirname(os.path.abspath(__file__))
TOKENS = ("cls_token", "pos_embed", "mask_token", "reg_token", "register_tokens", "position_embeddings", "class_token",
          "pos_embedding", "dist_token")
SIZE, PATCH, WIDTH, DEPTH, HEADS = 16, 4, 12, 12, 3


def weights(name, shape):
    n = int(np.prod(shape))
    u = (np.arange(1, n + 1, dtype=np.float64) * 0.6180339887498949 + zlib.crc32(name.encode()) / 2.0**32) % 1.0
    if name.split(".")[-1] in TOKENS:
        v = 0.2 * u - 0.1
    elif len(shape) >= 2:
        v = (2 * u - 1) * np.sqrt(3.0 / (n // shape[0]))
    elif name.endswith(("weight", "gamma", "lambda1")):
        v = 0.8 + 0.4 * u
    else:
        v = 0.2 * u - 0.1
    return torch.from_numpy(v.astype(np.float32).reshape(shape))


def inputs(size):
    k = 2 * 3 * size * size
    u = (np.arange(1, k + 1, dtype=np.float64) * 0.7548776662466927) % 1.0
    return torch.from_numpy((2 * u - 1).astype(np.float32).reshape(2, 3, size, size))


def filled(model):
    state = model.state_dict()
    model.load_state_dict({k: weights(k, tuple(v.shape)) if v.is_floating_point() else v for k, v in state.items()})
    return model.eval()


def pooled(tokens, prefix, classes=1):
    return {"cls": tokens[:, :classes].mean(1), "mean": tokens[:, prefix:].mean(1)}


def clip(size):
    config = transformers.CLIPVisionConfig(
        hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS,
        image_size=SIZE, patch_size=PATCH, hidden_act="quick_gelu")
    model = filled(transformers.CLIPVisionModel(config))
    tower = getattr(model, "vision_model", model)
    tokens = model(inputs(size), interpolate_pos_encoding=size != SIZE).last_hidden_state
    return model, pooled(tower.post_layernorm(tokens), 1)


def open_clip_tower(quick):
    def make(size):
        act = open_clip.transformer.QuickGELU if quick else torch.nn.GELU
        def tower(side):
            return open_clip.transformer.VisionTransformer(
                image_size=side, patch_size=PATCH, width=WIDTH, layers=DEPTH, heads=HEADS, mlp_ratio=4.0,
                act_layer=act, output_tokens=True)
        model = filled(tower(SIZE))
        other = torch.nn.Module()
        other.visual = tower(size)
        state = {"visual." + k: v for k, v in model.state_dict().items()}
        open_clip.model.resize_pos_embed(state, other)
        other.load_state_dict(state)
        other.visual.eval()
        other.visual.proj = None
        cls, patches = other.visual(inputs(size))
        return model, {"cls": cls, "mean": patches.mean(1)}
    return make


def registers(size):
    config = transformers.Dinov2WithRegistersConfig(
        hidden_size=WIDTH, num_hidden_layers=DEPTH, num_attention_heads=HEADS, mlp_ratio=4, image_size=SIZE,
        patch_size=PATCH, num_register_tokens=4)
    model = filled(transformers.Dinov2WithRegistersModel(config))
    return model, pooled(model(inputs(size)).last_hidden_state, 5)


def distilled(size):
    model = filled(VisionTransformerDistilled(
        img_size=SIZE, patch_size=PATCH, embed_dim=WIDTH, depth=DEPTH, num_heads=HEADS, num_classes=0,
        dynamic_img_size=True))
    found = pooled(model.forward_features(inputs(size)), 2, 2)
    assert torch.equal(model(inputs(size)), found["cls"])
    return model, found


def encoder(names, activation="gelu", epsilon=1e-6, layer_scale=0.0, register_tokens=0):
    return {"type": "vit-tiny", "names": names, "size": SIZE, "patch": PATCH, "width": WIDTH, "activation": activation,
            "epsilon": epsilon, "layerScale": layer_scale, "registers": register_tokens, "pool": "cls", "dropPath": 0.0}


CASES = {
    "transformers-clip": (clip, encoder("transformers-clip", "quick_gelu", 1e-5)),
    "open_clip": (open_clip_tower(False), encoder("open_clip", "gelu", 1e-5)),
    "open_clip-quickgelu": (open_clip_tower(True), encoder("open_clip", "quick_gelu", 1e-5)),
    "transformers-dinov2-with-registers": (registers, encoder("transformers-dinov2", layer_scale=1e-5, register_tokens=4)),
    "timm-distilled": (distilled, encoder("timm-distilled", register_tokens=1)),
}


def published():
    def clip_tower(patch):
        return transformers.CLIPVisionModel(transformers.CLIPVisionConfig(
            hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, patch_size=patch))
    yield "clip-vit-base-patch32", clip_tower(32)
    yield "clip-vit-base-patch16", clip_tower(16)
    yield "ViT-B-32", open_clip.create_model("ViT-B-32", pretrained=None)
    yield "ViT-B-16", open_clip.create_model("ViT-B-16", pretrained=None)
    yield "dinov2-with-registers-small", transformers.Dinov2WithRegistersModel(transformers.Dinov2WithRegistersConfig(
        hidden_size=384, num_hidden_layers=12, num_attention_heads=6, mlp_ratio=4, image_size=518, patch_size=14))
    yield "deit_tiny_distilled_patch16_224", timm.create_model("deit_tiny_distilled_patch16_224")


def write_shapes(file, model):
    with open(os.path.join(HERE, file), "w") as out:
        out.writelines(f"{k} {list(v.shape)} {str(v.dtype)[6:]}\n" for k, v in model.state_dict().items())


def main():
    cases = {}
    with torch.no_grad():
        for name, (make, spec) in CASES.items():
            outputs = {}
            for size in (SIZE, 24):
                model, found = make(size)
                for output, values in found.items():
                    file = f"{name}-{size}.{output}.npy"
                    np.save(os.path.join(HERE, file), values.numpy().astype(np.float32))
                    outputs.setdefault(str(size), {})[output] = file
                print(name, size, {k: tuple(v.shape) for k, v in found.items()}, flush=True)
            write_shapes(name + ".tensors.txt", model)
            cases[name] = {"encoder": spec, "tensors": name + ".tensors.txt", "outputs": outputs}
        for name, model in published():
            write_shapes(f"{name}.tensors.txt", model)
            print(name, flush=True)
    versions = {m.__name__: m.__version__ for m in (torch, transformers, open_clip, timm)}
    with open(os.path.join(HERE, "cases.json"), "w") as out:
        json.dump({"versions": versions, "networks": cases}, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main()
