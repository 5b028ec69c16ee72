#!/usr/bin/env python3
"""How far the finite width n of the networks of tests/suite/prediction.rs moves their gradients.

    python3 checks/width_bias.py       (needs numpy; a few seconds)

Prints the mean over the layers of n times the relative error of the predicted ratio of gradients, to
first order in 1 / n, for the stacks of that test. Its doc comment has the derivation.
"""
import math

import numpy as np

X = np.linspace(-12, 12, 200_001)
WEIGHT = np.exp(-X * X / 2)
WEIGHT /= WEIGHT.sum()
ERF = np.vectorize(math.erf)

ACTIVATIONS = {
    "Relu": (2, lambda z: np.maximum(z, 0)),
    "Tanh": (1, np.tanh),
    "Gelu": (2, lambda z: z * 0.5 * (1 + ERF(z / 2**0.5))),
    "Silu": (2, lambda z: z / (1 + np.exp(-z))),
    "Selu": (1, lambda z: 1.0507 * np.where(z > 0, z, 1.67326 * np.expm1(np.minimum(z, 0)))),
    "Sin": (1, np.sin),
}


def mean(values):
    return float((values * WEIGHT).sum())


def bias(f, weight_variance, bias_variance, layers):
    q, moments = weight_variance + bias_variance, []
    for _ in range(layers):
        z = X * q**0.5
        step = 1e-6 * q**0.5
        a, slope = f(z), (f(z + step) - f(z - step)) / (2 * step)
        signal, gain = mean(a * a), mean(slope**2)
        k = mean((z * slope) ** 2) / (q * gain)
        k_output = mean((a * slope) ** 2) / (signal * gain)
        carried = mean(z * slope * a) ** 2 / (q * signal * gain)
        moments.append((k, k_output, carried))
        q = weight_variance * signal + bias_variance
    total, aligned = 0.0, 1.0
    for k, k_output, carried in reversed(moments):
        total += (aligned - 1) * (k_output - 1)
        aligned = k + (aligned - 1) * carried
        total += aligned - 1
    return total / layers


for name, (weight_variance, f) in ACTIVATIONS.items():
    print(f"{name}, 4 layers: {bias(f, weight_variance, 0, 4):.2f}")
print(f"Tanh with biases, 6 layers: {bias(np.tanh, 1, 0.3, 6):.2f}")
