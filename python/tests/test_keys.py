"""Keys belong to one tensor; schemes read back."""

import copy
import math
import pickle
import threading

import pytest

import fanin
from fanin import Scheme
from fanin._schemes import *  # noqa: F403

SCHEMES = [
    LeCunNormal(),
    LeCunUniform(),
    LeCunTruncatedNormal(),
    HeNormal(),
    HeUniform(),
    HeTruncatedNormal(),
    XavierNormal(),
    GlorotNormal(),
    GlorotUniform(),
    GlorotTruncatedNormal(),
    VarianceScaling(2, fan="in", family="normal"),
    VarianceScaling(gain=1.4, fan="out", family="truncated_normal"),
    VarianceScaling(activation="leaky_relu(0.2)", fan="geometric_average", family="uniform"),
    Normal(std=0.02),
    Normal(1, 1e-6),
    TruncatedNormal(std=0.02, low=-0.04, high=0.04),
    TruncatedNormal(parent_std=1, low=-math.inf, high=2),
    TruncatedNormal(parent_std=1, low=0.5, high=math.inf),
    Uniform(-0.1, 0.1),
    Zeros(),
    Ones(),
    Constant(1e-6),
    Orthogonal(),
    Orthogonal(1.4),
    DeltaOrthogonal(1.4, centre="upper"),
    Sparse(15, 1.0),
    Identity(2),
    Dirac(centre="lower"),
    BilinearKernel(),
    ForgetGateBias(0.5, at=2),
    Icnr(HeNormal().scaled(2), upscale=2),
    ByPart("orthogonal", Normal(std=0.1), "zeros").scaled(0.5),
]


@pytest.mark.parametrize("scheme", SCHEMES, ids=str)
def test_a_scheme_reads_back(scheme):
    assert eval(repr(scheme)) == scheme
    assert Scheme(str(scheme)) == scheme
    assert pickle.loads(pickle.dumps(scheme)) == scheme
    assert hash(Scheme(scheme.text)) == hash(scheme)
    assert scheme.scaled(2) != scheme


def test_there_is_a_call_for_each_name():
    calls = {str(scheme).split("(")[0].split(".")[0] for scheme in SCHEMES}
    assert calls == {name for name, _, _, _ in fanin.names()}


def test_repr_is_the_call():
    assert repr(HeNormal().scaled(0.5)) == "HeNormal().scaled(0.5)"
    assert repr(Normal(0.0, 0.02)) == "Normal(std=0.02)"
    assert repr(ByPart("he_normal", Icnr("zeros", upscale=2))) == "ByPart(HeNormal(), Icnr(Zeros(), upscale=2))"
    assert repr(VarianceScaling(2, fan="in", family="normal")) == "VarianceScaling(2, fan='in', family='normal')"


def test_a_key_is_used_once():
    key = fanin.Key(42)
    first = fanin.init("he_normal", key, (8, 8))
    assert key.used
    for draw in (
        lambda: fanin.init("he_normal", key, (8, 8)),
        lambda: fanin.fill_(first, "he_normal", key),
        lambda: fanin.filler("he_normal", key, (8, 8)),
    ):
        with pytest.raises(ValueError, match=r"has been used: .* key\.copy\(\)"):
            draw()
    assert (fanin.init("he_normal", key.copy(), (8, 8)) == first).all()
    # What is derived from it is another key.
    assert (fanin.init("he_normal", key.child("a"), (8, 8)) != first).any()


def test_a_call_that_fails_leaves_the_key():
    key = fanin.Key(42)
    for wrong in (
        lambda: fanin.init("he_normal", key, 8),
        lambda: fanin.init("he_nrmal", key, (8, 8)),
        lambda: fanin.init("normal(std=1e-30)", key, 8, "float16"),
        lambda: fanin.init("he_normal", key, (8, 8), reading="i"),
    ):
        with pytest.raises(ValueError):
            wrong()
    assert not key.used


def test_one_thread_of_many_has_the_key():
    key = fanin.Key(1)
    outcomes = []

    def draw():
        try:
            fanin.init("he_normal", key, (64, 64))
            outcomes.append(True)
        except ValueError:
            outcomes.append(False)

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 7 + [True]


def test_keys_read_back():
    key = fanin.Key(42).child("a")
    assert pickle.loads(pickle.dumps(key)) == copy.copy(key) == fanin.Key.from_text(str(key)) == key
    assert len(bytes(key)) == 32 and hash(key.copy()) == hash(key)
    assert str(key) not in repr(key) and key != fanin.Key(42) and key != 42
    assert fanin.Key(42).child("3") != fanin.Key(42).child_index(3)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: fanin.Key(-1), ValueError, "seed is -1, but it must be a whole number from 0"),
        (lambda: fanin.Key(2**64), ValueError, "whole number"),
        (lambda: fanin.Key("a"), (TypeError, AttributeError), "__index__"),
        (lambda: fanin.Key.from_text("42"), ValueError, "64 hexadecimal digits"),
        (lambda: fanin.Normal(0.02), ValueError, "the argument std is missing"),
        (lambda: fanin.Scheme("he_nrmal"), ValueError, "he_normal"),
        (lambda: fanin.Scheme("xavier_uniform"), ValueError, "glorot_uniform"),
        (lambda: HeNormal().scaled(-1), ValueError, "-1"),
        (lambda: fanin.init(HeNormal, fanin.Key(1), (8, 8)), TypeError, r"call it, with \(\)"),
        (lambda: fanin.init(3, fanin.Key(1), (8, 8)), TypeError, "a scheme is an object"),
        (lambda: fanin.init("he_normal", 42, (8, 8)), TypeError, "Key"),
        (lambda: fanin.init("zeros", fanin.Key(1), -3), ValueError, "no length of an axis"),
        (lambda: fanin.init("zeros", fanin.Key(1), (2, "a")), TypeError, "a shape is a whole number"),
        (lambda: fanin.init("zeros", fanin.Key(1), 2.5), TypeError, "a shape is a whole number"),
    ],
)
def test_what_is_wrong_is_said(call, error, text):
    with pytest.raises(error, match=text):
        call()
