#!/usr/bin/env python3
"""The references of src/report/tails.rs: chances of a mean of many squares of normal values.

    python3 checks/tail_references.py       (needs mpmath; a few seconds)

The density of the mean of n squares at x is proportional to exp(-n/2 (x - 1 - ln x)) / x. It is
integrated in units of its standard deviation, and the whole as well, so that no gamma function is
needed; for n = 2^10 the incomplete gamma function says the same.
"""
from mpmath import mp, mpf, quad, exp, log1p, sqrt, gammainc, inf, nstr

mp.dps = 40


def tail(n, z):
    """The chance of a mean beyond 1 + z sqrt(2 / n), on the side of z, twice."""
    a = mpf(n) / 2
    unit = 1 / sqrt(a)

    def density(t):
        d = t * unit
        return exp(-a * (d - log1p(d))) / (1 + d) if d > -1 else mpf(0)

    whole = quad(density, range(-14, 15))
    steps = [z + i if z > 0 else z - i for i in range(15)]
    return 2 * abs(quad(density, steps)) / whole


check = tail(2**10, 5) / (2 * gammainc(2**9, 2**9 + 5 * sqrt(mpf(2**9)), inf, regularized=True))
assert abs(check - 1) < mpf(10) ** -15, check
for power in [24, 25, 30, 40]:
    for z in [2, -2, 5.25, -5.25, 8, -8]:
        print(f"({power}, {float(z)}, {nstr(tail(2**power, z), 12)}),")
