"""Weight initialisation: the variance that the papers state, the same bits on every machine, any shard of a tensor.

>>> import fanin
>>> key = fanin.Key(42)
>>> w = fanin.init("he_normal", key.child("fc.weight"), (256, 784))     # 256 outputs, 784 inputs
>>> w.shape, w.dtype
((256, 784), dtype('float32'))
>>> bool(fanin.check(w, "he_normal"))
True

``fanin.torch`` has modules and ``DTensor``s of PyTorch, ``fanin.jax`` sharded arrays of JAX.
"""

from __future__ import annotations

from typing import Any, Optional, Sequence, TypeVar, Union

import numpy as np

from . import _memory, _schemes
from ._fanin import (
    CheckpointReport,
    Filler,
    Key,
    Plan,
    Planned,
    Recipe,
    Report,
    Rule,
    Scheme,
    TestResult,
    __version__,
    check_checkpoint,
    filler,
    names,
    recipes,
    threads,
)
from ._schemes import *  # noqa: F403

_T = TypeVar("_T")

__all__ = [
    "CheckpointReport",
    "Filler",
    "Key",
    "Plan",
    "Planned",
    "Recipe",
    "Report",
    "Rule",
    "Scheme",
    "TestResult",
    "__version__",
    "check",
    "check_checkpoint",
    "fill_",
    "filler",
    "init",
    "names",
    "recipes",
    "threads",
    *_schemes.__all__,
]


def init(
    scheme: Union[Scheme, str],
    key: Key,
    shape: Union[int, Sequence[int]],
    dtype: Any = None,
    *,
    reading: Optional[str] = None,
) -> np.ndarray:
    """A new NumPy array of ``shape``, in row-major order.

    ``scheme`` is a ``Scheme`` or its text. ``key`` is used up. ``shape`` is a length or a sequence of them, read as
    [out, in, kernel...], or as ``reading`` says: ``"i o"`` for [in, out]. ``dtype`` is float32 unless it is given, or
    float64, float16, or bfloat16 with the package ml_dtypes.

    Raises ``ValueError`` for a scheme that has no law for the shape (one axis, and a scheme with a fan), a key that has
    been used, or a type that cannot hold the law; ``TypeError`` for other types; ``MemoryError`` without room.
    """
    name = _memory._name(dtype)
    numpy_dtype = _memory._dtype(name) if name == "bfloat16" else name
    return filler(scheme, key, shape, reading=reading, _dtype=name).array(numpy_dtype)


def fill_(
    x: _T,
    scheme: Union[Scheme, str],
    key: Key,
    *,
    reading: Optional[str] = None,
    global_shape: Optional[Sequence[int]] = None,
    offset: Optional[Sequence[int]] = None,
) -> _T:
    """Fills an array or a tensor in place, and returns it.

    ``x`` is a NumPy array of any strides; a tensor of PyTorch (on the CPU in place, elsewhere through pinned host
    memory); a ``DTensor``, whose shard becomes the slice of the whole that it is, without communication; or anything
    with DLPack in memory of the CPU. Its elements are float32, float64, float16 or bfloat16.

    ``key`` is used up. Where ``x`` is part of a larger tensor, ``global_shape`` is the shape of that, which the fans
    are of, and ``offset`` is where ``x`` begins in each axis.

    Raises ``ValueError`` as ``init`` does, and for memory that cannot be written to; ``TypeError`` for what is no
    array. Whatever fails leaves ``x`` as it was, but for a ``KeyboardInterrupt``, which ends a long fill.
    """
    memory = _memory.of(x)
    if (global_shape is None) != (offset is None):
        raise ValueError("give both global_shape and offset, or neither")
    shape = memory.shape
    if global_shape is not None and offset is not None:
        if not memory.is_whole:
            raise ValueError("a DTensor knows what its shard is of the whole: leave out global_shape and offset")
        offset = [int(at) for at in offset]
        shape = tuple(int(length) for length in global_shape)
        if not len(shape) == len(offset) == len(memory.shape) or not all(
            0 <= at <= at + length <= whole for at, length, whole in zip(offset, memory.shape, shape)
        ):
            raise ValueError(
                f"an array of shape {list(memory.shape)} at the offset {offset} does not lie in the shape {list(shape)}"
            )
    memory.write(filler(scheme, key, shape, reading=reading, _dtype=memory.dtype), offset)
    return x


def check(
    x: Any,
    scheme: Union[Scheme, str],
    shape: Optional[Union[int, Sequence[int]]] = None,
    *,
    reading: Optional[str] = None,
) -> Report:
    """Whether an array or a tensor from any source is what a scheme draws: a ``Report``.

    ``shape`` is that of ``x`` unless it is given; a flat array is checked as the shape that is. The chance that an
    array of the scheme does not pass is at most 1e-6. A ``DTensor`` is gathered first, so all ranks must call it.

    Raises ``ValueError`` for a scheme that has no law for the shape, and for a shape with another number of elements.
    """
    array, dtype = _memory.to_read(x)
    whole = filler(scheme, Key(0), array.shape if shape is None else shape, reading=reading)
    if array.ndim == 1 and array.shape != whole.shape:
        array = array.reshape(whole.shape)
    _memory.has_shape(array.shape, whole.shape)
    return whole._read(array, dtype, [0] * array.ndim)
