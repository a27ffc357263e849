"""Writes small TorchScript models of many kinds into the current folder.

For NAME.pt also NAME.in (float32 input), NAME.out (what PyTorch gives), NAME.swapped (what it gives when every parameter w is
round(4 w) / 4), and a line "NAME|input shape|output shape" in models.txt. Run again with an argument, it reads NAME.saved.pt
and writes NAME.again, what that file gives.
"""
import sys
from typing import Dict, List, Optional, Tuple
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, Tensor


def shape_text(t):
    return "x".join(str(n) for n in t.shape)


def floats(t, path):
    t.detach().to(torch.float32).contiguous().numpy().tofile(path)


def run_saved(name, shape):
    module = torch.jit.load(name + ".saved.pt").eval()
    x = torch.from_numpy(np.fromfile(name + ".in", np.float32)).reshape(shape)
    parameter = next(iter(module.parameters()))
    if parameter.dtype == torch.float64:
        x = x.double()
    if parameter.dtype == torch.float16:
        module = module.float()
    with torch.no_grad():
        torch.manual_seed(0)
        floats(module(x), name + ".again")


if len(sys.argv) > 1:
    for line in open("models.txt").read().split():
        name, shape, _ = line.split("|")
        run_saved(name, [int(n) for n in shape.split("x")])
    sys.exit()

torch.manual_seed(7)
index = open("models.txt", "w")


def swapped_values(w):
    return torch.round(w.detach() * 4) / 4


def keep(name, module, shape, trace=False, run=True, train_mode=False, half=False, extra=None):
    """`half`: the file is in float16, the expected outputs are those of its rounded weights in float32."""
    module.train(train_mode)
    x = torch.randn(shape)
    if half:
        module = module.half()
    if trace:
        saved = torch.jit.trace(module, x.double() if name == "double" else x, check_trace=False)
    else:
        saved = torch.jit.script(module)
    saved.save(name + ".pt", _extra_files=extra or {})
    if not run:
        return
    module.eval()
    if half:
        module = module.float()
    if name == "double":
        x = x.double()
    with torch.no_grad():
        reference = torch.jit.load(name + ".pt").eval()
        if half:
            reference = reference.float()
        torch.manual_seed(0)
        y = reference(x.clone())
        for p in reference.parameters():
            p.data.copy_(swapped_values(p).half() if half else swapped_values(p))
        torch.manual_seed(0)
        if name in ("counter", "assigned"):
            reference = torch.jit.load(name + ".pt").eval()
            for p in reference.parameters():
                p.data.copy_(swapped_values(p))
        z = reference(x.clone())
    floats(x, name + ".in")
    floats(y, name + ".out")
    floats(z, name + ".swapped")
    index.write("%s|%s|%s\n" % (name, shape_text(x), shape_text(y)))


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.b1 = nn.BatchNorm2d(8)
        self.c2 = nn.Conv2d(8, 8, 3, groups=4)
        self.drop = nn.Dropout(0.5)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu(self.b1(self.c1(x)))
        x = F.relu_(self.c2(x))
        return self.fc(self.drop(x.mean([2, 3])))


cnn = Cnn()
cnn.b1.running_mean.normal_()
cnn.b1.running_var.uniform_(0.5, 2)
keep("cnn_scripted", cnn, [4, 3, 9, 9], extra={"notes.txt": "kept"})
keep("cnn_traced", cnn, [4, 3, 9, 9], trace=True)
keep("cnn_train_mode", cnn, [4, 3, 9, 9], train_mode=True)


class Products(nn.Module):
    def __init__(self):
        super().__init__()
        self.right = nn.Parameter(torch.randn(6, 5))  # x @ w: outputs are columns
        self.right_t = nn.Parameter(torch.randn(4, 5))
        self.added = nn.Parameter(torch.randn(4, 7))
        self.added_t = nn.Parameter(torch.randn(3, 7))
        self.offset = nn.Parameter(torch.randn(7))
        self.left = nn.Parameter(torch.randn(2, 3))  # w @ x: outputs are rows

    def forward(self, x):
        x = torch.matmul(x, self.right)
        x = torch.mm(x, self.right_t.t())
        x = torch.addmm(self.offset, x, self.added)
        x = torch.mm(x, self.added_t.transpose(0, 1))
        return torch.mm(self.left, x.t()).t()


keep("products_scripted", Products(), [4, 6])
keep("products_traced", Products(), [4, 6], trace=True)


class Convolutions(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(2, 4, 3)
        self.t1 = nn.ConvTranspose1d(4, 3, 3)
        self.t2 = nn.ConvTranspose2d(2, 6, 3, groups=2)
        self.c3 = nn.Conv3d(1, 2, 2)

    def forward(self, x):
        a = self.t1(self.c1(x)).mean([2])
        b = self.t2(x.unsqueeze(3)).mean([2, 3])
        c = self.c3(x.unsqueeze(1).unsqueeze(3).repeat(1, 1, 1, 2, 1)).mean([2, 3, 4])
        return torch.cat([a, b, c], 1)


keep("convolutions_scripted", Convolutions(), [2, 2, 8])
keep("convolutions_traced", Convolutions(), [2, 2, 8], trace=True)


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 6)
        self.head = nn.Linear(6, 10, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x):
        return self.head(self.embed(x.abs().long() % 10).mean(1))


keep("tied", Tied(), [3, 4])


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, x):
        self.seen += 1
        return self.fc(x) + self.seen


keep("counter", Counter(), [2, 3])


class Assigned(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.state = torch.zeros(2, 3)
        self.count = 0

    def forward(self, x):
        self.state = self.state + self.fc(x)
        self.count = self.count + 1
        for i in range(self.count):
            x = x + self.state
        return x


keep("assigned", Assigned(), [2, 3])

outside = torch.randn(5, 4)


class Constant(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x @ outside)


keep("constant", Constant(), [2, 5], trace=True)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 3, num_layers=2, batch_first=True)
        self.gru = nn.GRUCell(3, 2)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.gru(y[:, -1])


keep("recurrent", Recurrent(), [2, 5, 4])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.mha = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        x = self.layer(x)
        y, _ = self.mha(x, x, x)
        return y.mean(1)


keep("attention", Attention(), [2, 5, 8])
keep("half", Cnn(), [4, 3, 9, 9], half=True)


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        self.scale = 2.0

    def forward(self, x, power: float = 1.5, names: Optional[List[str]] = None):
        for layer in self.layers:
            x = torch.tanh(layer(x)) * self.scale
        if names is not None:
            x = x * len(names)
        return x * power


keep("double", Mlp().double(), [3, 4])
keep("defaults", Mlp(), [3, 4])


class Odd(nn.Module):
    """Tensors that are not contiguous, empty, expanded, integers, in containers, or nothing."""

    def __init__(self):
        super().__init__()
        base = torch.randn(5, 4)
        self.straight = nn.Parameter(base)
        self.crossed = nn.Parameter(base.t())
        self.register_buffer("expanded", torch.ones(1, 1).expand(4, 5))
        self.register_buffer("nothing", torch.zeros(0, 3))
        self.register_buffer("ids", torch.arange(5))
        self.register_buffer("absent", None)
        self.mixed: Tuple[Tensor, int] = (torch.randn(2), 3)
        self.table: Dict[str, Tensor] = {"a": torch.randn(5), "b": torch.randn(2)}
        self.items: List[Tensor] = [torch.randn(3), torch.randn(3)]

    def forward(self, x):
        y = x @ self.crossed.t() * self.table["a"] + self.items[0].sum()
        return y @ self.expanded.t()


keep("odd", Odd(), [3, 4], run=False)


class Noisy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(F.dropout(x, 0.5, True)) + torch.rand(3)


keep("noisy", Noisy(), [3, 4])


class Probable(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 6)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)


keep("probable", Probable(), [3, 4])


class Overwriting(nn.Module):
    """Writes into its input."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc(x.add_(1))


keep("overwriting", Overwriting(), [3, 4])


class Single(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 3)

    def forward(self, x):
        return self.fc(x.view(1, 6))


keep("single", Single(), [1, 2, 3], trace=True)


class Pair(nn.Module):
    def forward(self, x):
        return x, x


class TwoInputs(nn.Module):
    def forward(self, x, y):
        return x + y


class Text(nn.Module):
    def forward(self, x: str) -> str:
        return x + "!"


class Failing(nn.Module):
    def forward(self, x):
        if x.sum() > -1e30:
            raise ValueError("not today")
        return x


keep("pair", Pair(), [3, 4], run=False)
keep("two_inputs", TwoInputs(), [3, 4], run=False)
keep("text", Text(), [3, 4], run=False)
keep("failing", Failing(), [3, 4], run=False)
keep("no_forward", nn.ModuleDict({"a": nn.Linear(2, 2)}), [3, 4], run=False)
