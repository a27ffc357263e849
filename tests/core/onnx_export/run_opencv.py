"""Runs ONNX files in OpenCV's DNN module.

run_opencv.py pictures DATA.safetensors COUNT FILE…: images and labels through each; prints per file: right answers, and
"same" if the logits are those of the first, bit for bit.
run_opencv.py noise SHAPE FILE…: the same with random numbers of that shape (1x3x240x320), and all outputs.
A file that OpenCV cannot load: "refused". With "fold:" before the name, weights are worked out here first (numpy), as
engines do that fold constants. Prints "none" if there is no OpenCV.
"""
import json
import struct
import sys

import numpy as np
import onnx
from onnx import numpy_helper

try:
    import cv2
except ImportError:
    print("none")
    sys.exit()


def safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    types = {"U8": np.uint8, "I64": np.int64}
    return {name: np.frombuffer(data[8 + length:][slice(*e["data_offsets"])], types[e["dtype"]]).reshape(e["shape"])
            for name, e in json.loads(data[8:8 + length]).items() if name != "__metadata__"}


def folded(path):
    model = onnx.load(path)
    graph = Graph(model)
    weights = [line.split("\t")[0] for p in model.metadata_props if p.key == "bitwright.layers"
               for line in p.value.splitlines()]
    names = set()
    for weight in weights:
        ops = []
        value = np.ascontiguousarray(graph.value(weight, ops))
        model.graph.initializer.append(numpy_helper.from_array(value, weight))
        names |= {weight}
    todo = list(names)
    while todo:
        name = todo.pop()
        node = graph.nodes.pop(name, None)
        tensor = graph.tensors.pop(name, None)
        if node is not None:
            todo += node.input
            model.graph.node.remove(node)
        elif tensor is not None: # of a type, perhaps, that OpenCV does not know
            model.graph.initializer.remove(tensor)
    out = path + ".folded.onnx"
    onnx.save(model, out)
    return out


def load(path):
    try:
        return cv2.dnn.readNetFromONNX(folded(path[5:]) if path.startswith("fold:") else path)
    except cv2.error:
        return None


def logits(net, batches):
    names = net.getUnconnectedOutLayersNames()
    out = []
    for batch in batches:
        net.setInput(batch)
        out += [o.copy().ravel() for o in net.forward(names)]
    return np.concatenate(out)


def main(kind, what, *rest):
    labels = None
    if kind == "pictures":
        data = safetensors(what)
        mean, std = (np.array(v, np.float32).reshape(1, 3, 1, 1) for v in ((.485, .456, .406), (.229, .224, .225)))
        images = (data["images"][:int(rest[0])].astype(np.float32) / np.float32(255) - mean) / std
        batches = [images[i:i + 1] for i in range(len(images))]
        labels, rest = data["labels"][:int(rest[0])], rest[1:]
    else:
        batches = [np.random.RandomState(1).rand(*map(int, what.split("x"))).astype(np.float32)]
    first = None
    for path in rest:
        net = load(path)
        if net is None:
            print("refused")
            continue
        found = logits(net, batches)
        first = found if first is None else first
        assert np.isfinite(found).all()
        right = "" if labels is None else int((found.reshape(len(labels), -1).argmax(1) == labels).sum())
        print(right, "same" if found.tobytes() == first.tobytes() else "other")


