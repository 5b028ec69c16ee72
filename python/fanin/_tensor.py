"""The memory of PyTorch's tensors, and which boxes of the whole the shard of a DTensor is."""

import itertools
import sys
from typing import List, Optional, Sequence, Tuple

import numpy as np
import torch

from ._memory import Memory

# Where a box lies in the shard, and where it begins in the whole.
Box = Tuple[Tuple[slice, ...], Tuple[int, ...]]

_NAMES = {
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
    torch.float32: "float32",
    torch.float64: "float64",
}


def local_part(tensor: torch.Tensor) -> Tuple[torch.Tensor, str, Optional[Sequence[Box]]]:
    """What this process has of a tensor, its type, and for a DTensor the boxes that it is of the whole.

    Raises for what cannot be filled.
    """
    boxes = None
    local = tensor
    if is_dtensor(tensor):
        local = tensor.to_local()
        boxes = _shards(tensor, local)
    local = local.detach()
    return local, _dtype(local), boxes


def memory(tensor: torch.Tensor) -> Memory:
    """The memory of a tensor, to be written to: its own, or on another device than the CPU pinned host memory
    that is copied."""
    shape = tuple(tensor.shape)
    local, dtype, boxes = local_part(tensor)
    if local.is_cpu:
        host = local

        def finish():
            # Backward passes see that what they saved has changed.
            if not tensor.is_inference():
                torch.autograd.graph.increment_version(tensor)

    else:
        host = torch.empty(local.shape, dtype=local.dtype, pin_memory=local.is_cuda)

        def finish():
            local.copy_(host)

    array = _array(host, dtype)
    if boxes is None:
        return Memory(shape, dtype, ((array, (0,) * len(shape)),), True, finish)
    is_whole = len(boxes) == 1 and array.shape == shape
    return Memory(shape, dtype, [(array[slices], start) for slices, start in boxes], is_whole, finish)


def to_read(tensor: torch.Tensor) -> Tuple[np.ndarray, str]:
    """The values of a tensor, or their bits, and their type; of a DTensor the whole, for which all ranks must call it."""
    if is_dtensor(tensor):
        tensor = tensor.full_tensor()
    dtype = _dtype(tensor)
    return _array(tensor.detach().cpu(), dtype), dtype


def is_dtensor(tensor: torch.Tensor) -> bool:
    module = sys.modules.get("torch.distributed.tensor")
    return module is not None and isinstance(tensor, module.DTensor)


def _dtype(tensor: torch.Tensor) -> str:
    """The name of a tensor's type, if it has plain memory and can be filled."""
    name = _NAMES.get(tensor.dtype)
    if name is None:
        raise TypeError(
            f"weights cannot have the element type {tensor.dtype}: it must be float32, float64, float16 or bfloat16"
        )
    if tensor.is_meta:
        raise ValueError("this tensor is on the meta device and has no memory: call module.to_empty(device=..) first")
    if tensor.layout is not torch.strided or tensor.is_neg():
        raise TypeError(f"only plain strided tensors are filled, and not this one: {tensor.layout}, {tensor.dtype}")
    return name


def _array(tensor: torch.Tensor, dtype: str) -> np.ndarray:
    """The memory of a tensor of the CPU as an array of its floats or of their bits."""
    if dtype in ("bfloat16", "float16"):
        return tensor.view(torch.int16).numpy().view(np.uint16)
    return tensor.numpy()


def _shards(tensor, local: torch.Tensor) -> List[Box]:
    """The boxes of the local shard of a DTensor.

    They are found by doing to the numbers of each axis what the placements say, in their order, and not from what
    PyTorch reports of the first offset: that is wrong for some uneven shards, and a shard of ``_StridedShard`` can
    be several boxes.
    """
    from torch.distributed.tensor.placement_types import Replicate, Shard

    mesh = tensor.device_mesh
    at = mesh.get_coordinate()
    if at is None:
        # This process has no part of it.
        return []
    axes = [np.arange(length) for length in tensor.shape]
    for dim, placement in enumerate(tensor.placements):
        parts, own = mesh.size(dim), at[dim]
        if isinstance(placement, Replicate):
            continue
        axis = getattr(placement, "dim", None)
        kind = type(placement).__name__
        if axis is None or kind not in ("Shard", "_StridedShard") or not -len(axes) <= axis < len(axes):
            raise ValueError(
                f"a DTensor placed as {placement} is not filled: its shards are no slices of the whole; "
                "redistribute it to Shard or Replicate first"
            )
        if isinstance(placement, Shard) and kind == "Shard":
            axes[axis] = _chunk(axes[axis], parts)[own]
        else:
            split = [_chunk(piece, parts)[own] for piece in _chunk(axes[axis], int(placement.split_factor))]
            axes[axis] = np.concatenate(split)
    shape = tuple(len(axis) for axis in axes)
    if shape != tuple(local.shape):
        raise ValueError(
            f"the shard of this DTensor of shape {list(tensor.shape)} has shape {list(local.shape)}, but its placements "
            f"{tensor.placements} on a mesh of {list(mesh.shape)} say {list(shape)}: it is not filled, since what it is "
            "of the whole is not known"
        )
    runs = [_runs(axis) for axis in axes]
    boxes = []
    for box in itertools.product(*runs):
        slices = tuple(slice(local_start, local_start + length) for local_start, _, length in box)
        boxes.append((slices, tuple(start for _, start, _ in box)))
    return boxes


def _chunk(indices: np.ndarray, parts: int) -> Sequence[np.ndarray]:
    """As ``torch.chunk``, with empty pieces at the end where it has fewer."""
    size = -(-len(indices) // parts)
    return [indices[i * size : (i + 1) * size] for i in range(parts)]


def _runs(indices: np.ndarray) -> List[Tuple[int, int, int]]:
    """Runs of numbers that follow each other: where each is, its first number, and its length."""
    if len(indices) == 0:
        return []
    ends = np.flatnonzero(np.diff(indices) != 1) + 1
    starts = [0, *ends.tolist()]
    stops = [*ends.tolist(), len(indices)]
    return [(start, int(indices[start]), stop - start) for start, stop in zip(starts, stops)]
