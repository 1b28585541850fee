"""Loads what mmcr exported with the programs that people use, and compares features.

clients.py torchvision|timm WEIGHTS EXPECTED   safetensors of a ResNet-18 with the CIFAR stem, projector and classifier
clients.py torchscript MODEL EXPECTED
clients.py onnx MODEL EXPECTED                 ONNX checker and ONNX Runtime

EXPECTED is a safetensors file with an "input" and one tensor for each output, by its name.
"""
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file

TOLERANCE = 1e-4


def compare(name, found, expected):
    difference = ((found - expected).abs().max() / expected.abs().max()).item()
    print(f"{name}: {tuple(found.shape)}, largest relative difference {difference:.1e}")
    assert difference < TOLERANCE, name


def weights(library, path, expected):
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["format"] == "pt" and metadata["version"] and "preprocessing" in metadata, metadata
    state = load_file(path)
    if library == "torchvision":
        import torchvision

        print("torchvision", torchvision.__version__, "torch", torch.__version__)
        model = torchvision.models.resnet18(num_classes=3)
    else:
        import timm

        print("timm", timm.__version__, "torch", torch.__version__)
        model = timm.create_model("resnet18", num_classes=3)
    model.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.maxpool = torch.nn.Identity()
    result = model.load_state_dict(state, strict=False)
    assert not result.missing_keys, result
    assert all(key.startswith("projector.") for key in result.unexpected_keys), result
    model.eval()
    with torch.no_grad():
        compare("logits", model(expected["input"]), expected["logits"])
        model.fc = torch.nn.Identity()
        compare("features", model(expected["input"]), expected["features"])


def graph(path, expected):
    import onnx
    import onnxruntime

    print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    wanted = [output.name for output in session.get_outputs()]
    print("inputs", [(i.name, i.shape) for i in session.get_inputs()])
    print("outputs", [(o.name, o.shape) for o in session.get_outputs()])
    print("metadata", sorted(session.get_modelmeta().custom_metadata_map))
    source = session.get_inputs()[0].name
    for rows in (expected["input"], expected["input"][:1]):
        found = session.run(wanted, {source: rows.numpy()})
        for name, values in zip(wanted, found):
            compare(name, torch.from_numpy(values), expected[name][: len(rows)])


def script(path, expected):
    extra = {"mmcr.json": ""}
    module = torch.jit.load(path, _extra_files=extra)
    print("torch", torch.__version__, len(extra["mmcr.json"]), "characters of metadata")
    found = module(expected["input"])
    for name, values in found.items():
        compare(name, values, expected[name])


if __name__ == "__main__":
    task, path, reference = sys.argv[1:]
    tensors = load_file(reference)
    if task == "onnx":
        graph(path, tensors)
    elif task == "torchscript":
        script(path, tensors)
    else:
        weights(task, path, tensors)
