#!/usr/bin/python3
"""Writes a GGUF file of llama architecture with 395 million random weights in half precision (790 MB), for measuring
how long files take: make_llama_gguf.py OUT.gguf. With "8b" or "2b" behind it: the sizes of such a
model (16 or 4 GB), whose values repeat"""
import struct
import sys

import numpy as np

SIZES = {"": (1280, 3328, 16, 20, 33600), "2b": (2048, 8192, 24, 32, 128256), "8b": (4096, 14336, 32, 32, 128256)}
IS_LARGE = len(sys.argv) > 2
DIM, HIDDEN, LAYERS, HEADS, WORDS = SIZES[sys.argv[2] if IS_LARGE else ""]
KEYS = DIM // 4 if IS_LARGE else DIM  # grouped-query attention


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def main(path):
    random = np.random.default_rng(1)
    tensors = [("token_embd.weight", (WORDS, DIM)), ("output_norm.weight", (DIM,)), ("output.weight", (WORDS, DIM))]
    for i in range(LAYERS):
        block = f"blk.{i}."
        tensors += [(block + f"attn_{name}.weight", (size, DIM)) for name, size in
                    (("q", DIM), ("k", KEYS), ("v", KEYS), ("output", DIM))]
        tensors += [(block + "attn_norm.weight", (DIM,)), (block + "ffn_norm.weight", (DIM,)),
                    (block + "ffn_gate.weight", (HIDDEN, DIM)), (block + "ffn_up.weight", (HIDDEN, DIM)),
                    (block + "ffn_down.weight", (DIM, HIDDEN))]
    entries = [("general.architecture", 8, text("llama")), ("general.name", 8, text("measured")),
               ("general.file_type", 4, struct.pack("<I", 1)), ("llama.context_length", 4, struct.pack("<I", 2048)),
               ("llama.embedding_length", 4, struct.pack("<I", DIM)), ("llama.block_count", 4, struct.pack("<I", LAYERS)),
               ("llama.feed_forward_length", 4, struct.pack("<I", HIDDEN)),
               ("llama.attention.head_count", 4, struct.pack("<I", HEADS)),
               ("llama.attention.head_count_kv", 4, struct.pack("<I", HEADS * KEYS // DIM)),
               ("llama.rope.dimension_count", 4, struct.pack("<I", DIM // HEADS)),
               ("llama.attention.layer_norm_rms_epsilon", 6, struct.pack("<f", 1e-5))]
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries))
    for key, kind, value in entries:
        header += text(key) + struct.pack("<I", kind) + value
    offset = 0
    for name, shape in tensors:
        header += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape[::-1])
        header += struct.pack("<IQ", 1 if len(shape) == 2 else 0, offset)
        offset += int(np.prod(shape)) * (2 if len(shape) == 2 else 4)  # sizes are multiples of 32
    pool = (random.standard_normal(1 << 26, np.float32) * np.float32(0.02)).astype("<f2") if IS_LARGE else None
    with open(path, "wb") as out:
        out.write(header + bytes(-len(header) % 32))
        for name, shape in tensors:
            if len(shape) == 2 and IS_LARGE:
                left, start = shape[0] * shape[1], int(random.integers(1 << 20)) * 32
                while left > 0:
                    piece = pool[start:start + left]
                    out.write(piece.tobytes())
                    left, start = left - piece.size, 0
            elif len(shape) == 2:
                out.write((random.standard_normal(shape, np.float32) * np.float32(0.02)).astype("<f2").tobytes())
            else:
                out.write(np.ones(shape, "<f4").tobytes())


main(sys.argv[1])
