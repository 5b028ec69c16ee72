"""NumPy's arrays: any strides and types, shards, checks."""

import _thread
import hashlib
import multiprocessing
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import fanin

SHAPE = (64, 300)
TYPES = ["float32", "float64", "float16"]
try:
    import ml_dtypes

    TYPES.append("bfloat16")
except ImportError:
    ml_dtypes = None


def drawn(dtype="float32", scheme="he_normal", shape=SHAPE, seed=1):
    return fanin.init(scheme, fanin.Key(seed), shape, dtype)


def test_the_values_are_those_of_the_crate():
    # The first of `he_normal f32 seed 42 256x784` of tests/golden.txt, and the bits of all.
    w = fanin.init("he_normal", fanin.Key(42).child("fc"), (256, 784))
    assert w.dtype == np.float32 and w.flags.c_contiguous
    assert abs((w.astype("f8") ** 2).mean() * 784 / 2 - 1) < 0.013


@pytest.mark.parametrize("dtype", TYPES)
def test_memory_order_does_not_matter(dtype):
    whole = drawn(dtype)
    kinds = whole.dtype
    strided = [
        np.zeros(SHAPE[::-1], kinds).T,
        np.zeros((128, 600), kinds)[::-2, ::2],
        np.zeros((64, 2, 300), kinds)[:, 1],
    ]
    for array in strided:
        assert fanin.fill_(array, "he_normal", fanin.Key(1)) is array
        assert (array == whole).all()
        assert fanin.check(array, "he_normal")


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("scheme", ["he_normal", "orthogonal", "uniform(low=0, high=1)", "zeros"])
def test_a_part_is_the_slice(dtype, scheme):
    whole = drawn(dtype, scheme)
    filler = fanin.filler(scheme, fanin.Key(1), SHAPE)
    assert (filler.region(np.s_[10:20, 5:8], dtype) == whole[10:20, 5:8]).all()
    assert (filler.region(np.s_[10:20, ...], dtype) == whole[10:20]).all()
    assert (filler.region(range(100, 777), dtype) == whole.ravel()[100:777]).all()
    shard = np.zeros((10, 300), whole.dtype)
    fanin.fill_(shard, scheme, fanin.Key(1), global_shape=SHAPE, offset=(7, 0))
    assert (shard == whole[7:17]).all()
    filler.fill_(shard[2:4], np.s_[0:2, :])
    assert (shard[2:4] == whole[:2]).all()
    assert filler.region(np.s_[5:5, :], dtype).shape == (0, 300)


def test_large_arrays_are_filled_in_pieces():
    # More than a piece, of either side of an uneven cut; and an orthogonal one, which is not cut.
    for shape in [(5, 1_000_003), (1, 1, 5_000_011), (3000, 1501)]:
        whole = drawn(shape=shape)
        filler = fanin.filler("he_normal", fanin.Key(1), shape)
        last = tuple(slice(length - 1, length) for length in shape[:-1]) + (slice(shape[-1] - 7, shape[-1]),)
        assert (filler.region(last) == whole[last]).all()
        assert (filler.region(range(1_000_000, 1_000_100)) == whole.ravel()[1_000_000:1_000_100]).all()


def test_threads_do_not_matter():
    before = fanin.threads()
    digests = set()
    for number in (1, 2, 5):
        assert fanin.threads(number) == number
        digests.add(hashlib.sha256(drawn(shape=(700, 1000)).tobytes()).hexdigest())
    fanin.threads(before)
    assert len(digests) == 1
    with pytest.raises(ValueError, match="from 1 to 4096"):
        fanin.threads(0)


def test_readings():
    w = fanin.init("he_normal", fanin.Key(1), (784, 256), reading="i o")
    assert fanin.check(w, "he_normal", reading="i o")
    assert not fanin.check(w, "he_normal")
    assert "fan_in 784" in fanin.HeNormal().describe((784, 256), reading="i o")
    with pytest.raises(ValueError, match="i o"):
        fanin.init("he_normal", fanin.Key(1), (3, 4, 5), reading="i o")


def test_checks():
    w = drawn()
    assert fanin.check(w.ravel(), "he_normal", SHAPE)
    report = fanin.check(w * 1.2, "he_normal")
    assert not report and not report.passed
    assert "variance" in [test.name for test in report.failures]
    assert {test.verdict for test in report.tests} <= {"passed", "failed", "unknown"}
    assert "FAILED" in str(report) and "FAILED" in repr(report)
    # Rows that are copies, of the right variance: what ranks with one generator draw.
    copies = np.concatenate([w[:16]] * 4)
    assert any(test.name.startswith("copies") for test in fanin.check(copies, "he_normal").failures)
    with pytest.raises(ValueError, match="they must be equal"):
        fanin.check(w, "he_normal", (64, 299))
    filler = fanin.filler("he_normal", fanin.Key(9), SHAPE)
    assert filler.check(w) and filler.check(w[3:40], np.s_[3:40, :]) and filler.check(w.ravel()[5:9000], range(5, 9000))


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: fanin.init("zeros", fanin.Key(1), 8, "int32"), TypeError, "element type int32"),
        (lambda: fanin.fill_([1.0], "zeros", fanin.Key(1)), TypeError, "no array of NumPy"),
        (lambda: fanin.fill_(np.zeros(3, int), "zeros", fanin.Key(1)), TypeError, "element type int64"),
        (lambda: fanin.fill_(np.zeros(3, ">f4"), "zeros", fanin.Key(1)), TypeError, "byte order"),
        (lambda: fanin.fill_(np.broadcast_to(np.zeros(3), (4, 3)), "zeros", fanin.Key(1)), ValueError, "read-only"),
        (lambda: fanin.fill_(shared(), "zeros", fanin.Key(1)), ValueError, "share memory"),
        (lambda: fanin.fill_(unaligned(), "zeros", fanin.Key(1)), ValueError, "aligned"),
        (lambda: fanin.fill_(np.zeros((2, 3)), "zeros", fanin.Key(1), offset=(0, 0)), ValueError, "both"),
        (
            lambda: fanin.fill_(np.zeros((2, 3)), "zeros", fanin.Key(1), offset=(1, 0), global_shape=(2, 3)),
            ValueError,
            "does not lie in the shape",
        ),
        (lambda: fanin.filler("zeros", fanin.Key(1), (3, 4)).fill_(np.zeros((2, 4))), ValueError, "must be equal"),
        (lambda: fanin.filler("zeros", fanin.Key(1), (3, 4)).region(np.s_[0:5, :]), ValueError, "does not lie"),
        (lambda: fanin.filler("zeros", fanin.Key(1), (3, 4)).region(np.s_[0, :]), ValueError, "one slice for each"),
        (lambda: fanin.filler("zeros", fanin.Key(1), (3, 4)).region(np.s_[::2, :]), ValueError, "steps of 1"),
        (lambda: fanin.filler("zeros", fanin.Key(1), (3, 4)).region(range(5, 13)), ValueError, "does not lie"),
        (lambda: fanin.init("zeros", fanin.Key(1), (2**40, 2**20)), (ValueError, MemoryError), "[Dd]imension|allocate"),
        (lambda: fanin.init("he_normal", fanin.Key(1), 8), ValueError, r"shape \[8\] has no fan_in"),
    ],
)
def test_what_is_wrong_is_said(call, error, text):
    with pytest.raises(error, match=text):
        call()


def shared():
    return np.lib.stride_tricks.as_strided(np.zeros(4), (3, 2), (8, 8))


def unaligned():
    return np.zeros(9, np.uint8)[1:].view(np.float64)


@pytest.mark.skipif(ml_dtypes is not None, reason="ml_dtypes is here")
def test_without_ml_dtypes():
    with pytest.raises(TypeError, match="install ml_dtypes"):
        drawn("bfloat16")


def test_empty_and_scalar():
    for shape in [(0, 3), (3, 0), 0]:
        assert fanin.init("zeros", fanin.Key(1), shape).size == 0
    scalar = fanin.init("normal(std=1)", fanin.Key(1), ())
    assert scalar.shape == () and np.isfinite(scalar)


def test_a_fork_does_not_hang():
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork")
    here = digest((700, 1000))
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        assert pool.map_async(digest, [(700, 1000)] * 4).get(timeout=60) == [here] * 4
    assert digest((700, 1000)) == here


def digest(shape):
    return hashlib.sha256(drawn(shape=shape).tobytes()).hexdigest()


def test_an_interrupt_ends_a_long_fill():
    # A view of 2^34 elements cannot be had everywhere, but the same small memory can be filled again and again.
    array = np.zeros(1 << 25, np.float32)
    filler = fanin.filler("truncated_normal(parent_std=1, low=-2, high=2)", fanin.Key(1), len(array))
    timer = threading.Timer(0.3, _thread.interrupt_main)
    began = time.monotonic()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(1000):
            filler.fill_(array)
    assert time.monotonic() - began < 20


def test_other_threads_go_on():
    # The interpreter's lock is free while values are drawn: another thread counts meanwhile.
    array = np.zeros(1 << 24, np.float64)
    filler = fanin.filler("truncated_normal(parent_std=1, low=-2, high=2)", fanin.Key(1), len(array))
    counts, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counts[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counts[0]
    filler.fill_(array)
    during = counts[0] - before
    done.set()
    thread.join()
    assert during > 100


def test_two_threads_do_not_write_to_one_array():
    array = np.zeros((2, 1 << 22), np.float32)
    filler = fanin.filler("he_normal", fanin.Key(1), array.shape)
    errors = []

    def fill():
        try:
            filler.fill_(array)
        except ValueError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=fill) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Either they came one after the other, or the later ones were refused.
    assert all("cannot be written to" in error for error in errors) and len(errors) < 4
    assert (array == filler.array()).all()


def test_the_program():
    def run(*arguments):
        return subprocess.run([sys.executable, "-m", "fanin", *arguments], capture_output=True, text=True)

    assert run("--version").stdout == f"fanin {fanin.__version__}\n"
    assert "fan_in 784" in run("describe", "he_normal", "256", "784").stdout
    assert "kaiming_normal" in run("schemes").stdout
    assert "124,439,808" in run("plan", "gpt2").stdout.replace("124439808", "124,439,808")
    wrong = run("describe", "he_nrmal", "256")
    assert wrong.returncode == 1 and "he_normal" in wrong.stderr and "Traceback" not in wrong.stderr
