"""What PyTorch says of ResNet-20: python3 check_resnet.py "MODEL DATA FOLDER SAMPLES". FOLDER holds `errors` (float32, the error
of every convolution and linear weight, one after the other). Prints per weight its name, the mean of its squared gradients of
Σ_c ±√p_c · -ln p(c|x) and half the mean of (gradient · error)², then the covariance of the first layer's inputs as text."""
import json
import sys
import numpy as np
import torch
import torch.nn.functional as F
from draw_signs import signs

model_path, data_path, folder, samples = sys.argv[1].split()
samples = int(samples)
raw = open(data_path, "rb").read()
n = int.from_bytes(raw[:8], "little")
header = json.loads(raw[8:8 + n])
place = header["images"]
begin, end = place["data_offsets"]
images = np.frombuffer(raw[8 + n + begin:8 + n + end], np.uint8).reshape(place["shape"])
errors = torch.from_numpy(np.fromfile(folder + "/errors", np.float32))
description = json.load(open(data_path.rsplit("/", 1)[0] + "/dataset.json"))
scale = np.float32(1 / 255)
mean = np.array(description["preprocess"]["mean"], np.float32).reshape(1, 3, 1, 1)
std = np.array(description["preprocess"]["std"], np.float32).reshape(1, 3, 1, 1)
x = torch.from_numpy((images[:samples].astype(np.float32) * scale - mean) / std)
module = torch.jit.load(model_path).eval()
weights = [(k, p) for k, p in module.named_parameters() if p.dim() >= 2]
squares = [0.0] * len(weights)
projected = [0.0] * len(weights)
for s in range(samples):
    logs = F.log_softmax(module(x[s:s + 1]), 1)[0]
    loss = -(signs(0, s, 0, 10) * (logs.detach() / 2).exp() * logs).sum()
    at = 0
    for i, g in enumerate(torch.autograd.grad(loss, [p for _, p in weights])):
        g = g.reshape(-1).double()
        e = errors[at:at + g.numel()].double()
        at += g.numel()
        squares[i] += (g * g).mean().item() / samples
        projected[i] += (g @ e).item() ** 2 / 2 / samples
for (name, _), a, b in zip(weights, squares, projected):
    print(name, repr(a), repr(b))
columns = F.unfold(x, 3, padding=1).transpose(1, 2).reshape(-1, 27).double()
np.savetxt(folder + "/covariance", (columns.t() @ columns).numpy().reshape(-1))
