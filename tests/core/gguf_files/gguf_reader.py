"""Reads GGUF files, written from the specification (docs/gguf.md of ggml) and the block layouts of ggml-common.h.

list FILE            one line per metadata entry and tensor, values as hashes
compare A B          what of A is not in B (both: metadata, tensors)
"""
import hashlib
import json
import struct
import sys

import numpy as np

NUMBERS = {0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "?", 10: "<u8", 11: "<i8", 12: "<f8"}
# type: values of a block, bytes of a block
BLOCKS = {0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
          11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 20: (32, 18), 23: (256, 136), 24: (1, 1),
          25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
          40: (64, 36)}


class Reader:
    def __init__(self, path):
        self.data = open(path, "rb").read()
        self.at = 0
        assert self.take(4) == b"GGUF"
        self.version = self.number("<u4")
        count, entries = int(self.number("<u8")), int(self.number("<u8"))
        self.metadata = {}
        for _ in range(entries):
            key = self.text().decode()
            assert key not in self.metadata
            start = self.at
            value = self.value(int(self.number("<u4")))
            self.metadata[key] = (value, self.data[start:self.at])
        self.alignment = int(self.metadata.get("general.alignment", (32, b""))[0])
        self.tensors = {}
        for _ in range(count):
            name = self.text().decode()
            sizes = [int(self.number("<u8")) for _ in range(int(self.number("<u4")))]
            kind, offset = int(self.number("<u4")), int(self.number("<u8"))
            assert name not in self.tensors
            self.tensors[name] = (sizes[::-1], kind, offset)
        start = -(-self.at // self.alignment) * self.alignment
        end = 0
        for name, (shape, kind, offset) in self.tensors.items():
            length, size = BLOCKS[kind]
            total = int(np.prod(shape)) // length * size
            assert offset == end, name
            end = -(-(offset + total) // self.alignment) * self.alignment
            raw = self.data[start + offset:start + offset + total]
            assert len(raw) == total, name
            self.tensors[name] = (shape, kind, raw)

    def take(self, count):
        part = self.data[self.at:self.at + count]
        assert len(part) == count
        self.at += count
        return part

    def number(self, kind):
        return np.frombuffer(self.take(np.dtype(kind).itemsize), kind)[0]

    def text(self):
        return self.take(int(self.number("<u8")))

    def value(self, kind):
        if kind == 8:
            return self.text().decode("utf-8", "surrogateescape")
        if kind == 9:
            inner, count = int(self.number("<u4")), int(self.number("<u8"))
            return [self.value(inner) for _ in range(count)]
        return self.number(NUMBERS[kind])


def half(raw, at):
    return raw[:, at:at + 2].copy().view("<f2").astype(np.float32)


def nibbles(q):
    return np.concatenate([q & 15, q >> 4], axis=1)


def k_scales(s):
    """12 bytes: eight scales and eight minima of six bits."""
    low = np.concatenate([s[:, 0:4] & 63, (s[:, 8:12] & 15) | (s[:, 0:4] >> 6 << 4)], axis=1)
    high = np.concatenate([s[:, 4:8] & 63, (s[:, 8:12] >> 4) | (s[:, 4:8] >> 6 << 4)], axis=1)
    return low.astype(np.float32), high.astype(np.float32)


def runs_of_64(q):
    """256 codes of four bits: 32 bytes hold the codes of 32 values and, above them, those of the next 32."""
    q = q.reshape(-1, 4, 32)
    return np.stack([q & 15, q >> 4], axis=2).reshape(-1, 8, 32)


def dequantize(kind, raw):
    length, size = BLOCKS[kind]
    if kind == 0:
        return np.frombuffer(raw, "<f4")
    if kind == 1:
        return np.frombuffer(raw, "<f2").astype(np.float32)
    if kind == 30:
        return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)
    if length == 1:
        return np.frombuffer(raw, {24: "<i1", 25: "<i2", 26: "<i4", 27: "<i8", 28: "<f8"}[kind]).astype(np.float32)
    b = np.frombuffer(raw, np.uint8).reshape(-1, size)
    f = np.float32
    table = np.array([-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], f)
    if kind == 2:
        y = half(b, 0) * (nibbles(b[:, 2:]).astype(f) - 8)
    elif kind == 3:
        y = half(b, 0) * nibbles(b[:, 4:]).astype(f) + half(b, 2)
    elif kind in (6, 7):
        skip = 2 if kind == 6 else 4
        fifth = np.unpackbits(b[:, skip:skip + 4], axis=1, bitorder="little") << 4
        q = (nibbles(b[:, skip + 4:]) | fifth).astype(f)
        y = half(b, 0) * (q - 16) if kind == 6 else half(b, 0) * q + half(b, 2)
    elif kind == 8:
        y = half(b, 0) * b[:, 2:].view(np.int8).astype(f)
    elif kind == 20:
        y = half(b, 0) * table[nibbles(b[:, 2:])]
    elif kind == 39:
        fp4 = np.array([0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12], f)
        y = np.ldexp(f(1), b[:, 0:1].astype(int) - 128).astype(f) * fp4[nibbles(b[:, 1:])]
    elif kind == 10:
        s = b[:, 0:16]
        q = b[:, 16:80].reshape(-1, 2, 1, 32) >> np.array([0, 2, 4, 6]).reshape(1, 1, 4, 1) & 3
        q = q.reshape(-1, 16, 16).astype(f)
        d, m = half(b, 80)[:, :, None], half(b, 82)[:, :, None]
        y = d * (s & 15).astype(f)[:, :, None] * q - m * (s >> 4).astype(f)[:, :, None]
    elif kind == 11:
        q = (b[:, 32:96].reshape(-1, 2, 1, 32) >> np.array([0, 2, 4, 6]).reshape(1, 1, 4, 1) & 3).reshape(-1, 8, 32)
        h = b[:, None, 0:32] >> np.arange(8).reshape(1, 8, 1) & 1
        q = (q.astype(np.int32) - np.where(h == 1, 0, 4)).reshape(-1, 16, 16).astype(f)
        t = b[:, 96:108]
        low = np.concatenate([t[:, 0:8] & 15, t[:, 0:8] >> 4], axis=1)
        high = np.concatenate([t[:, 8:12] >> k & 3 for k in (0, 2, 4, 6)], axis=1)
        y = half(b, 108)[:, :, None] * ((low | high << 4).astype(f) - 32)[:, :, None] * q
    elif kind in (12, 13):
        scales, minima = k_scales(b[:, 4:16])
        q = runs_of_64(b[:, 16 if kind == 12 else 48:])
        if kind == 13:
            q = q | (b[:, None, 16:48] >> np.arange(8).reshape(1, 8, 1) & 1) << 4
        d, m = half(b, 0), half(b, 2)
        y = (d * scales)[:, :, None] * q.astype(f) - (m * minima)[:, :, None]
    elif kind == 14:
        low = b[:, 0:128].reshape(-1, 2, 64)
        low = np.stack([low & 15, low >> 4], axis=2).reshape(-1, 2, 4, 32)
        high = b[:, 128:192].reshape(-1, 2, 1, 32) >> np.array([0, 2, 4, 6]).reshape(1, 1, 4, 1) & 3
        q = ((low | high << 4).astype(f) - 32).reshape(-1, 16, 16)
        y = half(b, 208)[:, :, None] * b[:, 192:208].view(np.int8).astype(f)[:, :, None] * q
    elif kind == 23:
        high = b[:, 2:4].copy().view("<u2").astype(np.int32) >> 2 * np.arange(8) & 3
        low = np.stack([b[:, 4:8] & 15, b[:, 4:8] >> 4], axis=2).reshape(-1, 8)
        scale = half(b, 0) * ((low | high << 4) - 32).astype(f)
        q = b[:, 8:].reshape(-1, 8, 16)
        y = scale[:, :, None] * table[np.concatenate([q & 15, q >> 4], axis=2)]
    else:
        return None
    return y.astype(f).reshape(-1)


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f4").tobytes()).hexdigest()


def listed(path):
    file = Reader(path)
    for key, (value, _) in file.metadata.items():
        if isinstance(value, list):
            print("entry", key, "array", len(value), sep="\t")
        elif isinstance(value, str):
            print("entry", key, "text", hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest(), sep="\t")
        elif isinstance(value, np.floating):
            print("entry", key, "real", repr(float(value)), sep="\t")
        else:
            print("entry", key, "whole", str(value).lower(), sep="\t")
    for name, (shape, kind, raw) in file.tensors.items():
        values = dequantize(kind, raw)
        known = "-" if values is None else digest(values)
        print("tensor", name, "x".join(map(str, shape)), kind, hashlib.sha256(raw).hexdigest(), known, sep="\t")


def compare(a, b):
    a, b = Reader(a), Reader(b)
    result = {"entries": [], "tensors": []}
    for key, (_, raw) in a.metadata.items():
        if b.metadata.get(key, (None, None))[1] != raw:
            result["entries"].append(key)
    for name, tensor in a.tensors.items():
        if b.tensors.get(name) != tensor:
            result["tensors"].append(name)
    result["new entries"] = sorted(set(b.metadata) - set(a.metadata))
    result["new tensors"] = sorted(set(b.tensors) - set(a.tensors))
    print(json.dumps(result))


if __name__ == "__main__":
    {"list": listed, "compare": compare}[sys.argv[1]](*sys.argv[2:])
