"""What memory arrays and tensors have, and how it is filled."""

from __future__ import annotations

import math
import sys
from typing import Any, Callable, Optional, Sequence, Tuple, Union

import numpy as np

# By type, since the name of a type of NumPy takes longer to get than a small array to fill.
_NAMES = {np.dtype(name): name for name in ("float16", "float32", "float64")}


class Memory:
    """The memory of an array or a tensor: boxes of a whole of that shape."""

    __slots__ = ("boxes", "dtype", "finish", "is_whole", "shape")

    def __init__(
        self,
        shape: Tuple[int, ...],
        dtype: str,
        boxes: Sequence[Tuple[np.ndarray, Tuple[int, ...]]],
        is_whole: bool = True,
        finish: Optional[Callable[[], Any]] = None,
    ):
        self.shape = shape
        self.dtype = dtype
        # Arrays of floats, or of the bits of 16-bit ones, and where each begins in the whole.
        self.boxes = boxes
        # Whether what is at hand of the whole is all of it.
        self.is_whole = is_whole
        # What is left to do when all boxes are written.
        self.finish = finish

    def write(self, filler, start: Optional[Union[Sequence[int], int]] = None) -> None:
        """Writes a region of the tensor of ``filler``, of this shape, that begins at ``start``."""
        for array, at in self.boxes:
            filler._write(array, self.dtype, _moved(at, start))
        if self.finish is not None:
            self.finish()


def _moved(at: Tuple[int, ...], start: Optional[Union[Sequence[int], int]]) -> Union[Sequence[int], int]:
    if start is None:
        return at
    if isinstance(start, int):
        return start
    return [a + b for a, b in zip(at, start)]


def of(x: Any) -> Memory:
    """The memory of ``x``, to be written to."""
    if isinstance(x, np.ndarray):
        return _numpy(x)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        return _tensor().memory(x)
    return _numpy(_from_dlpack(x))


def _tensor():
    """The module that imports PyTorch, once PyTorch is there."""
    module = sys.modules.get("fanin._tensor")
    if module is None:
        from . import _tensor as module
    return module


def to_read(x: Any) -> Tuple[np.ndarray, str]:
    """The values of ``x``, or their bits, and their type."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(x, torch.Tensor):
        return _tensor().to_read(x)
    if not isinstance(x, np.ndarray):
        x = np.asarray(x) if hasattr(x, "__array__") else _from_dlpack(x)
    return bits(x)


def _from_dlpack(x: Any) -> np.ndarray:
    if not hasattr(x, "__dlpack__"):
        raise TypeError(
            "this is no array of NumPy, no tensor of PyTorch, and has no __dlpack__: "
            f"{type(x).__module__}.{type(x).__qualname__}"
        )
    kind, _ = x.__dlpack_device__()
    # 1 is the CPU, 3 and 11 are memory of the host that CUDA and ROCm have pinned.
    if kind not in (1, 3, 11):
        raise ValueError(
            f"the memory of this {type(x).__qualname__} is on another device than the CPU (DLPack device type "
            f"{int(kind)}): fill an array of the CPU, and copy it"
        )
    return np.from_dlpack(x)


def _numpy(x: np.ndarray) -> Memory:
    if not x.flags.writeable:
        raise ValueError("this array is read-only: fill a writeable one, or make a new one with fanin.init")
    array, dtype = bits(x)
    return Memory(x.shape, dtype, ((array, (0,) * x.ndim),))


def bits(x: np.ndarray) -> Tuple[np.ndarray, str]:
    """An array of floats as it is read and written, and the name of its type."""
    dtype = x.dtype
    name = _NAMES.get(dtype)
    if name is None:
        if not dtype.isnative:
            raise TypeError(f"the elements of this array, {dtype.str}, are in another byte order than the machine's")
        name = dtype.name
    if not x.flags.aligned:
        raise ValueError("the elements of this array are not aligned in memory: fill another, and copy it")
    return (x.view(np.uint16), name) if name in ("float16", "bfloat16") else (x, name)


def _name(dtype: Any) -> str:
    """The name of a type, as NumPy, PyTorch and JAX write it."""
    if dtype is None:
        return "float32"
    if isinstance(dtype, str):
        return {"f32": "float32", "f64": "float64", "f16": "float16", "bf16": "bfloat16"}.get(dtype, dtype)
    text = str(dtype)
    if text.startswith("torch."):
        return text[len("torch.") :]
    return np.dtype(dtype).name


def _dtype(name: str) -> np.dtype:
    if name != "bfloat16":
        return np.dtype(name)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        raise TypeError(
            "NumPy has no bfloat16 of its own: install ml_dtypes, or fill a torch.bfloat16 tensor"
        ) from None
    return np.dtype(bfloat16)


def place(region: Any, shape: Tuple[int, ...]) -> Tuple[Union[Sequence[int], int], Tuple[int, ...]]:
    """Where a region begins, and its shape."""
    if region is None:
        return (0,) * len(shape), shape
    if isinstance(region, range):
        size = math.prod(shape)
        if region.step != 1 or not 0 <= region.start <= region.stop <= size:
            raise ValueError(f"{region} does not lie in the {size} elements of the shape {list(shape)}")
        return region.start, (len(region),)
    slices = region if isinstance(region, tuple) else (region,)
    if Ellipsis in slices:
        at = slices.index(Ellipsis)
        rest = len(shape) - (len(slices) - 1)
        slices = slices[:at] + (slice(None),) * rest + slices[at + 1 :]
    if len(slices) != len(shape) or not all(isinstance(s, slice) for s in slices):
        raise ValueError(
            f"a region of the shape {list(shape)} has one slice for each axis, as numpy.s_[2:3, :], or is a "
            f"range of the row-major order, but this is {region!r}"
        )
    start, lens = [], []
    for s, length in zip(slices, shape):
        first = 0 if s.start is None else int(s.start)
        last = length if s.stop is None else int(s.stop)
        if s.step not in (None, 1) or not 0 <= first <= last <= length:
            raise ValueError(f"{s} does not lie in an axis of {length}, forwards and in steps of 1")
        start.append(first)
        lens.append(last - first)
    return start, tuple(lens)


def new(filler, region: Any, dtype: Any) -> np.ndarray:
    start, shape = place(region, filler.shape)
    name = _name(dtype)
    filler._fits(name)
    array = np.empty(shape, _dtype(name))
    filler._write(bits(array)[0], name, start)
    return array


def fill(filler, x: Any, region: Any) -> Any:
    memory = of(x)
    start, shape = place(region, filler.shape)
    has_shape(memory.shape, shape)
    memory.write(filler, None if region is None else start)
    return x


def has_shape(shape: Sequence[int], wanted: Sequence[int]) -> None:
    if tuple(shape) != tuple(wanted):
        raise ValueError(
            f"the weight or region has shape {list(wanted)}, but the array has shape {list(shape)}: they must "
            "be equal"
        )


def check(filler, x: Any, region: Any):
    array, name = to_read(x)
    start, shape = place(region, filler.shape)
    has_shape(array.shape, shape)
    return filler._read(array, name, start)
