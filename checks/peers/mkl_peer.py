"""The vector statistics of MKL as one of the peers: see peers.py for the protocol.

The uniform generator has two modes of accuracy and the normal one three methods; all are measured.
The numbers are those of mkl_vsl_defines.h."""

import ctypes
import glob
import json
import os
import sys
import time

LEN = 1 << 20
GENERATORS = {"MT19937": 8 << 20, "SFMT19937": 13 << 20, "ARS5": 15 << 20, "PHILOX4X32X10": 16 << 20}
GAUSSIAN = {"BOXMULLER": 0, "BOXMULLER2": 1, "ICDF": 2}
UNIFORM = {"STD": 0, "STD_ACCURATE": 1 << 30}
STD, BOUND = (2 / 1024) ** 0.5, (6 / 1024) ** 0.5

library = ctypes.CDLL(sorted(glob.glob(os.path.join(sys.prefix, "lib", "libmkl_rt.so*")))[0])
TYPES = {"f32": (ctypes.c_float, "s"), "f64": (ctypes.c_double, "d")}
BUFFERS = {name: (element * LEN)() for name, (element, _) in TYPES.items()}


def version():
    text = ctypes.create_string_buffer(200)
    library.mkl_get_version_string(text, 200)
    return text.value.decode().strip()


def streams():
    """A stream for each generator that this version has."""
    for name, number in GENERATORS.items():
        stream = ctypes.c_void_p()
        if library.vslNewStream(ctypes.byref(stream), number, ctypes.c_uint(1)) == 0:
            yield name, stream


STREAMS = dict(streams())


def call(kind, element, method, stream, a, b):
    c_type, letter = TYPES[element]
    function = getattr(library, f"v{letter}Rng{kind}")
    status = function(method, stream, LEN, BUFFERS[element], c_type(a), c_type(b))
    if status != 0:
        raise RuntimeError(f"status {status} of v{letter}Rng{kind}")


def measure(row):
    law, _, element = row.rpartition(" ")
    if element not in TYPES or law not in ("normal", "he normal", "he uniform"):
        return {}
    if law == "he uniform":
        kind, methods, a, b = "Uniform", UNIFORM, -BOUND, BOUND
    else:
        kind, methods, a, b = "Gaussian", GAUSSIAN, 0.0, 1.0 if law == "normal" else STD
    found = {}
    for generator, stream in STREAMS.items():
        for name, method in methods.items():
            call(kind, element, method, stream, a, b)
            start = time.thread_time()
            call(kind, element, method, stream, a, b)
            found[f"{name} on {generator}"] = (time.thread_time() - start) * 1e9 / LEN
    return found


if __name__ == "__main__":
    print(version(), flush=True)
    for line in sys.stdin:
        print(json.dumps(measure(line.strip())), flush=True)
