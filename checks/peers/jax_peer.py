"""JAX as one of the peers: see peers.py for the protocol.

Its arrays are new at every call, and it computes on threads of its own, whose times are added."""

import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)
from jax import numpy as jnp  # noqa: E402
from jax.nn import initializers  # noqa: E402

SQUARE = (1024, 1024)


def calls():
    types = {"f32": jnp.float32, "f64": jnp.float64, "f16": jnp.float16, "bf16": jnp.bfloat16}
    schemes = {
        "normal": ("normal", jax.random.normal, types),
        "he normal": ("he_normal", lambda key, *of: initializers.he_normal()(key, *of), types),
        "he uniform": ("he_uniform", lambda key, *of: initializers.he_uniform()(key, *of), types),
        "truncated": (
            "truncated_normal",
            lambda key, shape, dtype: jax.random.truncated_normal(key, -2, 2, shape, dtype),
            {"f32": jnp.float32},
        ),
        "orthogonal": (
            "orthogonal",
            lambda key, *of: initializers.orthogonal()(key, *of),
            {"f32": jnp.float32},
        ),
    }
    for law, (method, function, elements) in schemes.items():
        for name, dtype in elements.items():
            yield f"{law} {name}", method, jax.jit(lambda key, f=function, d=dtype: f(key, SQUARE, d))


CALLS = {row: (method, call) for row, method, call in calls()}


def measure(row):
    if row not in CALLS:
        return {}
    method, call = CALLS[row]
    key = jax.random.key(1)
    call(key).block_until_ready()
    start = time.process_time()
    call(key).block_until_ready()
    return {f"{method}, jit": (time.process_time() - start) * 1e9 / (SQUARE[0] * SQUARE[1])}


if __name__ == "__main__":
    print(f"JAX {jax.__version__}, threefry, CPU", flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(line.strip())), flush=True)
