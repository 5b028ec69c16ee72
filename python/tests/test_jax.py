"""JAX on eight forced devices of the CPU: every sharding one digest."""

import hashlib
import os

os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_force_host_platform_device_count=8"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # noqa: E402
import pytest  # noqa: E402

jax = pytest.importorskip("jax")

from jax.sharding import Mesh, NamedSharding, PartitionSpec as P  # noqa: E402

import fanin  # noqa: E402
import fanin.jax  # noqa: E402

SHAPE = (48, 80)


def mesh(*lens):
    devices = np.array(jax.devices())
    if len(devices) < 8:
        pytest.skip("JAX has been started with fewer than 8 devices")
    return Mesh(devices[: np.prod(lens)].reshape(lens), ("a", "b")[: len(lens)])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("scheme", ["he_normal", "orthogonal"])
def test_every_sharding_has_one_digest(scheme, dtype):
    digests = {}
    for lens in [(8,), (2, 4), (4, 2)]:
        specs = [P(), P("a"), P(None, "a")]
        if len(lens) == 2:
            specs += [P("a", "b"), P("b", "a"), P(("a", "b"), None), P(None, ("a", "b"))]
        for spec in specs:
            sharding = NamedSharding(mesh(*lens), spec)
            array = fanin.jax.make_array(SHAPE, sharding, scheme, fanin.Key(1), dtype, reading="i o")
            assert array.shape == SHAPE and array.dtype == dtype and array.sharding == sharding
            digests[lens, spec] = hashlib.sha256(np.asarray(array).tobytes()).hexdigest()
    whole = fanin.init(scheme, fanin.Key(1), SHAPE, dtype, reading="i o")
    assert set(digests.values()) == {hashlib.sha256(whole.tobytes()).hexdigest()}


def test_an_initializer_has_the_signature_of_jax():
    init = fanin.jax.initializer("he_truncated_normal")
    key = jax.random.key(3)
    w = init(key, (300, 200), jax.numpy.float32)
    assert isinstance(w, jax.Array) and w.dtype == "float32"
    assert fanin.check(w, "he_truncated_normal", reading="i o")
    # JAX's own draws the same law.
    assert fanin.check(jax.nn.initializers.he_normal()(key, (300, 200)), "he_truncated_normal", reading="i o")
    # The same key, in its other form, and another one.
    assert (init(jax.random.PRNGKey(3), (300, 200)) == w).all()
    assert (init(jax.random.key(4), (300, 200)) != w).any()
    kernel = init(key, (3, 3, 50, 60), jax.numpy.bfloat16)
    assert kernel.dtype == "bfloat16" and fanin.check(kernel, "he_truncated_normal", reading="k k i o")
    assert fanin.jax.initializer("zeros")(key, (5,)).shape == (5,)


def test_it_cannot_be_traced():
    init = fanin.jax.initializer("he_normal")
    with pytest.raises(TypeError, match="cannot be traced"):
        jax.jit(lambda key: init(key, (3, 3)))(jax.random.key(0))
    with pytest.raises(TypeError, match="cannot be traced"):
        jax.eval_shape(lambda key: init(key, (3, 3)), jax.random.key(0))
    with pytest.raises(ValueError, match="one key"):
        init(jax.random.split(jax.random.key(0)), (3, 3))


def test_arrays_of_jax_are_not_filled():
    with pytest.raises(ValueError, match="read-only"):
        fanin.fill_(jax.numpy.zeros((3, 3)), "zeros", fanin.Key(1))
