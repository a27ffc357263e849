#!/usr/bin/python3
# Makes the small files that fuzzing starts from. Usage: make_corpus.py (writes tests/fuzz/corpus/<target>/).
import io, json, os, pickle, struct, zipfile
import h5py, numpy as np, torch
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
