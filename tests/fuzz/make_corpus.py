#!/usr/bin/python3
# Makes the small files that fuzzing starts from. Usage: make_corpus.py [BITWRIGHT_CLI] (writes tests/fuzz/corpus/<target>/).
import gzip, io, json, os, pickle, struct, subprocess, sys, tempfile, zipfile, zlib
import cv2, h5py, numpy as np, onnx, torch
from onnx import helper, numpy_helper
from collections import OrderedDict

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
torch.manual_seed(0)


def put(target, name, data):
    os.makedirs(os.path.join(here, target), exist_ok=True)
    with open(os.path.join(here, target, name), "wb") as out:
        out.write(data)


def saved(value, **options):
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


states = {
    "state": OrderedDict([("a.weight", torch.ones(2, 3)), ("a.bias", torch.ones(2))]),
    "checkpoint": {"epoch": 1, "state_dict": {"w": torch.ones(2, 2).half()}, "optimizer": {"state": {0: {"m": torch.ones(2)}}}},
    "views": {"t": torch.arange(6.).reshape(2, 3).t(), "e": torch.ones(1, 2).expand(3, 2), "p": torch.nn.Parameter(torch.ones(2))},
    "types": {str(t)[6:]: torch.ones(2).to(t) for t in (torch.bfloat16, torch.float64, torch.int64, torch.uint8, torch.bool)},
}
for name, value in states.items():
    put("pytorch", name + ".pt", saved(value))
    put("pytorch", name + ".th", saved(value, _use_new_zipfile_serialization=False))
    for protocol in (2, 4):
        with zipfile.ZipFile(io.BytesIO(saved(value, pickle_protocol=protocol))) as z:
            put("pickle", f"{name}{protocol}.pkl", z.read(next(n for n in z.namelist() if n.endswith("data.pkl"))))

for name, array in {"f4": np.ones((2, 3), "<f4"), "be": np.ones((2, 3), ">f8"), "fortran": np.asfortranarray(np.ones((2, 3), "i2")),
                    "scalar": np.float32(1), "empty": np.zeros((0, 2))}.items():
    buffer = io.BytesIO()
    np.save(buffer, array)
    put("numpy", name + ".npy", buffer.getvalue())
for name, save in (("stored", np.savez), ("packed", np.savez_compressed)):
    buffer = io.BytesIO()
    save(buffer, a=np.ones((2, 2)), b=np.zeros(3, "f4"))
    put("numpy", name + ".npz", buffer.getvalue())
    put("zip", name + ".zip", buffer.getvalue())

for name, options in (("old", {"libver": "earliest"}), ("new", {"libver": "latest"}), ("block", {"userblock_size": 512})):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as f:
        f["dense/dense/kernel:0"] = np.ones((2, 3), "f4")
        f.create_dataset("packed", data=np.arange(64, dtype="i4"), chunks=(16,), compression=9, shuffle=True, fletcher32=True)
        f.attrs["layer_names"] = np.array([b"dense"])
        f["dense"].attrs["weight_names"] = np.array([b"dense/kernel:0"])
        f["layers/dense/vars/0"] = np.ones((2, 2), ">f2")
    put("hdf5", name + ".h5", buffer.getvalue())

header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "__metadata__": {"a": "b"}}).encode()
put("safetensors", "one.safetensors", struct.pack("<Q", len(header)) + header + bytes(8))


def text(value):
    return struct.pack("<Q", len(value)) + value


def gguf(tensors, entries):
    offset, infos, data = 0, b"", b""
    for name, shape, kind, values in tensors:
        infos += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        infos += struct.pack("<IQ", kind, len(data))
        data += values + bytes(-len(values) % 32)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries))
    head += b"".join(text(key) + struct.pack("<I", kind) + value for key, kind, value in entries) + infos
    return head + bytes(-len(head) % 32) + data


entries = [(b"general.architecture", 8, text(b"llama")), (b"general.alignment", 4, struct.pack("<I", 32)),
           (b"t", 9, struct.pack("<IQ", 8, 2) + text(b"a") + text(b"bc")), (b"f", 9, struct.pack("<IQf", 6, 1, 0.5)),
           (b"b", 7, b"\1"), (b"split.count", 2, struct.pack("<H", 1))]
put("gguf", "plain.gguf", gguf([(b"w", (2, 3), 0, bytes(24)), (b"h", (4,), 1, bytes(8))], entries))
blocks = {2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84), 11: (256, 110), 12: (256, 144),
          13: (256, 176), 14: (256, 210), 16: (256, 66), 20: (32, 18), 23: (256, 136), 34: (256, 54), 35: (256, 66),
          39: (32, 17), 40: (64, 36)}
put("gguf", "blocks.gguf", gguf([(b"b%d" % k, (n, 1), k, bytes(range(1, size + 1))) for k, (n, size) in blocks.items()], []))

initializers = [numpy_helper.from_array(np.ones((2, 2), "f4"), "w"), numpy_helper.from_array(np.ones((2, 2), "i1"), "q"),
                numpy_helper.from_array(np.ones(2, "f4"), "s"), helper.make_tensor("t", 10, (2,), [1.0, 2.0]),
                helper.make_tensor("i", 7, (3,), [1, -2, 3])]
nodes = [helper.make_node("MatMul", ["x", "w"], ["y"]), helper.make_node("DequantizeLinear", ["q", "s"], ["d"], axis=0),
         helper.make_node("Gemm", ["y", "d"], ["z"], transB=1),
         helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.ones((2, 2), "f4")))]
put("onnx", "one.onnx", helper.make_model(helper.make_graph(nodes, "g", [], [], initializers)).SerializeToString())

put("ply", "splat.ply", b"ply\nformat binary_little_endian 1.0\ncomment c\nelement vertex 2\nproperty float x\nproperty float y\n"
    b"property float z\nproperty float f_0\nproperty uchar r\nend_header\n" + bytes(34))
put("ply", "list.ply", b"ply\nformat binary_little_endian 1.0\nelement vertex 1\nproperty double x\nelement face 1\n"
    b"property list uchar int i\nend_header\n" + bytes(13))

numbers = (4, 2, 1, 2, 1, 3, 2)
dim, hidden, layers, heads, keys, words, context = numbers
layer = 2 * dim + 2 * dim * dim + 2 * dim * (dim // heads * keys) + 3 * dim * hidden
put("llama2c", "old.bin", struct.pack("<7i", *numbers) + bytes(4 * (layer * layers + dim + words * dim + context * dim // heads)))
put("llama2c", "marked.bin", (struct.pack("<Ii7iB", 0x616B3432, 1, *numbers, 0) + bytes(219))[:256]
    + bytes(4 * (layer * layers + dim + 2 * words * dim)))

put("shard_index", "two.json", json.dumps({"metadata": {"total_size": 64, "x": [1, None, 1.5, {"y": True}]},
    "weight_map": {"a.weight": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}).encode())

put("recipe", "huge_count.json", json.dumps({"bitwright_recipe": 1, "rules": [{"match": "a{18446744073709551615}|(b)\\22222222222222222222"}]}).encode())
put("recipe", "rules.json", json.dumps({"bitwright_recipe": 1, "seed": 3, "default": {"format": "int4s/b32:search:f16", "method": "rtn"},
    "rules": [{"match": "^(conv1|fc)$", "format": "pow4(a=0.5)/c"}, {"match": "attn", "format": "levels(-1,0,1)/b64", "params": {}}]}).encode())
for number, spelling in enumerate(("int4/c", "pow4(a=0.5)/t:clip0.98:f32/sparse=0.1%", "crd4(t:7,sym)/b128:signmax/rot=1/groups=4", "ecsq@3.5/c:rms/rans",
                                   "levels(-1,-0.3,0,0.4,1)/b64:search:e4m3", "flexor(8/10)x1", "vq2x8", "q4_k", "lloyd4(w=scale)/c/words=4", "e4m3/t:pct99.9")):
    put("format", f"{number}.txt", spelling.encode())
for number, text_ in enumerate((b"^(a|b\\.c)$\na", b"layers\\.(\\d+)\\.(attn|mlp)[^.]*\nlayers.12.attn.q", b".*weight$\nx.weight", b"(?:a{2,3}|[[:alpha:]_]+?)(?=x)\\b\naax")):
    put("pattern", f"{number}.txt", text_)
put("pattern", "open.txt", b"((")  # std::regex looks behind the end

idx = struct.pack(">HBB2I", 0, 8, 2, 2, 3) + bytes(range(6))
put("idx", "plain.idx", idx)
put("idx", "floats.idx", struct.pack(">HBBI", 0, 13, 1, 2) + struct.pack(">2f", 1, -2))
put("idx", "packed.gz", gzip.compress(idx, mtime=0))

put("imatrix", "old.dat", struct.pack("<i", 1) + struct.pack("<i", 1) + b"w" + struct.pack("<ii4f", 2, 4, 1, 2, 3, 4) + struct.pack("<ii", 5, 4) + b"data")
put("imatrix", "new.gguf", gguf([(b"w.in_sum2", (4, 1), 0, struct.pack("<4f", 1, 2, 3, 4)), (b"w.counts", (1, 1), 0, struct.pack("<f", 2))],
    [(b"general.type", 8, text(b"imatrix")), (b"imatrix.datasets", 9, struct.pack("<IQ", 8, 1) + text(b"d"))]))

put("token_counts", "counts.txt", b"# text\n5\n0\n2.5e3\r\n")
put("token_counts", "tokens.txt", b"3\t7\n0 1\n 12,0.5 \n")
buffer = io.BytesIO()
np.save(buffer, np.arange(5))
put("token_counts", "counts.npy", buffer.getvalue())


def png(color, channels, depth=8, interlace=0):
    rows = b"".join(b"\1" + bytes(range(4 * channels * depth // 8)) for _ in range(3))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    palette = chunk(b"PLTE", bytes(range(48))) + chunk(b"tRNS", bytes(4)) if color == 3 else b""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 3, depth, color, 0, 0, interlace)) + palette
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


for name, data in {"gray": png(0, 1), "rgb": png(2, 3), "rgba": png(6, 4), "palette": png(3, 1), "deep": png(2, 3, 16)}.items():
    put("picture", name + ".png", data)

for name, image in {"gray": np.arange(64, dtype="u1").reshape(8, 8), "color": np.arange(768, dtype="u1").reshape(16, 16, 3)}.items():
    put("picture", name + ".jpg", cv2.imencode(".jpg", image)[1].tobytes())
    put("picture", name + "-progressive.jpg", cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes())


def reply(error=False):
    number = lambda value: struct.pack("<Q", value)
    sentence = lambda source, *args: text(source) + number(len(args)) + b"".join(map(text, args))
    if error:
        head = number(1) + number(2) + sentence(b"it is %1", b"bad") + number(1) + sentence(b"tensor %1", b"w")
    else:
        head = number(0) + text(b"") + text(b"2.1") + number(1) + sentence(b"a %1", b"b") + number(1) + text(b"/g") + text(b"n")
        head += number(1) + text(b"/") + text(b"layer_names") + number(1) + text(b"d")
        head += number(1) + text(b"/d/k") + number(1) + text(b"/e") + number(0) + number(2) + number(2) + number(1) + number(0) + number(0)
    return number(len(head)) + head + bytes(16)


put("hdf5_reply", "tensors.bin", reply())
put("hdf5_reply", "error.bin", reply(True))

if len(sys.argv) > 1:  # what Bitwright itself writes
    with tempfile.TemporaryDirectory() as folder:
        data = {"fc.weight": np.arange(24, dtype="f4").reshape(3, 8), "fc.bias": np.ones(3, "f4")}
        header, at = {}, 0
        for name, array in data.items():
            header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [at, at + array.nbytes]}
            at += array.nbytes
        header = json.dumps(header).encode()
        with open(folder + "/in.safetensors", "wb") as out:
            out.write(struct.pack("<Q", len(header)) + header + b"".join(array.tobytes() for array in data.values()))
        for number, spelling in enumerate(("int4/c", "kmeans3/c", "ecsq@2/t", "crd3(normal)/t/sparse=5%", "q4_0", "uint3/b4:search:f16", "bcq2/c")):
            subprocess.run([sys.argv[1], "quantize", folder + "/in.safetensors", "-o",
                            folder + "/out.safetensors", "--format", spelling], check=True, stdout=subprocess.DEVNULL)
            with open(folder + "/out.safetensors", "rb") as made:
                put("bitwright", f"{number}.safetensors", made.read())

sizes = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128, "rms_norm_eps": 1e-5, "vocab_size": 12}
scalings = {"plain": None, "linear": {"type": "linear", "factor": 2.0},
            "llama3": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}
for name, scaling in scalings.items():
    put("llama", "config_" + name + ".json", json.dumps({**sizes, "rope_scaling": scaling}).encode())
words = {"h": 0, "e": 1, "l": 2, "\u2581": 3, "<0x0A>": 4, "he": 5, "ll": 6, "hell": 7}
added = [{"id": 8, "content": "<|end|>", "special": True}]
for name, pieces in (("bytes", False), ("pieces", True)):
    put("llama", "tokenizer_" + name + ".json", json.dumps({
        "added_tokens": added, "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"} if pieces else None,
        "pre_tokenizer": None if pieces else {"type": "ByteLevel", "add_prefix_space": False},
        "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|end|>"}}, {"Sequence": {"id": "A"}}]},
        "model": {"type": "BPE", "byte_fallback": pieces, "vocab": words, "merges": ["h e", ["l", "l"], "he ll"]}}).encode())
put("llama", "settings.json", json.dumps({"added_tokens_decoder": {"8": {"content": "<|end|>", "special": True}}, "bos_token": {"content": "<|end|>"},
                                           "add_bos_token": True, "chat_template": [{"name": "default", "template": "x"}]}).encode())
put("llama", "pieces.model", b"".join(b"\n" + bytes([len(t) + 7 + 2]) + b"\n" + bytes([len(t)]) + t + b"\x15" + struct.pack("<f", -i) + b"\x18" + bytes([k])
                                      for i, (t, k) in enumerate([(b"<unk>", 2), (b"<s>", 3), (b"a", 1)])) + b"\x12\x02\x18\x02\x1a\x02\x18\x00")
