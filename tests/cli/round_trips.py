"""Exports a model with every exporter and reads what was written with foreign readers that know nothing of Bitwright's
code: numpy, h5py, a C compiler, torch, onnx, and the GGUF reader beside the GGUF tests. The values must be, bit for
bit, those of the float file that --dequantized writes.

round_trips.py CLI MODEL FOLDER EXPORTER…: prints a line per exporter and format, "same N tensors" or "refused: why".
"""
import contextlib
import io
import json
import os
import struct
import subprocess
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FORMATS = {"gguf": ["q4_0"], "safetensors": ["kmeans4/c"], "compressed-tensors": ["int4/c"]}
USUAL = ["kmeans4/c", "int4/c", "int4s/b32"]
TYPES = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U32": "<u4", "U8": "u1", "I8": "i1",
         "BOOL": "?", "U16": "<u2", "I16": "<i2", "U64": "<u8"}
PROGRAM = r"""
#include "model.h"
#include <stdio.h>
int main(void)
{
    int n;
    for (n = 0; n < BW_TENSOR_COUNT; ++n) {
        const bw_tensor *t = &bw_tensors[n];
        uint64_t i;
        printf("%s\t%llu\n", t->name, (unsigned long long)t->count);
        for (i = 0; i < t->count; ++i) {
            const float value = bw_value(t, i);
            fwrite(&value, sizeof value, 1, stdout);
        }
    }
    return 0;
}
"""


def safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            raw = data[8 + length + a:8 + length + b]
            if entry["dtype"] == "BF16":
                arrays[name] = (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4").reshape(entry["shape"])
            else:
                arrays[name] = np.frombuffer(raw, TYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays, header.get("__metadata__", {})


def unpacked(codes, bits, count):
    flat = np.unpackbits(np.ascontiguousarray(codes).reshape(-1).view(np.uint8), bitorder="little")
    return flat[:count * bits].reshape(count, bits) @ (1 << np.arange(bits))


def moved(values, shape, axis):
    rows = list(shape)
    rows.insert(0, rows.pop(axis))
    return np.moveaxis(values.reshape(rows), 0, axis)


def native(path):
    arrays, metadata = safetensors(path)
    layers = json.loads(metadata["bitwright.layers"])
    parts = {part for layer in layers.values() for part in layer["parts"].values()}
    out = {name: array for name, array in arrays.items() if name not in parts}
    for name, layer in layers.items():
        count = int(np.prod(layer["shape"]))
        table = arrays[layer["parts"]["codebooks"]].reshape(-1, 1 << layer["code_bits"])
        codes = unpacked(arrays[layer["parts"]["codes"]], layer["code_bits"], count)
        row = np.arange(count) // (count // len(table))
        out[name] = moved(table[row, codes], layer["shape"], layer["out_axis"])
    return out


def arrays_decoded(e, a):
    """As the README says, for numpy and h5py."""
    if "values" in a:
        return a["values"]
    b, n = int(e["code_bits"]), int(np.prod(e["shape"]))
    c = unpacked(a["codes"], b, n)
    i = np.arange(n)
    row = i // int(e["row_length"])
    g = row * int(e["groups_per_row"]) + i % int(e["row_length"]) // int(e["group_length"])
    if "codebook" in a:
        v = a["codebook"][0 if len(a["codebook"]) == 1 else row if e["table_per_row"] else g, c]
    else:
        zero = a["zero_points"].reshape(-1)[g].astype(int) if "zero_points" in a else 0
        v = (c + int(e["low"]) - zero).astype(np.float32)
    if "scales" in a:
        v = v * a["scales"].reshape(-1)[g].astype(np.float32)
    return moved(v, [int(s) for s in e["shape"]], int(e["out_axis"]))


def npz(path):
    z = np.load(path)
    layers = json.loads(z["bitwright.json"])["bitwright.layers"]
    parts = {name for e in layers.values() for name in e["arrays"].values()} | {"bitwright.json"}
    out = {name: z[name] for name in z.files if name not in parts}
    for name, e in layers.items():
        out[name] = arrays_decoded(e, {role: z[part] for role, part in e["arrays"].items()})
    return out


def hdf5(path):
    import h5py
    out = {}
    with h5py.File(path, "r") as file:
        def visit(name, item):
            if isinstance(item, h5py.Group) and "codes" in item:
                out[name] = arrays_decoded(dict(item.attrs), {role: item[role][()] for role in item})
            elif isinstance(item, h5py.Dataset) and "codes" not in item.parent:
                out[name] = item[()]
        file.visititems(visit)
    return out


def compressed(path):
    arrays, _ = safetensors(path)
    out = {}
    for name, array in arrays.items():
        if name.endswith("_packed"):
            base = name.removesuffix("_packed")
            rows, columns = (int(s) for s in arrays[base + "_shape"])
            words = array.view("<u4").reshape(rows, -1)
            codes = np.stack([words >> (4 * i) & 15 for i in range(8)], -1).reshape(rows, -1)[:, :columns]
            scale = arrays[base + "_scale"].astype(np.float32).reshape(rows, -1)
            out[base] = (codes.astype(np.int32) - 8).astype(np.float32) * np.repeat(scale, columns // scale.shape[1], 1)
        elif not name.endswith(("_scale", "_shape", "_zero_point")):
            out[name] = array
    return out


def c_header(path, folder):
    os.replace(path, os.path.join(folder, "model.h"))
    with open(os.path.join(folder, "main.c"), "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    run = os.path.join(folder, "run")
    subprocess.run(["cc", "-O1", "-o", run, os.path.join(folder, "main.c")], check=True)
    data = subprocess.run([run], check=True, stdout=subprocess.PIPE).stdout
    out, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        name, count = data[at:end].decode().rsplit("\t", 1)
        at = end + 1 + 4 * int(count)
        out[name] = np.frombuffer(data[end + 1:at], "<f4")
    return out


def gguf(path):
    sys.path.insert(0, os.path.join(HERE, "..", "core", "gguf_files"))
    import gguf_reader
    reader = gguf_reader.Reader(path)
    return {name: np.asarray(gguf_reader.dequantize(kind, raw), np.float32).reshape(shape)
            for name, (shape, kind, raw) in reader.tensors.items()}


def compare(found, reference, quantized, isFlat=False):
    for name in quantized:
        assert name in found, "missing " + name
    same = 0
    for name, value in found.items():
        if name not in reference:
            continue
        wanted = reference[name]
        if not isFlat:
            assert tuple(value.shape) == wanted.shape, (name, value.shape, wanted.shape)
        if value.dtype != wanted.dtype:
            value = value.astype(wanted.dtype)
        # 0 and -0 are the same number.
        left, right = np.ascontiguousarray(value).reshape(-1), np.ascontiguousarray(wanted).reshape(-1)
        assert (left == right).all(), (name, int(np.argmax(left != right)))
        same += 1
    return same


def torch_tensors(path, dequantized, reference, quantized):
    """`dequantized`: the program with plain weights, whose outputs a packed one must have too."""
    import torch
    torch.manual_seed(7)
    ours, plain = torch.jit.load(path), torch.jit.load(dequantized)
    inputs = torch.randn(16, 3, 32, 32)
    with torch.no_grad():
        assert torch.equal(ours(inputs), plain(inputs)), "outputs"
    return compare({name: value.numpy() for name, value in plain.state_dict().items()}, reference, quantized)


def onnx_tensors(model, out, reference):
    """Compares the whole graph too; see there."""
    sys.path.insert(0, os.path.join(HERE, "..", "core", "onnx_export"))
    import read_export
    with contextlib.redirect_stdout(io.StringIO()) as said:
        read_export.compare(model, out, reference)
    count = len(said.getvalue().strip().split("\n")) - 1  # the last line is about the graph
    assert count > 0, "nothing was compared"
    return count


def attempt(cli, model, folder, exporter, style):
    os.makedirs(folder)
    out, reference = os.path.join(folder, "out"), os.path.join(folder, "reference.safetensors")
    done = subprocess.run([cli, "quantize", model, "-o", out, "--to", exporter, "--format", style, "--json"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode == 4:
        return "refused: " + json.loads(done.stdout)["error"]["message"]
    assert done.returncode == 0, done.stderr.decode()
    subprocess.run([cli, "quantize", model, "-o", reference, "--dequantized", "--format", style, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([cli, "verify", out, "--source", model, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    arrays, metadata = safetensors(reference)
    quantized = json.loads(metadata["bitwright.formats"])
    assert quantized, "nothing was quantized"
    if exporter.startswith("torchscript"):
        plain = os.path.join(folder, "plain.pt")
        subprocess.run([cli, "quantize", model, "-o", plain, "--to", "torchscript", "--format", style, "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        return f"same {torch_tensors(out, plain, arrays, quantized)} tensors"
    if exporter.startswith("onnx"):
        return f"same {onnx_tensors(model, out, reference)} tensors"
    read = {"safetensors": native, "npz": npz, "hdf5": hdf5, "compressed-tensors": compressed, "gguf": gguf}
    found = c_header(out, folder) if exporter == "c" else read[exporter](out)
    return f"same {compare(found, arrays, quantized, exporter == 'c')} tensors"


def main(cli, model, folder, *exporters):
    for exporter in exporters:
        for number, style in enumerate(FORMATS.get(exporter, USUAL)):
            try:
                said = attempt(cli, model, os.path.join(folder, f"{exporter}{number}"), exporter, style)
            except Exception as error:
                raise Exception(f"{model} {exporter} {style}") from error
            print(exporter, style, said, sep="\t", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
