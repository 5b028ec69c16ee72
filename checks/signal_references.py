#!/usr/bin/env python3
"""The references of tests/suite/theory.rs: critical points, fixed points and correlations.

    python3 checks/signal_references.py       (needs mpmath and numpy; a minute)

Critical points by mpmath's secant method on chi = 1 in q, with the expectations of
gain_references.py; correlations by Gauss-Hermite quadrature of 160 x 160 points, for activations
that are smooth, and bisection.
"""
import numpy as np
from mpmath import mp, mpf, findroot, diff, nstr
from gain_references import CASES, expectation

mp.dps = 25


def moments(name, q):
    f, slope, kinks = CASES[name]
    return expectation(lambda u: f(u) ** 2, q, kinks), expectation(lambda u: slope(u) ** 2, q, kinks)


def variance_slope(name, w, q):
    f, slope, kinks = CASES[name]
    return w * expectation(lambda u: f(u) * slope(u) * u / q, q, kinks)


print("critical: activation, b, w, q, V'")
for name, b, guess in [
    ("Tanh", "0.05", 0.57), ("Tanh", "0.3", 1.46), ("Gelu", "0.05", 0.72), ("Gelu", "0.3", 8.8),
    ("Silu", "0.05", 0.83), ("Mish", "0.05", 0.9), ("Selu", "0.05", 0.83), ("Elu(1.0)", "0.05", 1.3),
    ("Softsign", "0.05", 0.41), ("Hardtanh", "0.05", 0.46), ("Hardswish", "0.05", 0.78),
    ("Relu6", "0.05", 5.6), ("Sigmoid", "0.0", 45.6),
]:
    b = mpf(b)

    def excess(q):
        square, slope = moments(name, q)
        return (q - b) / square * slope - 1

    q = findroot(excess, (mpf(guess), mpf(guess) * mpf("1.01")), solver="secant", tol=1e-18)
    w = (q - b) / moments(name, q)[0]
    print(name, nstr(b, 3), *(nstr(x, 16) for x in (w, q, variance_slope(name, w, q))))

x, weights = np.polynomial.hermite_e.hermegauss(160)
weights = weights / weights.sum()


def smooth(name):
    return {
        "Tanh": (np.tanh, lambda u: 1 / np.cosh(u) ** 2),
        "Sin": (np.sin, np.cos),
        "Silu": (
            lambda u: u / (1 + np.exp(-u)),
            lambda u: 1 / (1 + np.exp(-u)) * (1 + u / (1 + np.exp(u))),
        ),
    }[name]


def pair(g, q, c):
    u = np.sqrt(q) * x[:, None]
    v = c * u + np.sqrt(q * (1 - c * c)) * x[None, :]
    return float((weights[:, None] * weights[None, :] * g(u) * g(v)).sum())


def bisect(f, a, b):
    fa = f(a)
    for _ in range(200):
        m = (a + b) / 2
        if (f(m) < 0) == (fa < 0):
            a = m
        else:
            b = m
    return (a + b) / 2


print("fixed points: activation, w, b, q, chi, c*, slope at c*")
for name, w, b, low, high in [("Tanh", 2.5, 0.05, 0.1, 10), ("Sin", 2.0, 0.2, 0.1, 10), ("Silu", 2.0, 0.2, 0.1, 1)]:
    f, slope = smooth(name)
    mean = lambda g, q: float((weights * g(np.sqrt(q) * x)).sum())
    q = bisect(lambda q: w * mean(lambda u: f(u) ** 2, q) + b - q, low, high)
    chi = w * mean(lambda u: slope(u) ** 2, q)
    c = bisect(lambda c: (w * pair(f, q, c) + b) / q - c, 0.0, 1 - 1e-3) if chi > 1 else 1.0
    print(name, w, b, q, chi, c, w * pair(slope, q, c))
