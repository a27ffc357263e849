"""Writes TorchScript files that try to do harm, or are broken, into the current folder.

Every file that acts would make or read "marker" in this folder. Those that act while they are opened are proved to act by
opening them with PyTorch here ("proof" lists them), so that a test that finds no marker means something.
"""
import os, pickletools, random, struct, zipfile
import torch
from torch import nn, Tensor

here = os.getcwd()
marker = os.path.join(here, "marker")


def script(name, module):
    torch.jit.script(module.eval()).save(name)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x)


def with_body(body, annotations=""):
    """A Net whose forward has the given lines first."""
    source = "class Net(nn.Module):\n"
    source += "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(4, 3)\n"
    source += "    def forward(self, x: Tensor) -> Tensor:\n"
    source += "".join("        " + line + "\n" for line in body.split("\n")) + "        return self.fc(x)\n"
    file = "source_%d.py" % abs(hash(body))
    open(file, "w").write("import torch\nfrom torch import nn, Tensor\nfrom typing import List\n" + annotations + source)
    space = {"__name__": "__main__"}
    exec(compile(open(file).read(), file, "exec"), space)
    return space["Net"]()


def records(name):
    with zipfile.ZipFile(name) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def write(name, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(name, "w", compression) as archive:
        for entry, data in entries.items():
            archive.writestr(entry, data)


def edited(source, name, *changes):
    """Copies an archive with text of its code replaced (checksums right)."""
    entries = records(source)
    for old, new in changes:
        found = False
        for entry in entries:
            if entry.endswith(".py") and old.encode() in entries[entry]:
                entries[entry] = entries[entry].replace(old.encode(), new.encode())
                found = True
        assert found, (name, old)
    write(name, {k: v for k, v in entries.items() if not k.endswith(".debug_pkl")})


torch.manual_seed(1)
good = Net()
script("good.pt", good)

# What runs when the model runs.
script("from_file.pt", with_body("y = torch.from_file(%r, False, 4)\nx = x + y[0] * 0" % marker))
script("save.pt", with_body("torch.save(x, %r)" % marker))
script("print.pt", with_body("print(x)"))
script("in_loop.pt", with_body("for i in range(3):\n    if i == 2:\n        torch.save(x, %r)" % marker))
script("fork.pt", with_body("f = torch.jit.fork(helper, x)\nx = torch.jit.wait(f)", "def helper(x: Tensor) -> Tensor:\n    return x + 1\n\n"))
script("function.pt", with_body("helper(x)", "def helper(x: Tensor):\n    torch.save(x, %r)\n\n" % marker))


class Hidden(Net):
    @torch.jit.export
    def never_called(self, x: Tensor) -> Tensor:
        torch.save(x, "marker")
        return x


script("unused_method.pt", Hidden())


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Hidden()

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


script("submodule.pt", Outer())
script("endless.pt", with_body("n = 0\nwhile n >= 0:\n    n = (n + 1) % 7\nx = x + n"))
script("seed.pt", with_body("torch.manual_seed(1)"))

# What acts while the file is opened.
head = "def forward(self: __torch__.Net,\n    x: Tensor)"
edited("good.pt", "default.pt", (head, "def forward(self: __torch__.Net,\n    x: Tensor, y: Tensor=torch.from_file(\"%s\", True, 4))" % marker))
edited("good.pt", "constant.pt", ("  training : bool\n", "  training : bool\n  c : Final[Tensor] = torch.from_file(\"%s\", True, 4)\n" % marker))


class State(nn.Module):
    def __init__(self):
        super().__init__()
        self.training = False

    @torch.jit.export
    def __getstate__(self):
        return (1, self.training)

    @torch.jit.export
    def __setstate__(self, state: tuple[int, bool]):
        torch.save([1], "marker")
        self.training = state[1]

    def forward(self, x: Tensor) -> Tensor:
        return x


script("setstate.pt", State())

# Written by hand: calls that the Python front end does not make.
body = "    return (fc).forward(x, )"
assert any(body.encode() in data for data in records("good.pt").values())
edited("good.pt", "method_call.pt", (body, "    _9 = x.save(\"%s\")\n" % marker + body))
edited("good.pt", "getattr.pt", (body, "    _9 = getattr(torch, \"save\")(x, \"%s\")\n" % marker + body))
edited("good.pt", "alias.pt", (body, "    f = torch.save\n    _9 = f(x, \"%s\")\n" % marker + body))
edited("good.pt", "unknown_operator.pt", (body, "    _9 = ops.elsewhere.act(x)\n" + body))
edited("good.pt", "recursive.pt", (body, "    return (self).forward(x, )"))
edited("good.pt", "deep_brackets.pt", (body, "    _9 = " + "(" * 100000 + "x" + ")" * 100000 + "\n" + body))
edited("good.pt", "long_sum.pt", (body, "    _9 = x" + "+x" * 100000 + "\n" + body))
edited("good.pt", "deep_type.pt", (body, "    _9 : " + "List[" * 50000 + "int" + "]" * 50000 + " = []\n" + body))
edited("good.pt", "deep_blocks.pt", (body, "".join("    " + "  " * i + "if bool(x):\n" for i in range(3000)) + "    " + "  " * 3000 + "pass\n" + body))
edited("good.pt", "many_branches.pt", (body, "    if bool(x):\n      pass\n" + "    elif bool(x):\n      pass\n" * 50000 + body))
edited("good.pt", "limit_brackets.pt", (body, "    _9 = " + "(" * 490 + "x" + ")" * 490 + "\n" + body))
edited("good.pt", "limit_sum.pt", (body, "    _9 = x" + "+x" * 4900 + "\n" + body))
edited("good.pt", "limit_types.pt", (body, "    _9 : " + "List[" * 480 + "int" + "]" * 480 + " = []\n" + body))
edited("good.pt", "limit_blocks.pt", (body, "".join("    " + "  " * i + "if bool(x):\n" for i in range(490)) + "    " + "  " * 490 + "pass\n" + body))
edited("good.pt", "limit_branches.pt", (body, "    if bool(x):\n      pass\n" + "    elif bool(x):\n      pass\n" * 900 + body))
doubling = "".join("  def f%d(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return (self).f%d((self).f%d(x, ), )\n" % (i, i + 1, i + 1) for i in range(60))
doubling += "  def f60(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n    return torch.neg(x)\n"
edited("good.pt", "unfolding.pt", (body, "    return (fc).forward((self).f0(x, ), )\n" + doubling))

# Code that does not compile.
edited("good.pt", "syntax.pt", (body, "    return ("))
edited("good.pt", "unclosed_text.pt", (body, "    _9 = \"\n" + body))
edited("good.pt", "undefined.pt", (body, "    return y"))
edited("good.pt", "wrong_return.pt", (body, "    return 5"))
edited("good.pt", "too_many_arguments.pt", (body, "    return (fc).forward(x, x, )"))
edited("good.pt", "missing_method.pt", (body, "    return (fc).backward(x, )"))
edited("good.pt", "missing_attribute.pt", ("    fc = self.fc\n", "    fc = self.fd\n"))
edited("good.pt", "missing_constant.pt", (body, "    _9 = CONSTANTS.c7\n" + body))
edited("good.pt", "wrong_operands.pt", (body, "    _9 = torch.linear(5, \"x\")\n" + body))
edited("good.pt", "no_indent.pt", (body, "return (fc).forward(x, )"))
edited("good.pt", "class_unknown.pt", ("  fc : __torch__.torch.nn.modules.linear.Linear\n", "  fc : __torch__.torch.nn.modules.linear.Liner\n"))
edited("good.pt", "attribute_unknown_type.pt", ("  training : bool\n", "  training : Bool\n"))
edited("good.pt", "parameter_missing.pt", ("  weight : Tensor\n", "  weight : Tensor\n  more : Tensor\n"))
edited("good.pt", "parameter_number.pt", ("  weight : Tensor\n", "  weight : int\n"))

# Classes whose parts the compiler would look for in vain.
edited("good.pt", "class_untyped.pt", ("  training : bool\n", "  training = True\n"))
edited("good.pt", "class_no_list.pt", ("  __buffers__ = []\n", "  __buffers__ : int\n"))
edited("good.pt", "class_list_of_numbers.pt", ("  __buffers__ = []\n", "  __buffers__ = [1]\n"))
edited("good.pt", "class_annotation.pt", ("  training : bool\n", "  __annotations__[0] = bool\n"))

# Objects of C++ classes: a layer that is quantized already.
quantized = torch.quantization.quantize_dynamic(Net(), {nn.Linear}, dtype=torch.qint8)
script("packed.pt", quantized)

# Pickles.
entries = records("good.pt")
pickle = next(k for k in entries if k.endswith("/data.pkl"))


def with_pickle(name, data):
    write(name, {**entries, pickle: data})


with_pickle("pickle_system.pt", b"\x80\x02cos\nsystem\nq\x00X" + struct.pack("<I", 20 + len(marker)) + b"touch ".ljust(20) + marker.encode() + b"\x85R.")
with_pickle("pickle_deep.pt", b"\x80\x02)" + b"\x85" * 3000000 + b".")
with_pickle("pickle_deep_lists.pt", b"\x80\x02" + b"]" * 1000000 + b"a" * 999999 + b".")
with_pickle("pickle_cycle.pt", b"\x80\x02]q\x00h\x00a.")
with_pickle("pickle_empty.pt", b"")
with_pickle("pickle_pops.pt", b"\x80\x02Rtabu.")
with_pickle("pickle_python.pt", b"\x80\x02c__main__\nNet\n)\x81}b.")
with_pickle("pickle_no_state.pt", b"\x80\x02c__torch__\nNet\n)\x81.")
with_pickle("pickle_missing.pt", b"\x80\x02c__torch__\nNet\n)\x81}b.")
with_pickle("pickle_number.pt", b"\x80\x02K\x05.")


def patched(name, change):
    """data.pkl with the n-th small integer (BININT1) set to another value."""
    data = bytearray(entries[pickle])
    ints = [position for op, _, position in pickletools.genops(bytes(data)) if op.name == "BININT1"]
    for index, value in change.items():
        data[ints[index] + 1] = value
    with_pickle(name, bytes(data))


numbers = [(i, arg) for i, (op, arg, _) in enumerate(o for o in pickletools.genops(entries[pickle]) if o[0].name == "BININT1")]
assert [arg for _, arg in numbers[:6]] == [12, 0, 3, 4, 4, 1], numbers  # elements, offset, sizes, strides of the first weight
patched("tensor_beyond.pt", {2: 200})
patched("tensor_offset.pt", {1: 100})
patched("tensor_stride.pt", {4: 250})
patched("tensor_storage.pt", {0: 255, 2: 60})

# Archives.
code = next(k for k in entries if k.endswith(".py"))
write("bomb.pt", {**entries, code: b"\n" * 100000000}, zipfile.ZIP_DEFLATED)
small = open("bomb.pt", "rb").read()
claim = struct.pack("<I", 100000000)
assert small.count(claim) == 2
open("bomb_claim.pt", "wb").write(small.replace(claim, struct.pack("<I", 4000000000)))
raw = open("good.pt", "rb").read()
open("truncated.pt", "wb").write(raw[:len(raw) // 2])
open("no_end.pt", "wb").write(raw[:-30])
open("empty.pt", "wb").write(b"")
random.seed(3)
open("random.pt", "wb").write(bytes(random.getrandbits(8) for _ in range(5000)))
open("random_zip.pt", "wb").write(b"PK\x03\x04" + bytes(random.getrandbits(8) for _ in range(5000)))
flipped = bytearray(raw)
flipped[raw.index(entries[next(k for k in entries if k.endswith("/data/0"))]) + 5] ^= 64
open("flipped_bit.pt", "wb").write(flipped)
with zipfile.ZipFile("twice.pt", "w") as archive:
    for entry, data in list(entries.items()) + list(entries.items())[:1]:
        archive.writestr(entry, data)
write("no_data.pt", {k: v for k, v in entries.items() if not k.endswith("/data/0")})
write("no_code.pt", {k: v for k, v in entries.items() if not k.endswith(".py")})
write("no_version.pt", {k: v for k, v in entries.items() if not k.endswith("/version")})
write("version_text.pt", {k: (b"three\n" if k.endswith("/version") else v) for k, v in entries.items()})
write("no_pickle.pt", {k: v for k, v in entries.items() if not k.endswith("/data.pkl")})
write("no_constants.pt", {k: v for k, v in entries.items() if not k.endswith("/constants.pkl")})
write("bad_constants.pt", {k: (b"\x80\x02]." if k.endswith("/constants.pkl") else v) for k, v in entries.items()})
write("short_data.pt", {k: (v[:-4] if k.endswith("/data/0") else v) for k, v in entries.items()})
write("code_no_text.pt", {k: (b"\xff\xfe" + v if k.endswith(".py") else v) for k, v in entries.items()})
write("future.pt", {k: (b"99\n" if k.endswith("/version") else v) for k, v in entries.items()})
write("other.zip.pt", {"readme.txt": b"hello"})
torch.save(good.state_dict(), "checkpoint.pt")
torch.save(good.state_dict(), "legacy.pt", _use_new_zipfile_serialization=False)
os.mkdir("folder.pt")

# Random damage with right checksums.
os.mkdir("fuzz")
targets = [k for k in entries if k.endswith((".py", ".pkl")) and "debug" not in k]
for i in range(400):
    changed = dict(entries)
    target = random.choice(targets)
    data = bytearray(changed[target])
    for _ in range(random.choice([1, 1, 2, 8])):
        position = random.randrange(len(data))
        action = random.randrange(3)
        if action == 0:
            data[position] = random.getrandbits(8)
        elif action == 1:
            del data[position:position + random.randrange(1, 20)]
        else:
            data[position:position] = data[random.randrange(len(data)):][:random.randrange(1, 40)]
        data = data or bytearray(b" ")
    changed[target] = bytes(data)
    write("fuzz/%03d.pt" % i, {k: v for k, v in changed.items() if "debug" not in k})

# Proof that these act in PyTorch itself.
for name in ["default.pt", "constant.pt", "setstate.pt"]:
    if os.path.exists(marker):
        os.remove(marker)
    torch.jit.load(name)
    print("proof", name, os.path.exists(marker))
if os.path.exists(marker):
    os.remove(marker)
