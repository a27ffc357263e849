"""Makes llama models as Hugging Face's transformers writes them.

rewrite GGUF FOLDER [SHARDS]   the model of a GGUF file under Hugging Face's names, rows of q and k in its order (the
                               inverse of what llama.cpp's converter does, written from its reshape), with config.json
                               and a SentencePiece tokenizer.model
check FOLDER GGUF              prints what of a folder's model, as the converter would write it, the GGUF file has not
"""
import json
import os
import struct
import sys

import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
from gguf_reader import Reader, dequantize  # noqa: E402

IN_BLOCK = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
            "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
            "ffn_down": "mlp.down_proj", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm"}
OF_MODEL = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def hugging_face_name(name):
    parts = name.split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{IN_BLOCK[parts[2]]}.weight"
    return OF_MODEL[parts[0]] + ".weight"


def unpermuted(w, heads):
    """The inverse of w.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2)."""
    rows, columns = w.shape
    return w.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array).tobytes()
        kind = {"float32": "F32", "float16": "F16"}[array.dtype.name]
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def sentencepiece(tokens, scores, types, kind=2, prefix=None):
    out = b""
    for text, score, token_type in zip(tokens, scores, types):
        piece = field(1, text.encode()) + b"\x15" + struct.pack("<f", score)
        out += field(1, piece + (b"\x18" + varint(int(token_type)) if token_type != 1 else b""))
    out += field(2, b"\x18" + varint(kind))
    return out + (field(3, b"\x18" + varint(prefix)) if prefix is not None else b"")


def rewrite(gguf, folder, shards="1"):
    source = Reader(gguf)
    meta = {key: value for key, (value, _) in source.metadata.items()}
    heads, key_heads = int(meta["llama.attention.head_count"]), int(meta["llama.attention.head_count_kv"])
    os.makedirs(folder, exist_ok=True)
    tensors = {}
    for name, (shape, kind, raw) in source.tensors.items():
        values = dequantize(kind, raw).reshape(shape)
        if ".attn_q." in name:
            values = unpermuted(values, heads)
        if ".attn_k." in name:
            values = unpermuted(values, key_heads)
        tensors[hugging_face_name(name)] = values
    count = int(shards)
    if count == 1:
        write_safetensors(os.path.join(folder, "model.safetensors"), tensors)
    else:
        names, where = list(tensors), {}
        for i in range(count):
            file = f"model-{i + 1:05}-of-{count:05}.safetensors"
            part = {name: tensors[name] for name in names[i::count]}
            where.update({name: file for name in part})
            write_safetensors(os.path.join(folder, file), part)
        with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {}, "weight_map": where}, file)
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
              "hidden_size": int(meta["llama.embedding_length"]),
              "intermediate_size": int(meta["llama.feed_forward_length"]),
              "num_hidden_layers": int(meta["llama.block_count"]), "num_attention_heads": heads,
              "num_key_value_heads": key_heads, "max_position_embeddings": int(meta["llama.context_length"]),
              "rms_norm_eps": float(meta["llama.attention.layer_norm_rms_epsilon"]),
              "vocab_size": len(meta["tokenizer.ggml.tokens"]), "tie_word_embeddings": "lm_head.weight" not in tensors,
              "bos_token_id": 1, "eos_token_id": 2, "_name_or_path": "someone/stories260K"}
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=1)
    with open(os.path.join(folder, "tokenizer.model"), "wb") as file:
        file.write(sentencepiece(meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.scores"],
                                 meta["tokenizer.ggml.token_type"]))


def read_safetensors(path):
    raw = open(path, "rb").read()
    length = struct.unpack("<Q", raw[:8])[0]
    out = {}
    for name, entry in json.loads(raw[8:8 + length]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[entry["dtype"]]
            values = np.frombuffer(raw[8 + length + begin:8 + length + end], kind)
            if entry["dtype"] == "BF16":
                values = (values.astype(np.uint32) << 16).view(np.float32)
            out[name] = values.astype(np.float32).reshape(entry["shape"])
    return out


def permuted(w, heads):
    """llama.cpp, convert_hf_to_gguf.py, LlamaModel.permute."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)


def rotary_factors(config, head):
    scaling = config["rope_scaling"]
    low, high, factor = (scaling[key] for key in ("low_freq_factor", "high_freq_factor", "factor"))
    old = scaling["original_max_position_embeddings"]
    out = []
    for i in range(0, head, 2):
        wave = 2 * np.pi * config["rope_theta"] ** (i / head)
        if wave < old / high:
            out.append(1.0)
        elif wave > old / low:
            out.append(factor)
        else:
            smooth = (old / wave - low) / (high - low)
            out.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(out)


def check(folder, gguf):
    config = json.load(open(os.path.join(folder, "config.json")))
    file = Reader(gguf)
    meta = {key: value for key, (value, _) in file.metadata.items()}
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    head = config.get("head_dim", config["hidden_size"] // heads)
    wanted = {"general.architecture": "llama", "llama.block_count": config["num_hidden_layers"],
              "llama.context_length": config["max_position_embeddings"],
              "llama.embedding_length": config["hidden_size"],
              "llama.feed_forward_length": config["intermediate_size"], "llama.attention.head_count": heads,
              "llama.attention.head_count_kv": key_heads, "llama.rope.dimension_count": head,
              "llama.vocab_size": config["vocab_size"],
              "llama.attention.layer_norm_rms_epsilon": np.float32(config["rms_norm_eps"]),
              "llama.rope.freq_base": np.float32(config.get("rope_theta", 10000.0))}
    if "head_dim" in config:
        wanted["llama.attention.key_length"] = wanted["llama.attention.value_length"] = head
    for key, value in wanted.items():
        if meta.get(key) != value:
            print(key, meta.get(key), value)
    names = {hf: ours for ours, hf in [(our, OF_MODEL[our] + ".weight") for our in OF_MODEL]}
    found = set()
    for name, values in read_safetensors(os.path.join(folder, "model.safetensors")).items():
        parts = name.split(".")
        if name.endswith("inv_freq"):
            continue
        if name.startswith("model.layers."):
            ours = {hf: our for our, hf in IN_BLOCK.items()}[".".join(parts[3:-1])]
            target = f"blk.{parts[2]}.{ours}.weight"
            if ours in ("attn_q", "attn_k"):
                values = permuted(values, heads if ours == "attn_q" else key_heads)
        else:
            target = names[name] + ".weight"
        found.add(target)
        shape, kind, raw = file.tensors.get(target, (None, None, None))
        if shape != list(values.shape) or not np.array_equal(dequantize(kind, raw), values.reshape(-1)):
            print("tensor", name)
        if len(shape or []) == 1 and kind != 0:
            print("type of", name, kind)
    if "rope_scaling" in config and config["rope_scaling"].get("rope_type") == "llama3":
        found.add("rope_freqs.weight")
        shape, kind, raw = file.tensors["rope_freqs.weight"]
        if not np.allclose(dequantize(kind, raw), rotary_factors(config, head), rtol=1e-6):
            print("rope_freqs", dequantize(kind, raw))
    print("", *sorted(set(file.tensors) - found))


if __name__ == "__main__":
    {"rewrite": rewrite, "check": check}[sys.argv[1]](*sys.argv[2:])
