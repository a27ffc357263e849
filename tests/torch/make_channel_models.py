"""Models whose channels can, or cannot, change places. Writes NAME.pt, NAME.in (float32) and a line
"NAME|input shape|layers that can be reordered|layers that cannot" in channels.txt; "*" where the second list is not known."""
import random
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(11)
random.seed(11)
index = open("channels.txt", "w")


def settle(module):
    for m in module.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.running_mean.normal_()
            m.running_var.uniform_(0.5, 2)
            m.weight.data.uniform_(0.5, 2)
            m.bias.data.normal_()
        elif isinstance(m, (nn.LayerNorm, nn.GroupNorm)):
            m.weight.data.uniform_(0.5, 2)
            m.bias.data.normal_()
        elif isinstance(m, nn.PReLU):
            m.weight.data.uniform_(0.1, 0.9)
    return module


def keep(name, module, shape, yes, no, trace=False):
    module = settle(module).eval()
    x = torch.randn(shape)
    saved = torch.jit.trace(module, x, check_trace=False) if trace else torch.jit.script(module)
    saved.save(name + ".pt")
    open(name + ".in", "wb").write(x.numpy().tobytes())
    index.write("%s|%s|%s|%s\n" % (name, "x".join(map(str, shape)), " ".join(yes), " ".join(no)))


class Net(nn.Module):
    """Layers by keyword; subclasses have a forward."""

    def __init__(self, **layers):
        super().__init__()
        for name, layer in layers.items():
            setattr(self, name, layer)


class Plain(Net):
    def forward(self, x):
        x = F.max_pool2d(F.relu(self.n1(self.c1(x))), 2)
        x = F.dropout(F.leaky_relu(self.c2(x)), 0.3, self.training)
        return self.f2(torch.sigmoid(self.f1(x.flatten(1))))


def plain():
    return Plain(c1=nn.Conv2d(3, 6, 3), n1=nn.BatchNorm2d(6), c2=nn.Conv2d(6, 5, 3), f1=nn.Linear(5 * 2 * 2, 7),
                 f2=nn.Linear(7, 4))


for trace in (False, True):
    keep("plain_traced" if trace else "plain", plain(), [2, 3, 10, 10], ["c1.weight", "c2.weight", "f1.weight"],
         ["f2.weight"], trace)


class Viewed(Net):
    def forward(self, x):
        x = F.avg_pool2d(F.relu(self.c1(x)), 2)
        return self.f1(x.view(x.size(0), -1))


for trace in (False, True):
    keep("viewed_traced" if trace else "viewed", Viewed(c1=nn.Conv2d(3, 6, 3), f1=nn.Linear(6 * 16, 4)), [2, 3, 10, 10],
         ["c1.weight"], ["f1.weight"], trace)


class Mixed(Net):
    def forward(self, x):
        x = self.c1(x)
        return self.f1(x.view(x.size(0) * 3, 2 * 64).reshape(x.size(0), -1))


keep("mixed_by_view", Mixed(c1=nn.Conv2d(3, 6, 3), f1=nn.Linear(6 * 64, 4)), [2, 3, 10, 10], [], ["c1.weight", "f1.weight"])


class Residual(Net):
    def forward(self, x):
        x = self.stem(x)
        x = F.relu(x + self.n2(self.c2(F.relu_(self.n1(self.c1(x))))))
        return self.head(x.mean([2, 3]))


keep("residual", Residual(stem=nn.Conv2d(3, 6, 3), c1=nn.Conv2d(6, 9, 3, padding=1), n1=nn.BatchNorm2d(9),
                          c2=nn.Conv2d(9, 6, 3, padding=1), n2=nn.BatchNorm2d(6), head=nn.Linear(6, 4)),
     [2, 3, 8, 8], ["stem.weight", "c1.weight", "c2.weight"], ["head.weight"])


class InputResidual(Net):
    def forward(self, x):
        return self.head((x + self.c2(F.relu(self.c1(x)))).flatten(1))


keep("residual_of_input", InputResidual(c1=nn.Conv2d(3, 6, 3, padding=1), c2=nn.Conv2d(6, 3, 3, padding=1),
                                        head=nn.Linear(3 * 64, 4)), [2, 3, 8, 8], ["c1.weight"], ["c2.weight", "head.weight"])


class Excite(Net):
    def forward(self, x):
        x = self.c1(x)
        s = F.adaptive_avg_pool2d(x, 1)
        s = torch.sigmoid(self.up(F.silu(self.down(s))))
        return self.head(F.adaptive_avg_pool2d(x * s, (1, 1)).flatten(1))


keep("squeeze_excite", Excite(c1=nn.Conv2d(3, 8, 3), down=nn.Conv2d(8, 2, 1), up=nn.Conv2d(2, 8, 1), head=nn.Linear(8, 4)),
     [2, 3, 8, 8], ["c1.weight", "down.weight", "up.weight"], ["head.weight"])


class Depthwise(Net):
    def forward(self, x):
        return self.head(self.n2(self.point(self.n1(self.depth(self.c1(x))))).mean((2, 3)))


keep("depthwise", Depthwise(c1=nn.Conv2d(3, 6, 3), depth=nn.Conv2d(6, 6, 3, groups=6), n1=nn.BatchNorm2d(6),
                            point=nn.Conv2d(6, 5, 1), n2=nn.BatchNorm2d(5), head=nn.Linear(5, 4)), [2, 3, 9, 9],
     ["c1.weight", "depth.weight", "point.weight"], ["head.weight"])
keep("depthwise_times_two", Depthwise(c1=nn.Conv2d(3, 6, 3), depth=nn.Conv2d(6, 12, 3, groups=6), n1=nn.BatchNorm2d(12),
                                      point=nn.Conv2d(12, 5, 1), n2=nn.BatchNorm2d(5), head=nn.Linear(5, 4)), [2, 3, 9, 9],
     ["c1.weight", "point.weight"], ["depth.weight", "head.weight"])
keep("grouped", Depthwise(c1=nn.Conv2d(3, 6, 3), depth=nn.Conv2d(6, 6, 3, groups=2), n1=nn.BatchNorm2d(6),
                          point=nn.Conv2d(6, 5, 1), n2=nn.BatchNorm2d(5), head=nn.Linear(5, 4)), [2, 3, 9, 9],
     ["point.weight"], ["c1.weight", "depth.weight", "head.weight"])


class Joined(Net):
    def forward(self, x):
        x = torch.cat([self.a(x), self.b(x)], 1)
        return self.head(F.relu(self.c(x)).mean([2, 3]))


keep("joined", Joined(a=nn.Conv2d(3, 4, 3), b=nn.Conv2d(3, 4, 3), c=nn.Conv2d(8, 5, 3), head=nn.Linear(5, 4)), [2, 3, 9, 9],
     ["c.weight"], ["a.weight", "b.weight", "head.weight"])


class Twice(Net):
    def forward(self, x):
        x = self.c1(x)
        x = F.relu(self.same(F.relu(self.same(x))))
        return self.head(x.flatten(1))


keep("used_twice", Twice(c1=nn.Conv2d(3, 6, 3), same=nn.Conv2d(6, 6, 3, padding=1), head=nn.Linear(6 * 49, 4)),
     [2, 3, 9, 9], ["c1.weight", "same.weight"], ["head.weight"])


class Shuffled(Net):
    def forward(self, x):
        x = self.c1(x)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        y = F.softmax(self.c2(x), 1)
        y = self.c4(F.group_norm(self.c3(y), 2))
        y = F.glu(self.c5(y), 1)
        return self.head(y.mean([2, 3]))


keep("shuffled", Shuffled(c1=nn.Conv2d(3, 6, 3), c2=nn.Conv2d(6, 6, 1), c3=nn.Conv2d(6, 4, 1), c4=nn.Conv2d(4, 5, 1),
                          c5=nn.Conv2d(5, 8, 1), head=nn.Linear(4, 4)), [2, 3, 9, 9], ["c4.weight"],
     ["c1.weight", "c2.weight", "c3.weight", "c5.weight", "head.weight"])


class Upward(Net):
    def forward(self, x):
        x = self.act(self.n1(self.up(self.c1(x))))
        x = F.interpolate(x, scale_factor=2.0)
        return self.head(F.pad(x, [1, 1, 0, 0]).permute(0, 2, 3, 1)).mean([1, 2])


keep("upward", Upward(c1=nn.Conv2d(3, 6, 3), up=nn.ConvTranspose2d(6, 7, 2), n1=nn.BatchNorm2d(7), act=nn.PReLU(7),
                      head=nn.Linear(7, 4)), [2, 3, 6, 6], ["c1.weight", "up.weight"], ["head.weight"], True)


class Padded(Net):
    """The shortcut of ResNet for CIFAR: new channels are zeros."""

    def forward(self, x):
        x = self.c1(x)
        y = self.c3(F.relu(self.c2(x)))
        return self.head((y + F.pad(x[:, :, ::2, ::2], [0, 0, 0, 0, 1, 1])).mean([2, 3]))


keep("padded_channels", Padded(c1=nn.Conv2d(3, 4, 3, padding=1), c2=nn.Conv2d(4, 5, 3, stride=2, padding=1),
                               c3=nn.Conv2d(5, 6, 3, padding=1), head=nn.Linear(6, 4)), [2, 3, 8, 8], ["c2.weight"],
     ["c1.weight", "c3.weight", "head.weight"], True)


class Mlp(Net):
    def forward(self, x):
        x = x.flatten(1)
        x = F.gelu(self.n1(self.f1(x)))
        x = self.norm(x + self.f3(torch.tanh(self.f2(x))))
        return self.f4(torch.matmul(x, self.w))


keep("mlp", Mlp(f1=nn.Linear(12, 8), n1=nn.BatchNorm1d(8), f2=nn.Linear(8, 9), f3=nn.Linear(9, 8), norm=nn.LayerNorm(8),
                w=nn.Parameter(torch.randn(8, 6)), f4=nn.Linear(6, 3)), [4, 12],
     ["f1.weight", "f2.weight", "f3.weight", "w"], ["f4.weight"])


class Tokens(Net):
    def forward(self, x):
        t = self.embed((x.flatten(1).abs() * 3).to(torch.long).clamp(0, 9))
        q, k, v = self.q(t), self.k(t), self.v(t)
        a = torch.softmax(torch.matmul(q, k.transpose(1, 2)) * 0.5, -1)
        t = t + self.o(torch.matmul(a, v))
        t = t + self.down(F.gelu(self.up(self.norm(t))))
        return self.head(t[:, 0])


keep("tokens", Tokens(embed=nn.Embedding(10, 8), q=nn.Linear(8, 5), k=nn.Linear(8, 5), v=nn.Linear(8, 6), o=nn.Linear(6, 8),
                      norm=nn.LayerNorm(8), up=nn.Linear(8, 16), down=nn.Linear(16, 8), head=nn.Linear(8, 3)), [2, 7],
     ["q.weight", "k.weight", "v.weight", "o.weight", "up.weight", "down.weight"], ["embed.weight", "head.weight"])


class Branching(Net):
    def forward(self, x):
        x = self.c1(x)
        if x.sum() > 0:
            y = self.c2(x)
        else:
            y = self.c2(x) * 2
        for i in range(2):
            y = y + self.c3(y)
        return self.head(F.relu(self.c4(y)).mean([2, 3]))


keep("branching", Branching(c1=nn.Conv2d(3, 4, 1), c2=nn.Conv2d(4, 4, 1), c3=nn.Conv2d(4, 4, 1), c4=nn.Conv2d(4, 4, 1),
                            head=nn.Linear(4, 3)), [2, 3, 5, 5], ["c1.weight", "c4.weight"],
     ["c2.weight", "c3.weight", "head.weight"])


class Normalised(Net):
    def forward(self, x):
        w = self.g * self.v / self.v.norm()
        x = F.relu(F.linear(x, w)).flatten(1)
        x = self.f1(x) + self.table
        return self.f2(self.f3(x.unsqueeze(1)).squeeze(1) + torch.ones(6))


keep("computed_weight", Normalised(g=nn.Parameter(torch.rand(5, 1)), v=nn.Parameter(torch.randn(5, 4)), f1=nn.Linear(5, 6),
                                   table=nn.Parameter(torch.randn(6)), f3=nn.Linear(6, 6), f2=nn.Linear(6, 3)), [2, 4],
     ["f1.weight"], ["v", "f3.weight", "f2.weight"])


class Random(nn.Module):
    """Operators in random order, some of which mix channels."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        self.kinds = []
        c = 4
        self.layers.append(nn.Conv2d(3, c, 3, padding=1))
        self.kinds.append("conv")
        for _ in range(random.randint(3, 9)):
            kind = random.choice(["conv", "conv", "conv", "bn", "relu", "residual", "depth", "double", "group", "shuffle", "cat",
                                  "gate", "norm", "tanh", "roll", "flip", "max", "transposed", "sum", "linear"])
            layer = nn.Identity()
            if kind in ("conv", "transposed"):
                n = random.choice([4, 6, 8])
                layer = nn.Conv2d(c, n, 3, padding=1) if kind == "conv" else nn.ConvTranspose2d(c, n, 3, padding=1)
                c = n
            elif kind == "bn":
                layer = nn.BatchNorm2d(c)
            elif kind in ("residual", "gate"):
                layer = nn.Conv2d(c, c, 3, padding=1)
            elif kind == "depth":
                layer = nn.Conv2d(c, c, 3, padding=1, groups=c)
            elif kind == "double" and c <= 8:
                layer = nn.Conv2d(c, 2 * c, 1, groups=c)
                c *= 2
            elif kind == "group":
                layer = nn.Conv2d(c, c, 1, groups=2)
            elif kind == "norm":
                layer = nn.GroupNorm(2, c)
            elif kind == "linear":
                layer = nn.Linear(c, c)
            elif kind == "cat":
                c *= 2
                if c > 16:
                    c //= 2
                    kind = "relu"
            self.layers.append(layer)
            self.kinds.append(kind)
        self.flat = random.random() < 0.5
        self.head = nn.Linear(c * 36 if self.flat else c, 3)

    def forward(self, x):
        for kind, layer in zip(self.kinds, self.layers):
            if kind == "residual":
                x = x + F.relu(layer(x))
            elif kind == "gate":
                x = x * torch.sigmoid(layer(x.mean([2, 3], keepdim=True)))
            elif kind == "shuffle":
                x = x.view(x.size(0), 2, -1, x.size(2), x.size(3)).transpose(1, 2).flatten(1, 2)
            elif kind == "cat":
                x = torch.cat([x, F.relu(x)], 1)
            elif kind == "relu":
                x = F.relu(x)
            elif kind == "tanh":
                x = torch.tanh(x)
            elif kind == "roll":
                x = x + torch.roll(x, 1, 1)
            elif kind == "flip":
                x = x * x.flip(1)
            elif kind == "max":
                x = F.max_pool2d(x, 3, 1, 1)
            elif kind == "sum":
                x = x + x.sum(1, keepdim=True)
            elif kind == "linear":
                x = layer(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            else:
                x = layer(x)
        return self.head(x.flatten(1) if self.flat else x.mean([2, 3]))


for i in range(40):
    keep("random%d" % i, Random(), [2, 3, 6, 6], ["*"], [], True)
