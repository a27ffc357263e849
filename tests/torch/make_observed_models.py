"""Small TorchScript models to be watched, and what autograd says about them.

Without an argument: writes NAME.pt, NAME.in and one random NAME.delta (all weights' one after the other), and a line
"NAME|samples|sample shape|weight names" in models.txt. With one: reads NAME.labels (int64, one per row of outputs) and writes
NAME.grads ([samples, weight shape] of each weight, one after the other; the gradient of -ln p(label|x) of each sample alone),
NAME.signed (the same of Σ_c ±√p_c · -ln p(c|x), the signs from splitmix64 of seed 0), NAME.exact (float64, for each weight the sum
over samples of Σ_c p_c (g_c · delta)², g_c the gradient of -ln p(c|x)), NAME.errors (float64, for each weight the sum of squares of what its operators give with delta in its place) and
NAME.p (float64 probabilities of the labels).
"""
import sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from draw_signs import signs

torch.manual_seed(11)


class Product(nn.Module):
    """x @ w: inputs first."""

    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_in, n_out) / n_in**0.5)

    def forward(self, x):
        return torch.matmul(x, self.weight)


class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 6, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(6)
        self.b = nn.Conv2d(6, 8, (3, 2), dilation=(1, 2), padding="same", groups=2)
        self.c = nn.Conv2d(8, 8, 3, groups=8)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = F.relu_(self.norm(self.a(x)))
        x = F.relu(self.b(x), inplace=True) + x.mean([1, 2, 3], keepdim=True)
        x = F.relu_(self.c(x))
        return self.fc(x.mean([2, 3]))


class Others(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv1d(2, 4, 3, padding=2, stride=2)
        self.t1 = nn.ConvTranspose1d(4, 3, 3, stride=2, padding=1, output_padding=1)
        self.t2 = nn.ConvTranspose2d(2, 6, (3, 2), groups=2, stride=2, dilation=(1, 2))
        self.c3 = nn.Conv3d(1, 2, 2, padding=1)
        self.out = Product(11, 4)

    def forward(self, x):
        a = torch.tanh(self.t1(self.c1(x))).mean([2])
        b = torch.tanh(self.t2(x.unsqueeze(3).repeat(1, 1, 1, 3))).square().mean([2, 3])
        c = torch.tanh(self.c3(x.unsqueeze(1).unsqueeze(3).repeat(1, 1, 1, 2, 1))).square().mean([2, 3, 4])
        return self.out(torch.cat([a, b, c], 1)) * 3


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 6)
        self.mid = nn.Linear(6, 6)
        self.head = nn.Linear(6, 10, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x):
        return self.head(torch.tanh(self.mid(self.embed((x * 10).abs().long() % 10))).mean(1))


class SequenceFirst(nn.Module):
    """Positions before samples, one layer called twice, and a batch that is flattened with the positions."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 7)
        self.left = nn.Parameter(torch.randn(3, 5))

    def forward(self, x):
        y = torch.tanh(self.a(x.transpose(0, 1)))
        y = torch.tanh(self.a(y)).transpose(0, 1)
        y = self.b(y.reshape(-1, 4)).view(x.size(0), -1, 7)
        return torch.matmul(self.left, torch.tanh(y)).sum(1)


class Mixing(nn.Module):
    """Samples of a batch influence one another."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 3)

    def forward(self, x):
        y = torch.tanh(self.a(x))
        return self.b(y + y.mean(0, keepdim=True))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 3, batch_first=True)
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.fc(y[:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(self.layer(x).mean(1))


class Scaled(nn.Module):
    """A weight that reaches its operator changed, and one that is used in two directions."""

    def __init__(self):
        super().__init__()
        self.a = nn.Parameter(torch.randn(5, 5))
        self.scale = nn.Parameter(torch.rand(5, 1) + 0.5)
        self.b = nn.Parameter(torch.randn(5, 5))

    def forward(self, x):
        y = torch.tanh(F.linear(x, self.a * self.scale))
        return F.linear(torch.tanh(y @ self.b), self.b)


class Probable(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)


class NoGradient(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        with torch.no_grad():
            y = self.fc(x)
        return y


class Stretched(nn.Module):
    """The same function for any factor."""

    def __init__(self, factor: float):
        super().__init__()
        torch.manual_seed(3)
        self.a = nn.Parameter(torch.randn(6, 4) * factor)
        self.b = nn.Linear(6, 3)
        self.factor = factor

    def forward(self, x):
        return self.b(torch.tanh(F.linear(x, self.a) / self.factor))


# name, module, samples, sample shape, weights, whether their operators' inputs can be seen
MODELS = [
    ("conv", Conv(), 5, [3, 9, 8], ["a.weight", "b.weight", "c.weight", "fc.weight"]),
    ("others", Others(), 4, [2, 8], ["c1.weight", "t1.weight", "t2.weight", "c3.weight", "out.weight"]),
    ("tied", Tied(), 6, [4], ["embed.weight", "mid.weight"]),
    ("sequence_first", SequenceFirst(), 4, [5, 4], ["a.weight", "b.weight", "left"]),
    ("mixing", Mixing(), 3, [4], ["a.weight", "b.weight"]),
    ("recurrent", Recurrent(), 3, [5, 4], ["lstm.weight_ih_l0", "lstm.weight_hh_l0", "fc.weight"]),
    ("attention", Attention(), 3, [5, 8], ["layer.self_attn.in_proj_weight", "layer.self_attn.out_proj.weight",
                                           "layer.linear1.weight", "layer.linear2.weight", "fc.weight"]),
    ("scaled", Scaled(), 3, [5], ["a", "b"]),
    ("probable", Probable(), 4, [4], ["fc.weight"]),
    ("double", Conv().double(), 3, [3, 9, 8], ["a.weight", "b.weight", "c.weight", "fc.weight"]),
    ("plain", Stretched(1.0), 4, [4], ["a", "b.weight"]),
    ("stretched", Stretched(8.0), 4, [4], ["a", "b.weight"]),
    ("no_gradient", NoGradient(), 3, [4], ["fc.weight"]),
]


def dtype_of(module):
    return next(module.parameters()).dtype


def make():
    with open("models.txt", "w") as index:
        for name, module, samples, shape, weights in MODELS:
            module.eval()
            for m in module.modules():
                if isinstance(m, nn.BatchNorm2d):
                    m.running_mean.normal_()
                    m.running_var.uniform_(0.5, 2)
            x = torch.randn([samples] + shape)
            x.numpy().tofile(name + ".in")
            torch.jit.script(module).save(name + ".pt")
            parameters = dict(module.named_parameters())
            torch.cat([torch.randn(parameters[w].numel()) for w in weights]).numpy().tofile(name + ".delta")
            index.write("%s|%d|%s|%s\n" % (name, samples, "x".join(map(str, shape)), ",".join(weights)))


def operator(module, x, w):
    """What a module's operator gives of x with other weights and no bias."""
    if isinstance(module, nn.ConvTranspose1d):
        return F.conv_transpose1d(x, w, None, module.stride, module.padding, module.output_padding, module.groups, module.dilation)
    if isinstance(module, nn.ConvTranspose2d):
        return F.conv_transpose2d(x, w, None, module.stride, module.padding, module.output_padding, module.groups, module.dilation)
    if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return {3: F.conv1d, 4: F.conv2d, 5: F.conv3d}[w.dim()](
            x, w, None, module.stride, module.padding, module.dilation, module.groups)
    if isinstance(module, nn.Embedding):
        return F.embedding(x, w)
    if isinstance(module, Product):
        return x @ w
    return F.linear(x, w)


def check():
    for line in open("models.txt").read().split():
        name, samples, shape, weights = line.split("|")
        shape = [int(n) for n in shape.split("x")]
        weights = weights.split(",")
        module = dict((m[0], m[1]) for m in MODELS)[name]
        saved = torch.jit.load(name + ".pt").eval()
        module.load_state_dict(saved.state_dict())
        module.eval()
        x = torch.from_numpy(np.fromfile(name + ".in", np.float32)).reshape([-1] + shape).to(dtype_of(module))
        labels = np.fromfile(name + ".labels", np.int64)
        parameters = dict(module.named_parameters())
        chosen = [parameters[w] for w in weights]
        grads = [[] for _ in weights]
        signed = [[] for _ in weights]
        exact = [0.0 for _ in weights]
        flat = torch.from_numpy(np.fromfile(name + ".delta", np.float32))
        shares = flat.split([p.numel() for p in chosen])
        probabilities = []
        for s in range(int(samples)):
            out = module(x[s:s + 1])
            if not out.requires_grad:
                continue
            p = out if name == "probable" else F.softmax(out, 1)
            probabilities.append(p[0].detach().double())
            for c in range(p.shape[1]):
                for i, g in enumerate(torch.autograd.grad(-torch.log(p[0, c]), chosen, retain_graph=True)):
                    exact[i] += p[0, c].item() * (g.reshape(-1).double() @ shares[i].double()).item() ** 2
            drawn = (signs(0, s, 0, p.shape[1]) * p[0].detach().sqrt() * -torch.log(p[0])).sum()
            for i, g in enumerate(torch.autograd.grad(drawn, chosen, retain_graph=True)):
                signed[i].append(g.float())
            for i, g in enumerate(torch.autograd.grad(-torch.log(p[0, int(labels[s])]), chosen)):
                grads[i].append(g.float())
        for kind, all_grads in (("grads", grads), ("signed", signed)):
            with open(name + "." + kind, "wb") as f:
                for g in all_grads:
                    if g:
                        f.write(torch.stack(g).numpy().tobytes())
        np.array(exact).tofile(name + ".exact")
        if probabilities:
            torch.stack(probabilities).numpy().tofile(name + ".p")
        deltas = {}
        at = 0
        for w in weights:
            n = parameters[w].numel()
            deltas[w] = flat[at:at + n].reshape(parameters[w].shape)
            at += n
        errors = dict((w, 0.0) for w in weights)
        owners = {}
        for path, m in module.named_modules():
            p = getattr(m, "weight", None)
            for w in weights:
                if isinstance(p, nn.Parameter) and p is parameters[w]:
                    owners[m] = w

        def hook(m, inputs, _):
            x = inputs[0] if isinstance(m, nn.Embedding) else inputs[0].float()
            errors[owners[m]] += operator(m, x, deltas[owners[m]]).double().square().sum().item()

        handles = [m.register_forward_hook(hook) for m in owners]
        with torch.no_grad():
            for s in range(int(samples)):
                module(x[s:s + 1])
        np.array([errors[w] for w in weights]).tofile(name + ".errors")
        for h in handles:
            h.remove()


check() if len(sys.argv) > 1 else make()
