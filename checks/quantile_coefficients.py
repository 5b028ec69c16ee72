#!/usr/bin/env python3
"""Coefficients of src/engine/quantile.rs: z = L (o + P(t) / Q(t)), t = sqrt(L + ln 2) - 1.

    quantile_coefficients.py verify PAGE      errors of the tables on the page (docs/stream.md)
    quantile_coefficients.py fit f32 0        fits row 0 anew (f32: 0..3, f64: 0..3; minutes)

Needs mpmath and numpy. Fit: a minimax ratio by reweighted least squares and Remez's exchange with
60 and more digits; then the common factor of numerator and denominator, which is free, is searched
(fixed seed) for the one that loses least when the coefficients are rounded, and single units in
the last place are tried until none helps.
"""
import re, struct, sys
import numpy as np
from mpmath import mp, mpf, matrix, lu_solve, binomial, erfc, erf, log, log1p, sqrt, cos, pi, exp, asinh, sinh

mp.dps = 150
LN2 = log(mpf(2))
# z from, to; degrees of the ratio; offset.
ROWS = {
    "f32": [(0, 7.3, 0.5), (3, 17.3, 0.125), (16, 130, 2.0**-6), (128, 2**15 * 1.01, 2.0**-14)],
    "f64": [(0, 9.9, 0.5), (3, 65, 2.0**-4), (64, 4001, 2.0**-10), (4000, 2.0**30 * 1.01, 0)],
}
DEGREES = {"f32": (3, 4), "f64": (9, 10)}
TYPE = {"f32": (np.float32, np.float64), "f64": (np.float64, np.longdouble)}


def log_tail(z):
    x = z / sqrt(mpf(2))
    if z < 0.5:
        return -log1p(-erf(x))
    if z < 300:
        return -log(erfc(x))
    y, series, term = 1 / (z * z), mpf(0), mpf(1)
    for k in range(40):
        series += term
        term *= -(2 * k + 1) * y
    return z * z / 2 - log(2 * series / (z * sqrt(2 * pi)))


def grid(z0, z1, n):
    for i in range(n):
        u = (1 - cos(pi * i / (n - 1))) / 2
        if z0:
            z = exp(log(mpf(z0)) * (1 - u) + log(mpf(z1)) * u)
        else:
            z = max(sinh(asinh(mpf(z1)) * u), mpf(10) ** -12)
        yield z, log_tail(z)


def horner(c, x):
    r = c[-1] + 0 * x
    for k in c[-2::-1]:
        r = k + x * r
    return r


def errors(P, Q, V, F):
    q = [horner(Q, v) for v in V]
    return [horner(P, v) / y / f - 1 for v, y, f in zip(V, q, F)], min(q) * max(q) <= 0


def least_squares(V, F, m, n, count, its=30):
    step = max(1, len(V) // count)
    V, F = V[::step], F[::step]
    a, b = min(V), max(V)
    T = []
    for v in V:
        t = (2 * v - a - b) / (b - a)
        row = [mpf(1), t]
        while len(row) <= max(m, n):
            row.append(2 * t * row[-1] - row[-2])
        T.append(row)
    wq, lw, best = [mpf(1)] * len(V), [mpf(1)] * len(V), None
    for _ in range(its):
        A, B = matrix(len(V), m + n + 1), matrix(len(V), 1)
        for i in range(len(V)):
            sc = lw[i] / (F[i] * wq[i])
            for j in range(m + 1):
                A[i, j] = T[i][j] * sc
            for j in range(1, n + 1):
                A[i, m + j] = -T[i][j] * F[i] * sc
            B[i] = F[i] * sc
        try:
            s = lu_solve(A.T * A, A.T * B)
        except ZeroDivisionError:
            break
        p = [sum(s[j] * T[i][j] for j in range(m + 1)) for i in range(len(V))]
        q = [1 + sum(s[m + j] * T[i][j] for j in range(1, n + 1)) for i in range(len(V))]
        e = [x / y / f - 1 for x, y, f in zip(p, q, F)]
        worst = max(map(abs, e))
        if min(q) * max(q) > 0 and (best is None or worst < best[0]):
            best = (worst, list(s))
        wq = [abs(y) for y in q]
        lw = [sqrt(l * l * (mpf("0.2") + abs(x) / worst)) for l, x in zip(lw, e)]
    s = best[1]

    def monomials(c):
        one, t = [mpf(1)], [-(a + b) / (b - a), 2 / (b - a)]
        Ts = [one, t]
        while len(Ts) < len(c):
            x = [mpf(0)] * (len(Ts[-1]) + 1)
            for i, y in enumerate(Ts[-1]):
                x[i] += 2 * t[0] * y
                x[i + 1] += 2 * t[1] * y
            for i, y in enumerate(Ts[-2]):
                x[i] -= y
            Ts.append(x)
        r = [mpf(0)] * len(c)
        for k, poly in zip(c, Ts):
            for i, y in enumerate(poly):
                r[i] += k * y
        return r

    return monomials([s[j] for j in range(m + 1)]), monomials([mpf(1)] + [s[m + j] for j in range(1, n + 1)])


def minimax(V, F, m, n):
    best, N = None, m + n + 2
    for count in (160, 220, 300):
        P, Q = least_squares(V, F, m, n, count)
        for _ in range(13):
            P, Q = [p / Q[0] for p in P], [q / Q[0] for q in Q]
            e, bad = errors(P, Q, V, F)
            worst = max(map(abs, e))
            if not bad and (best is None or worst < best[2]):
                best = (P, Q, worst)
            ref = []
            for i in range(len(e)):
                if ref and (e[i] > 0) == (e[ref[-1]] > 0):
                    if abs(e[i]) > abs(e[ref[-1]]):
                        ref[-1] = i
                else:
                    ref.append(i)
            if bad or len(ref) < N:
                break
            while len(ref) > N:
                if len(ref) - N == 1:
                    ref = ref[1:] if abs(e[ref[0]]) < abs(e[ref[-1]]) else ref[:-1]
                else:
                    k = min(range(len(ref) - 1), key=lambda k: max(abs(e[ref[k]]), abs(e[ref[k + 1]])))
                    del ref[k : k + 2]
            E = sum(abs(e[i]) for i in ref) / N * (1 if e[ref[0]] > 0 else -1)
            try:
                for _ in range(60):
                    A, B = matrix(N, N), matrix(N, 1)
                    for r, i in enumerate(ref):
                        s = (-1) ** r
                        for j in range(m + 1):
                            A[r, j] = V[i] ** j / F[i]
                        for j in range(1, n + 1):
                            A[r, m + j] = -(V[i] ** j) * (1 + s * E)
                        A[r, N - 1], B[r] = -s, 1
                    x = lu_solve(A, B)
                    done, E = abs(x[N - 1] - E) <= abs(E) * mpf(10) ** -10, x[N - 1]
                    if done:
                        break
            except ZeroDivisionError:
                break
            P, Q = [x[j] for j in range(m + 1)], [mpf(1)] + [x[m + j] for j in range(1, n + 1)]
    return best


def shifted(c):
    """Coefficients in s - 1 from those in s."""
    return [sum(c[k] * binomial(k, j) for k in range(j, len(c))) for j in range(len(c))]


def wide(x, form):
    if form == "f32":
        return np.float64(float(x))
    return np.longdouble(float(x)) + np.longdouble(float(x - mpf(float(x))))


def worst_error(offset, c, T, F, form):
    w, n = TYPE[form][1], len(c) // 2
    c = np.array(c).astype(w)
    return float(np.abs((w(offset) + horner(c[:n], T) / horner(c[n:], T)) / F - 1).max())


def points(form, row):
    z0, z1, offset = ROWS[form][row]
    G = list(grid(z0, z1, 500 if z0 else 900))
    V, F = [sqrt(L + LN2) for z, L in G], [z / L for z, L in G]
    return V, F, np.array([wide(v - 1, form) for v in V]), np.array([wide(f, form) for f in F]), offset


def fit(form, row):
    V, F, T, Fw, offset = points(form, row)
    scale = sqrt(V[0] * V[-1])
    P, Q, worst = minimax([v / scale for v in V], F, *DEGREES[form])
    P, Q = [c / scale**k for k, c in enumerate(P)], [c / scale**k for k, c in enumerate(Q)]
    if Q[-1] < 0:
        P, Q = [-c for c in P], [-c for c in Q]
    P, Q = shifted(P), shifted(Q)
    P = [p - mpf(offset) * q for p, q in zip(P + [mpf(0)], Q)]
    real, w = TYPE[form]
    exact = np.array([wide(c, form) for c in P + Q])
    factors = 2 ** np.random.default_rng(1).uniform(0, 1, 6000 if form == "f32" else 1500)
    tried = sorted((worst_error(offset, (exact * w(f)).astype(real), T, Fw, form), f) for f in factors)
    best = None
    for e, f in tried[: 30 if form == "f32" else 8]:
        c, better = (exact * w(f)).astype(real), True
        e = worst_error(offset, c, T, Fw, form)
        while better:
            better = False
            for i in range(len(c)):
                for j in range(i, len(c)) if form == "f32" else [i]:
                    for di in (-1, 1):
                        for dj in (-1, 0, 1) if j != i else (0,):
                            d = c.copy()
                            d[i] = np.nextafter(d[i], real(np.inf * di))
                            if dj:
                                d[j] = np.nextafter(d[j], real(np.inf * dj))
                            x = worst_error(offset, d, T, Fw, form)
                            if x < e * (1 - 1e-5):
                                e, c, better = x, d, True
        if best is None or e < best[0]:
            best = (e, c)
    n = len(P)
    print(f"{form} row {row}: minimax 2^{float(log(worst, 2)):.2f}, rounded 2^{np.log2(best[0]):.2f}")
    print("p", [float(x) for x in best[1][:n]], "\nq", [float(x) for x in best[1][n:]])


def verify(page):
    for t in re.findall(r"(?:^\|.*\n)+", open(page).read(), re.M):
        t = [[c.strip().strip("`") for c in line.strip("| \n").split("|")] for line in t.strip().split("\n")]
        if t[2][0] != "o":
            continue
        form = "f32" if len(t[2][1]) == 8 else "f64"
        number = lambda b: struct.unpack(">f" if form == "f32" else ">d", bytes.fromhex(b))[0]
        for row in range(4):
            _, _, T, F, offset = points(form, row)
            column = [number(line[row + 1]) for line in t[2:]]
            assert column[0] == offset
            e = worst_error(column[0], column[1:], T, F, form)
            print(f"{form} row {row}: 2^{np.log2(e):.2f}")


if __name__ == "__main__":
    if sys.argv[1] == "verify":
        verify(sys.argv[2])
    else:
        fit(sys.argv[2], int(sys.argv[3]))
