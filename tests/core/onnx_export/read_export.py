"""Reads an ONNX file that Bitwright wrote, knowing nothing of Bitwright: python3-onnx for the protobuf, numpy float32
for the operators, as Operators.md of ONNX defines them.

read_export.py [SOURCE EXPORT EXPECTED]…: checks that EXPORT is SOURCE but for the weights named in EXPECTED (a safetensors
file of plain float values), and that evaluating each of these in EXPORT gives exactly the bits of EXPECTED. Prints one
line per weight: name, operators.
"""
import json
import struct
import sys

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper

UINT4, INT4 = 21, 22
FLOATS = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.DOUBLE: np.float64}
INTEGERS = {TensorProto.INT32: np.int32, TensorProto.INT64: np.int64}


def safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    types = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
    out = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] in types:
            a, b = entry["data_offsets"]
            out[name] = np.frombuffer(data[8 + length + a:8 + length + b], types[entry["dtype"]]).reshape(entry["shape"])
    return out, json.loads(header["__metadata__"]["bitwright.formats"])


def array(tensor):
    if tensor.data_type in (UINT4, INT4):
        count = int(np.prod(tensor.dims))
        packed = np.frombuffer(tensor.raw_data, np.uint8)
        assert len(packed) == (count + 1) // 2, "nibbles"
        values = np.stack([packed & 15, packed >> 4], -1).reshape(-1)
        assert count % 2 == 0 or values[-1] == 0, "unused nibble"
        values = values[:count].astype(np.int8)
        if tensor.data_type == INT4:
            values = np.where(values > 7, values - 16, values).astype(np.int8)
        return values.reshape(tensor.dims)
    if tensor.data_type == TensorProto.BFLOAT16:
        words = np.frombuffer(tensor.raw_data, np.uint16).astype(np.uint32)
        return (words << 16).view(np.float32).reshape(tensor.dims)
    return numpy_helper.to_array(tensor)


class Graph:
    def __init__(self, model):
        self.opset = max(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        self.model = model
        self.tensors = {t.name: t for t in model.graph.initializer}
        self.nodes = {o: n for n in model.graph.node for o in n.output}

    def attributes(self, node):
        return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def value(self, name, ops):
        if name in self.tensors:
            return array(self.tensors[name])
        node = self.nodes[name]
        ops.append(node.op_type)
        if node.op_type == "Constant":
            return array(self.attributes(node)["value"])
        assert node.domain in ("", "ai.onnx")
        return getattr(self, node.op_type)(node, self.attributes(node), [self.value(i, ops) for i in node.input])

    def Cast(self, node, attributes, inputs):
        to = attributes["to"]
        tensor = self.tensors.get(node.input[0])
        assert self.opset >= 13 or TensorProto.BFLOAT16 not in (to, tensor.data_type if tensor else 0)
        assert self.opset >= 21 or tensor is None or tensor.data_type not in (UINT4, INT4)
        return inputs[0].astype({**FLOATS, **INTEGERS}[to])

    def DequantizeLinear(self, node, attributes, inputs):
        x, scale = inputs[:2]
        tensor = self.tensors[node.input[0]]
        assert scale.dtype == np.float32 and self.opset >= 10
        assert tensor.data_type in (TensorProto.INT8, TensorProto.UINT8) or self.opset >= 21
        block = attributes.get("block_size", 0)
        assert block == 0 or self.opset >= 21
        zero = np.zeros_like(scale, np.int64)
        if len(inputs) > 2:
            assert inputs[2].shape == scale.shape
            assert self.tensors[node.input[2]].data_type == tensor.data_type
            zero = inputs[2].astype(np.int64)
        if scale.ndim > 0:
            assert self.opset >= 13, "per axis"
            axis = attributes.get("axis", 1)
            assert -x.ndim <= axis < x.ndim
            if block:
                assert scale.ndim == x.ndim
                assert all(scale.shape[i] == (x.shape[i] if i != axis else -(-x.shape[i] // block)) for i in range(x.ndim))
                keep = np.arange(x.shape[axis])
                scale = np.repeat(scale, block, axis).take(keep, axis)
                zero = np.repeat(zero, block, axis).take(keep, axis)
            else:
                assert scale.shape == (x.shape[axis],)
                shape = [1] * x.ndim
                shape[axis] = -1
                scale, zero = scale.reshape(shape), zero.reshape(shape)
        return (x.astype(np.int64) - zero).astype(np.float32) * scale

    def same(self, a, b):
        assert self.opset >= 7 and a.dtype == b.dtype, (a.dtype, b.dtype)

    def Mul(self, node, attributes, inputs):
        self.same(*inputs)
        return inputs[0] * inputs[1]

    def Add(self, node, attributes, inputs):
        self.same(*inputs)
        return inputs[0] + inputs[1]

    def Sub(self, node, attributes, inputs):
        self.same(*inputs)
        return inputs[0] - inputs[1]

    def Gather(self, node, attributes, inputs):
        data, indices = inputs
        assert indices.dtype in (np.int32, np.int64) and indices.min() >= 0 and indices.max() < data.shape[0]
        return np.take(data, indices, axis=attributes.get("axis", 0))

    def Expand(self, node, attributes, inputs):
        assert self.opset >= 8
        return np.broadcast_to(inputs[0], np.broadcast_shapes(inputs[0].shape, tuple(inputs[1])))

    def Reshape(self, node, attributes, inputs):
        assert self.opset >= 5 and inputs[1].dtype == np.int64
        return inputs[0].reshape(inputs[1])

    def Slice(self, node, attributes, inputs):
        if self.opset >= 10:
            starts, ends, axes = (list(i) for i in inputs[1:])
        else:
            assert len(inputs) == 1
            starts, ends, axes = (list(attributes[k]) for k in ("starts", "ends", "axes"))
        index = [slice(None)] * inputs[0].ndim
        for s, e, a in zip(starts, ends, axes):
            index[a] = slice(s, e)
        return inputs[0][tuple(index)]

    def Transpose(self, node, attributes, inputs):
        return inputs[0].transpose(attributes["perm"])


def check_rules(model):
    """Unique names, and nothing used before it is there; onnx.checker where it knows the versions."""
    def walk(graph, outer):
        known = set(outer)
        own = set()
        for name in [i.name for i in graph.initializer] + [i.name for i in graph.input if i.name not in
                                                            {t.name for t in graph.initializer}]:
            assert name not in own, "twice: " + name
            own.add(name)
        known |= own
        for node in graph.node:
            for name in node.input:
                assert not name or name in known, "before it is made: " + name
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    walk(attribute.g, known)
                for inner in attribute.graphs:
                    walk(inner, known)
            for name in node.output:
                assert not name or name not in known, "twice: " + name
                known.add(name)
        for output in graph.output:
            assert output.name in known, output.name
    walk(model.graph, set())
    if model.ir_version <= 8 and all(o.version <= 17 for o in model.opset_import if o.domain in ("", "ai.onnx")):
        onnx.checker.check_model(model)


def compare(source, export, expected):
    source, export = onnx.load(source), onnx.load(export)
    expected, formats = safetensors(expected)
    check_rules(export)
    graph = Graph(export)
    for name in formats:
        ops = []
        value = graph.value(name, ops)
        # A float16 graph gets the values rounded once more, to its own type.
        own = next((numpy_helper.to_array(t).dtype for t in source.graph.initializer if t.name == name), np.dtype("f4"))
        assert value.dtype == own, (name, value.dtype)
        expected[name] = expected[name].astype(own)
        assert value.shape == expected[name].shape, (name, value.shape, expected[name].shape)
        same = np.ascontiguousarray(value).tobytes() == expected[name].tobytes()
        assert same, (name, int(np.argmax(value.ravel() != expected[name].ravel())))
        print(name, ",".join(reversed(ops)), sep="\t")
    # All else is as it was.
    weights = set(formats)
    def kept(nodes):
        return [n.SerializeToString() for n in nodes if not (n.op_type == "Constant" and n.output[0] in weights)]
    old, new = kept(source.graph.node), kept(export.graph.node)
    at = 0
    for node in new:
        at += at < len(old) and node == old[at]
    assert at == len(old), "nodes"
    tensors = {t.name: t for t in export.graph.initializer}
    for tensor in source.graph.initializer:
        if tensor.name not in weights:
            assert tensors[tensor.name].data_type == tensor.data_type
            assert (numpy_helper.to_array(tensors[tensor.name]) == numpy_helper.to_array(tensor)).all(), tensor.name
            assert tensors[tensor.name].data_location == TensorProto.DEFAULT
    inputs = [i for i in source.graph.input if i.name not in weights]
    assert [i.SerializeToString() for i in inputs] == [
        i.SerializeToString() for i in export.graph.input if i.name not in weights]
    for field in ("output", "value_info", "quantization_annotation", "sparse_initializer"):
        assert [v.SerializeToString() for v in getattr(source.graph, field)] == [
            v.SerializeToString() for v in getattr(export.graph, field)], field
    assert source.graph.name == export.graph.name and source.producer_name == export.producer_name
    properties = {p.key: p.value for p in export.metadata_props}
    assert all(properties[p.key] == p.value for p in source.metadata_props if not p.key.startswith("bitwright."))
    assert len(properties["bitwright.source_sha256"]) == 64 and properties["bitwright.recipe"]
    print("opset", graph.opset, "ir", export.ir_version, properties["bitwright.kind"], sep="\t")


def main(*files):
    for i in range(0, len(files), 3):
        try:
            compare(*files[i:i + 3])
        except Exception as error:
            raise Exception(" ".join(files[i:i + 3])) from error
