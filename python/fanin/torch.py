"""PyTorch: modules by a recipe, and the functions of ``torch.nn.init`` by key.

>>> import fanin.torch, torch
>>> model = torch.nn.Linear(784, 256)
>>> plan = fanin.torch.init_module_(model, fanin.Key(42), fanin.Recipe("pytorch"))
>>> fanin.torch.check_module(model, fanin.Recipe("pytorch")).passed
True

A ``DTensor`` is filled by each rank on its own: its shard is the slice of the whole, so that no placement, number of
ranks or mesh changes a value, and no shard is like another.
"""

from __future__ import annotations

import math
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple, TypeVar

import torch

from . import _schemes, fill_
from ._fanin import Key, Plan, Planned, Recipe, Report, Scheme
from ._tensor import local_part, memory

__all__ = [
    "ModuleReport",
    "check_module",
    "constant_",
    "dirac_",
    "eye_",
    "glorot_normal_",
    "glorot_uniform_",
    "he_normal_",
    "he_uniform_",
    "init_module_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "parameters",
    "shapes",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

_T = TypeVar("_T", bound=torch.Tensor)

# What wrappers put into the names of what they wrap: torch.compile, FSDP1, checkpoint_wrapper.
_WRAPPERS = ("_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module.")


def parameters(module: torch.nn.Module) -> Iterator[Tuple[str, torch.Tensor]]:
    """Parameters and persistent buffers, with the names that ``state_dict`` has, in its order.

    A tied parameter comes once, under its first name. What ``torch.compile``, FSDP and ``checkpoint_wrapper`` add to
    names is left out, so that they change no value.
    """
    for name, tensor, _ in _named(module):
        yield name, tensor


def _named(module: torch.nn.Module) -> Iterator[Tuple[str, torch.Tensor, Optional[Scheme]]]:
    seen = set()
    for prefix, part in module.named_modules():
        own = list(part._parameters.items())
        own += [item for item in part._buffers.items() if item[0] not in part._non_persistent_buffers_set]
        for name, tensor in own:
            if tensor is None or id(tensor) in seen:
                continue
            seen.add(id(tensor))
            full = f"{prefix}.{name}" if prefix else name
            for wrapper in _WRAPPERS:
                full = full.replace(wrapper, "")
            yield full, tensor, _asked(part, name)


def shapes(module: torch.nn.Module) -> List[Tuple[str, Tuple[int, ...], str, Optional[Scheme]]]:
    """Names, shapes, types and what layers ask for, as ``Recipe.plan`` takes them; on the meta device too.

    The shape of a ``DTensor`` is that of the whole. What PyTorch's own layers ask for is what ``Rule.as_asked`` takes;
    of others it is ``None``.
    """
    return [
        (name, tuple(tensor.shape), str(tensor.dtype)[len("torch.") :], asked)
        for name, tensor, asked in _named(module)
    ]


def init_module_(module: torch.nn.Module, key: Key, recipe: Recipe) -> Plan:
    """Initialises parameters and persistent buffers in place by a recipe, and returns the plan.

    Each has the key ``key.child(name)`` of its full name. It is for modules as they are, for those of the meta device
    after ``to_empty`` (tie their weights again before), and for ``DTensor``s after ``fully_shard`` and
    ``parallelize_module``, where each rank fills its shards alone. What a rule leaves is not touched, and neither are
    buffers that are not in the ``state_dict``: after ``to_empty`` they are the model's to compute.

    Raises ``ValueError`` with all faults of the plan, or for memory that cannot be filled (the meta device, ``Partial``
    placements), before anything is written.
    """
    plan = recipe.plan(key, shapes(module))
    tensors = dict(parameters(module))
    drawn = [(planned, tensors[planned.name]) for planned in plan if not planned.is_left]
    for planned, tensor in drawn:
        if tensor.is_floating_point():
            try:
                local_part(tensor)
            except (TypeError, ValueError) as error:
                raise type(error)(f"{planned.name}: {error}") from None
    for planned, tensor in drawn:
        if tensor.is_floating_point():
            memory(tensor).write(planned.filler())
        else:
            with torch.no_grad():
                tensor.fill_(_whole(planned))
    return plan


class ModuleReport(NamedTuple):
    """What ``check_module`` found: a ``Report`` for each name; ``str`` lists those that did not pass."""

    reports: Dict[str, Report]
    faults: Dict[str, str]

    @property
    def passed(self) -> bool:
        """Whether all passed."""
        return not self.faults

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        count = len(self.reports)
        if self.passed:
            return f"passed: {count} tensors"
        lines = [f"FAILED: {len(self.faults)} of {count} tensors"]
        lines += [f"{name}: {fault}" for name, fault in self.faults.items()]
        return "\n".join(lines)


def check_module(module: torch.nn.Module, recipe: Recipe) -> ModuleReport:
    """Whether a model is what a recipe draws, whoever initialised it.

    A ``DTensor`` is gathered and checked whole, so all ranks must call it. This is how shards that repeat each other
    are found. Each tensor fails by chance with probability 1e-6 at most. What a rule leaves is not checked.

    Raises ``ValueError`` with all faults of the plan.
    """
    plan = recipe.plan(Key(0), shapes(module))
    tensors = dict(parameters(module))
    reports, faults = {}, {}
    for planned in plan:
        if planned.is_left:
            continue
        tensor = tensors[planned.name]
        if not tensor.is_floating_point():
            if not bool((tensor == _whole(planned)).all()):
                faults[planned.name] = f"not all {_whole(planned)}"
            continue
        report = planned.filler().check(tensor)
        reports[planned.name] = report
        if not report.passed:
            tests = ", ".join(f"{test.name} {test.statistic:g}" for test in report.failures if test.statistic is not None)
            faults[planned.name] = f"not {planned.scheme} ({tests})"
    return ModuleReport(reports, faults)


def _whole(planned: Planned) -> int:
    """The value of a tensor of integers: a plan has no other law for it."""
    return int(planned.constant or 0)


# What PyTorch's layers do in reset_parameters.
def _asked(module: torch.nn.Module, name: str) -> Optional[Scheme]:
    nn = torch.nn
    if isinstance(module, (nn.Linear, nn.modules.conv._ConvNd)) and name in ("weight", "bias"):
        if name == "weight":
            # kaiming_uniform_(a=sqrt(5)): uniform up to 1 / sqrt(fan_in).
            return _schemes.LeCunUniform().scaled(1 / 3)
        return _uniform(math.prod(module.weight.shape[1:]))
    if isinstance(module, (nn.LayerNorm, nn.GroupNorm, nn.RMSNorm, nn.modules.batchnorm._NormBase)):
        return {
            "weight": _schemes.Ones(),
            "running_var": _schemes.Ones(),
            "bias": _schemes.Zeros(),
            "running_mean": _schemes.Zeros(),
            "num_batches_tracked": _schemes.Zeros(),
        }.get(name)
    if isinstance(module, nn.RNNBase):
        return _uniform(module.hidden_size)
    if isinstance(module, nn.Embedding) and module.padding_idx is None and name == "weight":
        return _schemes.Normal(std=1.0)
    return None


def _uniform(fan_in: int) -> Optional[Scheme]:
    if fan_in == 0:
        return None
    bound = 1 / math.sqrt(fan_in)
    return _schemes.Uniform(-bound, bound)


# The functions of torch.nn.init, with a key behind the tensor. Each fills in place what `fanin.fill_` fills, and
# returns it.


def normal_(tensor: _T, key: Key, mean: float = 0.0, std: float = 1.0) -> _T:
    """Normal, with that mean and standard deviation."""
    return fill_(tensor, _schemes.Normal(mean, std), key)


def uniform_(tensor: _T, key: Key, a: float = 0.0, b: float = 1.0) -> _T:
    """Uniform from ``a`` to ``b``."""
    return fill_(tensor, _schemes.Uniform(a, b), key)


def trunc_normal_(tensor: _T, key: Key, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0) -> _T:
    """Normal, cut at ``a`` and ``b``, which are values and not deviations; ``std`` is that before the cut."""
    return fill_(tensor, _schemes.TruncatedNormal(parent_std=std, mean=mean, low=a, high=b), key)


def constant_(tensor: _T, key: Key, val: float) -> _T:
    """One value."""
    return fill_(tensor, _schemes.Constant(val), key)


def ones_(tensor: _T, key: Key) -> _T:
    """1."""
    return fill_(tensor, "ones", key)


def zeros_(tensor: _T, key: Key) -> _T:
    """0."""
    return fill_(tensor, "zeros", key)


def eye_(tensor: _T, key: Key) -> _T:
    """The identity matrix."""
    return fill_(tensor, "identity", key)


def dirac_(tensor: _T, key: Key) -> _T:
    """The identity of a convolution without groups."""
    return fill_(tensor, "dirac", key)


def orthogonal_(tensor: _T, key: Key, gain: float = 1) -> _T:
    """A random orthogonal matrix, times the gain; of more than two axes, all but the first as one."""
    return fill_(tensor, _schemes.Orthogonal(gain), key)


def xavier_normal_(tensor: _T, key: Key, gain: float = 1.0) -> _T:
    """Normal, variance 2 gain^2 / (fan_in + fan_out), as PyTorch has it: ``fanin.GlorotNormal``."""
    return fill_(tensor, _schemes.GlorotNormal().scaled(gain * gain), key)


def xavier_uniform_(tensor: _T, key: Key, gain: float = 1.0) -> _T:
    """Uniform, variance 2 gain^2 / (fan_in + fan_out), as PyTorch has it: ``fanin.GlorotUniform``."""
    return fill_(tensor, _schemes.GlorotUniform().scaled(gain * gain), key)


def kaiming_normal_(tensor: _T, key: Key, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> _T:
    """Normal, variance gain^2 / fan, with the gain of ``torch.nn.init.calculate_gain`` for a nonlinearity."""
    return fill_(tensor, _kaiming(a, mode, nonlinearity, "normal"), key)


def kaiming_uniform_(tensor: _T, key: Key, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu") -> _T:
    """Uniform, variance gain^2 / fan, with the gain of ``torch.nn.init.calculate_gain`` for a nonlinearity."""
    return fill_(tensor, _kaiming(a, mode, nonlinearity, "uniform"), key)


def he_normal_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Normal, variance 2 / fan_in."""
    return fill_(tensor, "he_normal", key, reading=reading)


def he_uniform_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Uniform, variance 2 / fan_in."""
    return fill_(tensor, "he_uniform", key, reading=reading)


def glorot_normal_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Normal, variance 2 / (fan_in + fan_out)."""
    return fill_(tensor, "glorot_normal", key, reading=reading)


def glorot_uniform_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Uniform, variance 2 / (fan_in + fan_out)."""
    return fill_(tensor, "glorot_uniform", key, reading=reading)


def lecun_normal_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Normal, variance 1 / fan_in."""
    return fill_(tensor, "lecun_normal", key, reading=reading)


def lecun_uniform_(tensor: _T, key: Key, *, reading: Optional[str] = None) -> _T:
    """Uniform, variance 1 / fan_in."""
    return fill_(tensor, "lecun_uniform", key, reading=reading)


# The squares of calculate_gain's, exactly.
_VARIANCES = {"relu": 2.0, "tanh": "25 / 9", "selu": 9 / 16, "sigmoid": 1.0, "linear": 1.0}


def _kaiming(a, mode, nonlinearity, family):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is {mode!r}, but it must be 'fan_in' or 'fan_out'")
    if nonlinearity == "leaky_relu":
        variance = 2.0 / (1.0 + float(a) ** 2)
    elif nonlinearity.startswith("conv"):
        variance = 1.0
    elif nonlinearity in _VARIANCES:
        variance = _VARIANCES[nonlinearity]
    else:
        known = ", ".join(["leaky_relu", *_VARIANCES])
        raise ValueError(f"nonlinearity is {nonlinearity!r}, but it must be one of {known} and the convolutions")
    return Scheme(f"variance_scaling({variance}, fan={mode[len('fan_') :]}, family={family})")
