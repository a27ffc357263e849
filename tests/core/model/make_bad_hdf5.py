#!/usr/bin/python3
# Makes HDF5 and Keras files with one defect each into the folder argv[1], and prints for each a line
# "file <tab> defect <tab> kind of error <tab> words of its sentence".
import io, os, struct, sys, zipfile
import h5py, numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z, h5g

folder = sys.argv[1]
count = 0


def put(defect, kind, words, data, suffix=".h5"):
    global count
    name = f"bad{count:03}{suffix}"
    count += 1
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)
    print(name, defect, kind, words, sep="\t")


def made(write, **options):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as f:
        write(f)
    return buffer.getvalue()


def good(f):
    f["w"] = np.ones((4, 4), np.float32)


GOOD = made(good)

# Where links and values may lead.
TARGETS = ["/etc/passwd", "//etc/passwd", "../secret", "sub/../../secret", "./../secret", "..//secret", "secret", "sub/secret",
    "..\\secret", "..\\/secret", "C:\\secret", "C:/secret", "\\\\host\\share\\secret", "file:///etc/passwd", "http://localhost/x",
    "/proc/self/mem", "/proc/self/exe", "/dev/stdin", "/dev/zero", "|id", "~/secret", "s\u2215ecret", "n" * 5000, "."]


def external_link(target):
    def write(f):
        good(f)
        f["x"] = h5py.ExternalLink(target, "/w")
    return write


def external_storage(target):
    def write(f):
        good(f)
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_external(target.encode(), 0, 64)
        h5d.create(f.id, b"x", h5t.IEEE_F32LE, h5s.create_simple((16,)), plist)
    return write


def virtual(target):
    def write(f):
        good(f)
        layout = h5py.VirtualLayout(shape=(16,), dtype="f4")
        layout[:] = h5py.VirtualSource(target, "w", shape=(16,))
        f.create_virtual_dataset("x", layout)
    return write


for target in TARGETS:
    shown = target[:30]
    put(f"external link to {shown}", "refused", "link into another file", made(external_link(target)))
    if target != ".":
        put(f"values in {shown}", "refused", "keeps its values in other files", made(external_storage(target)))
    put(f"virtual dataset of {shown}", "refused", "virtual", made(virtual(target)))

put("external link to nothing in a group", "refused", "a/b/x", made(lambda f: f.create_group("a/b").__setitem__("x", h5py.ExternalLink("o", "/"))))
put("virtual dataset of itself", "refused", "virtual", made(virtual(".")))
put("external link under a Keras name", "refused", "link into another file",
    made(lambda f: f.create_group("model_weights/dense").__setitem__("kernel:0", h5py.ExternalLink("other.h5", "/k"))))


def with_filter(number, options=(), chunk=(4, 4)):
    def write(f):
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_chunk(chunk)
        plist.set_filter(number, h5z.FLAG_OPTIONAL, options)
        h5d.create(f.id, b"w", h5t.IEEE_F32LE, h5s.create_simple((4, 4)), plist)
    return write


put("lzf", "unsupported", "filter 32000", made(lambda f: f.create_dataset("w", data=np.ones((4, 4), "f4"), compression="lzf")))
put("scale-offset", "unsupported", "filter 6", made(lambda f: f.create_dataset("w", data=np.ones((4, 4), "i4"), scaleoffset=3)))
for number, name in ((32001, "blosc"), (32004, "lz4"), (32008, "bitshuffle"), (32015, "zstd"), (60000, "unknown")):
    put(f"filter {name}", "unsupported", f"filter {number}", made(with_filter(number)))


def unwritten(shape, chunk=None, dtype=h5t.IEEE_F32LE):
    def write(f):
        plist = h5p.create(h5p.DATASET_CREATE)
        if chunk:
            plist.set_chunk(chunk)
        h5d.create(f.id, b"w", dtype, h5s.create_simple(shape), plist)
    return write


put("a terabyte never written", "bad_file", "would unpack", made(unwritten((1 << 38,))))
put("a terabyte of chunks never written", "bad_file", "would unpack", made(unwritten((1 << 19, 1 << 19), (64, 64))))
put("20 MB never written", "bad_file", "would unpack", made(unwritten((5000000,), (1000,))))
put("2^60 values", "bad_file", "would unpack", made(unwritten((1 << 30, 1 << 30), (1, 1))))
put("chunks of 1 GB", "bad_file", "chunks", made(unwritten((1 << 28,), (1 << 28,))))
put("a bomb of zeros", "bad_file", "would unpack",
    made(lambda f: f.create_dataset("w", data=np.zeros(16 << 20, "u1"), chunks=(1 << 20,), compression=9)))
put("many small bombs", "bad_file", "would unpack",
    made(lambda f: [f.create_dataset(f"w{i}", data=np.zeros(1 << 20, "u1"), chunks=(1 << 20,), compression=9) for i in range(14)]))


def nested(depth):
    def write(f):
        group = f
        for _ in range(depth):
            group = group.create_group("g")
        group["w"] = np.ones((2, 2))
    return write


put("40 groups deep", "bad_file", "nested too deeply", made(nested(40)))
put("many empty groups", "bad_file", "", made(lambda f: [f.create_group(f"g{i}") for i in range(3000)]))
put("nothing in it", "bad_file", "no numbers", made(lambda f: None))
put("only groups", "bad_file", "no numbers", made(lambda f: f.create_group("a/b/c")))
put("only texts", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", data=["a", "b"], dtype=h5py.string_dtype())))
put("only structures", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", data=np.zeros(3, [("a", "f4"), ("b", "i4")]))))
put("only complex numbers", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", data=np.zeros(3, "c8"))))
put("only references", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", (2,), h5py.ref_dtype)))
put("only rows of many lengths", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", (2,), h5py.vlen_dtype("f4"))))
put("only arrays of arrays", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", (2,), "(3,)f4")))
put("only an enumeration", "bad_file", "no numbers", made(lambda f: f.create_dataset("t", (2,), h5py.enum_dtype({"A": 1, "B": 2}))))
put("only soft links", "bad_file", "no numbers", made(lambda f: f.__setitem__("a", h5py.SoftLink("/b"))))
put("a soft link to itself", "bad_file", "no numbers", made(lambda f: f.__setitem__("a", h5py.SoftLink("/a"))))
put("a group in itself", "bad_file", "no numbers", made(lambda f: f.create_group("a").__setitem__("b", f["a"])))
put("only a named type", "bad_file", "no numbers", made(lambda f: f.__setitem__("t", np.dtype("f4"))))
put("a report of Bitwright", "unsupported", "Bitwright wrote", made(lambda f: (good(f), f.attrs.__setitem__("schema", "bitwright-report"))))


def odd_float(f):
    kind = h5t.IEEE_F32LE.copy()
    kind.set_fields(31, 20, 11, 0, 20)
    h5d.create(f.id, b"w", kind, h5s.create_simple((4,)))


put("floats of other bits", "bad_file", "no numbers", made(odd_float))


def patched(data, offset, new):
    data = bytearray(data)
    data[offset:offset + len(new)] = new
    return bytes(data)


put("only the signature", "bad_file", "HDF5", GOOD[:8])
for length in (9, 20, 48, 95, 96, 200, 500, 800):
    put(f"cut after {length} bytes", "bad_file", "HDF5", GOOD[:length])
put("last byte missing", "bad_file", "", GOOD[:-1])
put("zeros after the signature", "bad_file", "HDF5", GOOD[:8] + bytes(2000))
put("ones after the signature", "bad_file", "HDF5", GOOD[:8] + b"\xff" * 2000)
put("superblock version 9", "bad_file", "HDF5", patched(GOOD, 8, b"\x09"))
put("offsets of 7 bytes", "bad_file", "HDF5", patched(GOOD, 13, b"\x07"))
put("lengths of 0 bytes", "bad_file", "HDF5", patched(GOOD, 14, b"\x00"))
put("end of the file at 2^63", "bad_file", "HDF5", patched(GOOD, 40, struct.pack("<Q", 1 << 63)))
put("root group beyond the file", "bad_file", "HDF5", patched(GOOD, 64, struct.pack("<Q", 1 << 40)))
put("tree without its signature", "bad_file", "HDF5", GOOD.replace(b"TREE", b"TREX"))
put("heap without its signature", "bad_file", "HDF5", GOOD.replace(b"HEAP", b"HEAX"))
put("names without their signature", "bad_file", "HDF5", GOOD.replace(b"SNOD", b"SNOX"))

sums = made(lambda f: f.create_dataset("w", data=np.arange(4096, dtype="f4"), chunks=(4096,), fletcher32=True))
at = sums.index(np.arange(100, 110, dtype="f4").tobytes())
put("wrong checksum of values", "bad_file", "reading its values", patched(sums, at, b"XYZ"))
packed = made(lambda f: f.create_dataset("w", data=np.random.default_rng(1).integers(0, 9, 9000, dtype="i4"), chunks=(9000,), compression=4))
put("broken deflate stream", "bad_file", "reading its values", patched(packed, packed.index(b"\x78\x5e") + 40, b"\xff" * 60))
new = made(good, libver="latest")
put("wrong checksum of the superblock", "bad_file", "HDF5", patched(new, 44, b"\x12\x34"))
put("wrong checksum of an object", "bad_file", "HDF5", patched(new, new.index(b"OHDR") + 20, b"\x77\x77"))
layout = GOOD.index(struct.pack("<QQ", len(GOOD) - 64, 64)) if struct.pack("<QQ", len(GOOD) - 64, 64) in GOOD else None
if layout:
    put("values beyond the file", "bad_file", "", patched(GOOD, layout, struct.pack("<Q", 1 << 40)))
    put("values at the end of the file", "bad_file", "", patched(GOOD, layout, struct.pack("<Q", len(GOOD) - 8)))


def keras(weights, method=zipfile.ZIP_STORED, **others):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as z:
        z.writestr("config.json", others.get("config", "{}"))
        z.writestr("model.weights.h5", weights)
    return buffer.getvalue()


put("Keras: weights empty", "bad_file", "model.weights.h5", keras(b""), ".keras")
put("Keras: weights no HDF5", "bad_file", "model.weights.h5", keras(b"hello" * 100), ".keras")
put("Keras: weights cut off", "bad_file", "model.weights.h5", keras(GOOD[:700]), ".keras")
put("Keras: external link inside", "refused", "link into another file", keras(made(external_link("/etc/passwd"))), ".keras")
put("Keras: values elsewhere", "refused", "in other files", keras(made(external_storage("/etc/passwd"))), ".keras")
put("Keras: virtual dataset inside", "refused", "virtual", keras(made(virtual("/etc/passwd"))), ".keras")
put("Keras: a bomb", "bad_file", "unpack", keras(bytes(20 << 20), zipfile.ZIP_DEFLATED), ".keras")
put("Keras: a bomb in the weights", "bad_file", "unpack", keras(made(unwritten((5000000,), (1000,)))), ".keras")
put("Keras: nothing inside", "bad_file", "no numbers", keras(made(lambda f: None)), ".keras")
damaged = bytearray(keras(GOOD))
damaged[damaged.index(b"\x89HDF") + 300] ^= 1
put("Keras: wrong checksum", "bad_file", "checksum", bytes(damaged), ".keras")
put("Keras: zip cut off", "bad_file", "zip archive", keras(GOOD)[:-10], ".keras")
