"""Prints as JSON what TensorBoard's own reader finds in a run's tensorboard folder."""
import json
import os
import sys

from google.protobuf import text_format
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

root = sys.argv[1]
found = {}
for name in ("training", "evaluation"):
    events = event_accumulator.EventAccumulator(
        os.path.join(root, name), size_guidance={"scalars": 0, "images": 0})
    events.Reload()
    tags = events.Tags()
    found[name] = {
        "scalars": {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in tags["scalars"]},
        "images": {tag: [[event.width, event.height] for event in events.Images(tag)] for tag in tags["images"]},
    }
folder = os.path.join(root, "evaluation")
with open(os.path.join(folder, "projector_config.pbtxt")) as file:
    embedding = text_format.Parse(file.read(), ProjectorConfig()).embeddings[0]
with open(os.path.join(folder, embedding.tensor_path)) as file:
    rows = [[float(value) for value in line.split("\t")] for line in file]
with open(os.path.join(folder, embedding.metadata_path)) as file:
    metadata = file.read().splitlines()
found["projector"] = {
    "rows": len(rows),
    "widths": sorted({len(row) for row in rows}),
    "metadata": len(metadata),
    "sprite": os.path.getsize(os.path.join(folder, embedding.sprite.image_path)) > 0,
}
print(json.dumps(found))
