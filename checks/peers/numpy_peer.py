"""NumPy as one of the peers: see peers.py for the protocol."""

import sys
import time

import numpy as np

LEN = 1 << 20
STD = np.sqrt(2 / 1024)
GENERATORS = {
    name: np.random.Generator(getattr(np.random, name)(1)) for name in ("PCG64", "SFC64")
}
BUFFERS = {"f32": np.zeros(LEN, np.float32), "f64": np.zeros(LEN)}


def timed(call):
    """Nanoseconds an element, after a call that nobody times."""
    call()
    start = time.thread_time()
    call()
    return (time.thread_time() - start) * 1e9 / LEN


def normal(generator, out, std):
    generator.standard_normal(out=out, dtype=out.dtype)
    if std != 1:
        np.multiply(out, out.dtype.type(std), out=out)


def uniform(generator, out):
    bound = np.sqrt(6 / 1024)
    generator.random(out=out, dtype=out.dtype)
    out *= out.dtype.type(2 * bound)
    out -= out.dtype.type(bound)


def measure(row):
    law, _, element = row.rpartition(" ")
    out = BUFFERS.get(element)
    call = {
        "normal": lambda generator: normal(generator, out, 1),
        "he normal": lambda generator: normal(generator, out, STD),
        "he uniform": lambda generator: uniform(generator, out),
    }.get(law)
    if out is None or call is None:
        return {}
    method = "random" if law == "he uniform" else "ziggurat"
    return {
        f"{method} on {name}": timed(lambda: call(generator))
        for name, generator in GENERATORS.items()
    }


if __name__ == "__main__":
    import json

    print(f"NumPy {np.__version__}, Generator, out=", flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(line.strip())), flush=True)
