"""JAX: arrays of any sharding, each device with its slice of the whole.

>>> import jax, fanin.jax
>>> mesh = jax.make_mesh((len(jax.devices()),), ("x",))
>>> sharding = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("x"))
>>> w = fanin.jax.make_array((784, 256), sharding, "he_normal", fanin.Key(42), reading="i o")
"""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, Union

import jax
import numpy as np

from . import _memory, filler
from ._fanin import Key, Scheme

__all__ = ["initializer", "make_array"]


def make_array(
    shape: Sequence[int],
    sharding: jax.sharding.Sharding,
    scheme: Union[Scheme, str],
    key: Key,
    dtype: Any = None,
    *,
    reading: Optional[str] = None,
) -> jax.Array:
    """An array of that shape and sharding, by ``jax.make_array_from_callback``.

    Each device gets its slice of the whole, in which the values do not depend on the sharding. They are drawn on the
    host and are those of ``fanin.init``. ``key`` is a ``fanin.Key``, which is used up; ``dtype`` is float32 unless it
    is given. JAX multiplies ``x @ w``: its dense kernels are read as ``"i o"``, those of convolutions as ``"k k i o"``.

    Raises ``ValueError`` as ``fanin.init`` does.
    """
    name = _memory._name(dtype)
    whole = filler(scheme, key, tuple(shape), reading=reading, _dtype=name)

    def part(index):
        return whole.region(_forwards(index, whole.shape), name)

    return jax.make_array_from_callback(tuple(shape), sharding, part)


def _forwards(index, shape):
    """Slices with both ends."""
    return tuple(slice(*s.indices(length)) for s, length in zip(index, shape))


def initializer(scheme: Union[Scheme, str], *, reading: Optional[str] = None) -> Callable[..., jax.Array]:
    """An initializer with the signature of those in ``jax.nn.initializers``: ``init(key, shape, dtype)``.

    ``key`` is one of ``jax.random``, of which a ``fanin.Key`` is made, or a ``fanin.Key``. Shapes are read as JAX has
    them, [kernel..., in, out], unless ``reading`` is given.

    It draws on the host and cannot be traced: inside ``jax.jit``, or in ``jax.eval_shape``, it raises ``TypeError``.
    Call it outside, or give Flax and others their own initializer for tracing and fill the result.
    """

    def init(key, shape, dtype=None, out_sharding=None):
        if isinstance(key, jax.core.Tracer):
            raise TypeError(
                "an initializer of fanin draws on the host and cannot be traced: call it outside of jit, vmap and "
                "eval_shape, or make the array with fanin.jax.make_array"
            )
        shape = tuple(shape)
        read = reading
        if read is None and len(shape) >= 2:
            read = " ".join(["k"] * (len(shape) - 2) + ["i", "o"])
        own = key if isinstance(key, Key) else _key(key)
        if out_sharding is None:
            name = _memory._name(dtype)
            whole = filler(scheme, own, shape, reading=read, _dtype=name)
            return jax.numpy.asarray(whole.array(name))
        return make_array(shape, out_sharding, scheme, own, dtype, reading=read)

    return init


def _key(key):
    """The key that belongs to one of ``jax.random``."""
    data = jax.random.key_data(key) if jax.numpy.issubdtype(key.dtype, jax.dtypes.prng_key) else key
    data = np.asarray(data)
    if data.ndim != 1:
        raise ValueError(f"an initializer takes one key, but this is an array of them, of shape {list(data.shape)}")
    return Key(0).child("jax.random").child(data.astype("<u4").tobytes().hex())
