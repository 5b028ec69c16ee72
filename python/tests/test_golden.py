"""The values are those of the crate, to the bit: `tests/golden.txt` of the repository."""

import math
import pathlib
import re

import pytest

from fanin import Key, init
from fanin._schemes import *  # noqa: F403

GOLDEN = pathlib.Path(__file__).parents[2] / "tests" / "golden.txt"
KEYS = {
    "bytes ff": lambda: Key.from_text("ff" * 32),
    "seed 0": lambda: Key(0),
    "seed 2^64 - 1": lambda: Key(2**64 - 1),
    "seed 42, child index 7": lambda: Key(42).child_index(7),
    "seed 42, child layers.0.weight": lambda: Key(42).child("layers.0.weight"),
}
TYPES = {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16"}
SCHEMES = {
    "BilinearKernel": BilinearKernel(),
    "Constant::new(-0.7).scaled(0.0)": Constant(-0.7).scaled(0.0),
    "Constant::new(0.1)": Constant(0.1),
    "Dirac.centre(Centre::Lower)": Dirac(centre="lower"),
    "ForgetGateBias.value(0.3).at(2)": ForgetGateBias(0.3, at=2),
    "GlorotNormal": GlorotNormal(),
    "HeNormal": HeNormal(),
    "HeNormal.scaled(0.3).scaled(0.7)": HeNormal().scaled(0.3).scaled(0.7),
    "Icnr::new(LeCunNormal, 2)": Icnr("lecun_normal", upscale=2),
    "Icnr::new(Sparse::new(3, 0.5), 2)": Icnr(Sparse(3, 0.5), upscale=2),
    "Identity.gain(0.3)": Identity(0.3),
    "LeCunNormal": LeCunNormal(),
    "Normal::new(-1.5, 0.25)": Normal(-1.5, 0.25),
    "Normal::new(0.0, 1.0)": Normal(0.0, 1.0),
    "Orthogonal": Orthogonal(),
    "Orthogonal.gain(2.5).scaled(0.3)": Orthogonal(2.5).scaled(0.3),
    "Sparse::new(1, 1.0).scaled(0.3)": Sparse(1, 1.0).scaled(0.3),
    "Sparse::new(3, 0.5)": Sparse(3, 0.5),
    "TruncatedNormal::from_parent(0.0, 0.25, 2.5, inf)": TruncatedNormal(parent_std=0.25, low=2.5, high=math.inf),
    "TruncatedNormal::from_parent(0.0, 1.0, -2.0, 2.0)": TruncatedNormal(parent_std=1.0, low=-2, high=2),
    "TruncatedNormal::from_parent(0.1, 0.5, -0.3, 2.0)": TruncatedNormal(mean=0.1, parent_std=0.5, low=-0.3, high=2.0),
    "Uniform::new(-0.3, 0.5)": Uniform(-0.3, 0.5),
    "VarianceScaling::new(2.0, Fan::In, Family::TruncatedNormal)": VarianceScaling(2, family="truncated_normal"),
    "VarianceScaling::new(2.7, Fan::GeometricAverage, Family::Uniform)": VarianceScaling(
        2.7, fan="geometric_average", family="uniform"
    ),
}


def lines():
    """Those of plain shapes."""
    if not GOLDEN.exists():
        return []
    rows = [line.split("; ") for line in GOLDEN.read_text().splitlines()]
    return [row for row in rows if re.fullmatch(r"\[[\d, ]+\]", row[3]) and row[0] in SCHEMES]


@pytest.mark.skipif(not GOLDEN.exists(), reason="the repository is not here")
def test_golden():
    try:
        from blake3 import blake3
    except ImportError:
        blake3 = None
    compared = 0
    for scheme, kind, key, shape, first, last, digest in lines():
        if kind == "bf16":
            try:
                import ml_dtypes  # noqa: F401
            except ImportError:
                continue
        shape = [int(length) for length in shape[1:-1].split(",")]
        w = init(SCHEMES[scheme], KEYS[key](), shape, TYPES[kind])
        bits = w.view(f"u{w.itemsize}").ravel()
        width = 2 * w.itemsize
        assert (f"{bits[0]:0{width}x}", f"{bits[-1]:0{width}x}") == (first, last), (scheme, kind, key)
        if blake3 is not None:
            little = bits.astype(bits.dtype.newbyteorder("<"))
            assert blake3(little.tobytes()).hexdigest() == digest, (scheme, kind, key)
        compared += 1
    assert compared > 100
