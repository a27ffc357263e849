"""The ±1 that Bitwright draws for the classes of one row of outputs (core/torch/label_draw.h), by splitmix64."""
import torch


def mixed(a, b):
    def splitmix(x):
        x = (x + 0x9E3779B97F4A7C15) % 2**64
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
        return x ^ x >> 31
    return splitmix(splitmix(a) ^ b)


def signs(seed, sample, row, classes):
    bits = mixed(mixed(seed, sample), row)
    return torch.tensor([1.0 if mixed(bits, c // 64) >> c % 64 & 1 else -1.0 for c in range(classes)])
