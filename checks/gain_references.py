#!/usr/bin/env python3
"""The references of tests/suite/gains.rs: E f(u)^2, E f'(u)^2 and E f(u) for u ~ N(0, q), to 22 digits.

    python3 checks/gain_references.py > tests/suite/gains.txt      (needs mpmath; some minutes)

Formulas and method are not those of the library: mpmath's tanh-sinh quadrature with 40 digits, on
intervals between the kinks that shrink towards each of them, with derivatives by mpmath's own
differences of the values where no closed form is shorter.
"""
from mpmath import mp, mpf, quad, exp, erf, erfc, tanh, sin, cos, sqrt, pi, log1p, expm1, nstr, sech

mp.dps = 40
SELU_SCALE = mpf("1.0507009873554804934193349852946")
SELU_ALPHA = mpf("1.6732632423543772848170429916717")


def sigmoid(x):
    return 1 / (1 + exp(-x))


def cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def density(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def gelu_tanh(x):
    return x * (1 + tanh(sqrt(2 / pi) * (x + mpf("0.044715") * x**3))) / 2


def gelu_tanh_slope(x):
    y = sqrt(2 / pi) * (x + mpf("0.044715") * x**3)
    dy = sqrt(2 / pi) * (1 + 3 * mpf("0.044715") * x**2)
    return (1 + tanh(y)) / 2 + x * sech(y) ** 2 * dy / 2


def mish_slope(x):
    s = log1p(exp(x))
    return tanh(s) + x * sech(s) ** 2 * sigmoid(x)


def elu(a):
    return (
        lambda x: x if x > 0 else a * expm1(x),
        lambda x: mpf(1) if x > 0 else a * exp(x),
        [0],
    )


def celu(a):
    return (
        lambda x: x if x > 0 else a * expm1(x / a),
        lambda x: mpf(1) if x > 0 else exp(x / a),
        [0, -a, -10 * a, -40 * a],
    )


def leaky(a):
    return (lambda x: x if x > 0 else a * x, lambda x: mpf(1) if x > 0 else a, [0])


def step(condition):
    return mpf(1) if condition else mpf(0)


q17 = mpf("1.702")
CASES = {
    "Linear": (lambda x: x, lambda x: mpf(1), []),
    "Sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x), []),
    "Tanh": (tanh, lambda x: sech(x) ** 2, []),
    "Relu": (lambda x: max(x, 0), lambda x: step(x > 0), [0]),
    "LeakyRelu(0.01)": leaky(mpf("0.01")),
    "LeakyRelu(0.2)": leaky(mpf("0.2")),
    "Relu6": (lambda x: min(max(x, 0), 6), lambda x: step(0 < x < 6), [0, 6]),
    "Elu(1.0)": elu(mpf(1)),
    "Elu(0.5)": elu(mpf("0.5")),
    "Selu": (
        lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * expm1(x)),
        lambda x: SELU_SCALE * (mpf(1) if x > 0 else SELU_ALPHA * exp(x)),
        [0],
    ),
    "Celu(0.5)": celu(mpf("0.5")),
    "Celu(0.001)": celu(mpf("0.001")),
    "Gelu": (lambda x: x * cdf(x), lambda x: cdf(x) + x * density(x), []),
    "GeluTanh": (gelu_tanh, gelu_tanh_slope, []),
    "QuickGelu": (
        lambda x: x * sigmoid(q17 * x),
        lambda x: sigmoid(q17 * x) * (1 + q17 * x * sigmoid(-q17 * x)),
        [],
    ),
    "Silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), []),
    "Mish": (lambda x: x * tanh(log1p(exp(x))), mish_slope, []),
    "Softplus": (lambda x: max(x, 0) + log1p(exp(-abs(x))), sigmoid, []),
    "Softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2, [0]),
    "Hardswish": (
        lambda x: x * min(max(x + 3, 0), 6) / 6,
        lambda x: mpf(0) if x <= -3 else mpf(1) if x >= 3 else (2 * x + 3) / 6,
        [-3, 3],
    ),
    "Hardtanh": (lambda x: min(max(x, -1), 1), lambda x: step(abs(x) < 1), [-1, 1]),
    "Erf": (erf, lambda x: 2 / sqrt(pi) * exp(-x * x), []),
    "Sin": (sin, cos, []),
    "SquaredRelu": (lambda x: max(x, 0) ** 2, lambda x: 2 * max(x, 0), [0]),
}
VARIANCES = ["1e-6", "0.001", "0.1", "0.5", "1.0", "4.0", "100.0", "1e4", "1e6"]


def expectation(f, q, kinks):
    s = sqrt(q)
    reach = 14 * s
    cuts = {mpf(0), reach, -reach}
    for share in (1, 2, 3, 4, 6, 8, 10, 12):
        cuts |= {share * s, -share * s}
    for kink in [0] + kinks:
        cuts.add(mpf(kink))
        for k in range(-3, 12):
            cuts |= {kink + mpf(2) ** k, kink - mpf(2) ** k}
    cuts = sorted(c for c in cuts if abs(c) <= reach)
    unit = 1 / (s * sqrt(2 * pi))
    return quad(lambda u: f(u) * exp(-u * u / (2 * q)), cuts) * unit


def main():
    print("# activation, q, E f^2, E f'^2, E f: by checks/gain_references.py")
    for name, (f, slope, kinks) in CASES.items():
        for text in VARIANCES:
            q = mpf(text)
            if name == "Sin" and q > 100:
                # Closed forms: the quadrature would need a panel per wave.
                moments = [(1 - exp(-2 * q)) / 2, (1 + exp(-2 * q)) / 2, mpf(0)]
            else:
                moments = [
                    expectation(lambda u: f(u) ** 2, q, kinks),
                    expectation(lambda u: slope(u) ** 2, q, kinks),
                    expectation(f, q, kinks),
                ]
            print(name, text, *(nstr(m, 22, strip_zeros=False) for m in moments), flush=True)


if __name__ == "__main__":
    main()
