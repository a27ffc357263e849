# A scripted and a traced model in which instances of one class differ, two layers share a weight, and a convolution has
# its output channels second; one in 16 bits; one with a list of weights.
import torch
from torch import nn
torch.manual_seed(1)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 8, 3, padding=1); self.b = nn.Conv2d(8, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.l = nn.Linear(64, 50); self.tied = nn.Linear(64, 50); self.tied.weight = self.l.weight
    def forward(self, x):
        y = self.up(torch.relu(self.b(torch.relu(self.a(x))))).mean(1).flatten(1)
        return self.l(y) + self.tied(y)
net = Net().eval(); x = torch.randn(5, 1, 4, 4)
torch.jit.script(net).save("scripted.pt")
torch.jit.trace(net, x).save("traced.pt")
class Half(nn.Module):
    def __init__(self):
        super().__init__(); self.l = nn.Linear(16, 50).half()
    def forward(self, x):
        return torch.nn.functional.linear(x.reshape(x.size(0), -1), self.l.weight.float(), self.l.bias.float())
torch.jit.script(Half().eval()).save("half.pt")
class Recurrent(nn.Module):
    def __init__(self):
        super().__init__(); self.r = nn.LSTM(16, 8)
    def forward(self, x):
        return self.r(x.reshape(1, x.size(0), 16))[0][0]
torch.jit.script(Recurrent().eval()).save("recurrent.pt")
