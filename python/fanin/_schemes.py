"""The schemes as calls. Each returns a ``Scheme``; arguments are those of the text."""

from __future__ import annotations

from typing import Optional, Union

from ._fanin import Scheme


def _number(value: float) -> str:
    # NumPy's numbers print otherwise than Python's.
    return repr(value if isinstance(value, int) else float(value))


def _made(name: str, *inner: str, **arguments) -> Scheme:
    """The scheme of a text; what is None is left out."""
    texts = list(inner)
    for argument, value in arguments.items():
        if value is not None:
            texts.append(f"{argument}={value if isinstance(value, str) else _number(value)}")
    return Scheme(f"{name}({', '.join(texts)})" if texts else name)


def _text(scheme: Union[Scheme, str]) -> str:
    return scheme.text if isinstance(scheme, Scheme) else Scheme(scheme).text


def LeCunNormal() -> Scheme:
    """Normal, variance 1 / fan_in."""
    return _made("lecun_normal")


def LeCunUniform() -> Scheme:
    """Uniform, variance 1 / fan_in."""
    return _made("lecun_uniform")


def LeCunTruncatedNormal() -> Scheme:
    """Truncated normal, variance 1 / fan_in: JAX's and Keras's ``lecun_normal``."""
    return _made("lecun_truncated_normal")


def HeNormal() -> Scheme:
    """Normal, variance 2 / fan_in: PyTorch's ``kaiming_normal_`` for ReLU."""
    return _made("he_normal")


def HeUniform() -> Scheme:
    """Uniform, variance 2 / fan_in."""
    return _made("he_uniform")


def HeTruncatedNormal() -> Scheme:
    """Truncated normal, variance 2 / fan_in: JAX's and Keras's ``he_normal``."""
    return _made("he_truncated_normal")


def XavierNormal() -> Scheme:
    """Normal, variance 1 / fan_in, as courses and Caffe have it. PyTorch's ``xavier_normal_`` is ``GlorotNormal``."""
    return _made("xavier_normal")


def GlorotNormal() -> Scheme:
    """Normal, variance 2 / (fan_in + fan_out): PyTorch's ``xavier_normal_``."""
    return _made("glorot_normal")


def GlorotUniform() -> Scheme:
    """Uniform, variance 2 / (fan_in + fan_out): PyTorch's ``xavier_uniform_``."""
    return _made("glorot_uniform")


def GlorotTruncatedNormal() -> Scheme:
    """Truncated normal, variance 2 / (fan_in + fan_out)."""
    return _made("glorot_truncated_normal")


def VarianceScaling(
    variance: Optional[float] = None,
    *,
    gain: Optional[float] = None,
    activation: Optional[str] = None,
    fan: str = "in",
    family: str = "normal",
) -> Scheme:
    """A variance, the square of a gain, or what makes up for an activation, over a fan.

    Give one of ``variance``, ``gain`` and ``activation`` (``"gelu"``). ``fan`` is in, out, average or
    geometric_average; ``family`` is normal, uniform or truncated_normal.
    """
    inner = [] if variance is None else [_number(variance)]
    return _made("variance_scaling", *inner, gain=gain, activation=activation, fan=fan, family=family)


def Normal(mean: float = 0.0, std: Optional[float] = None) -> Scheme:
    """Normal, with that mean and standard deviation, which must be given."""
    return _made("normal", std=std, mean=mean)


def TruncatedNormal(
    *,
    std: Optional[float] = None,
    parent_std: Optional[float] = None,
    mean: float = 0.0,
    low: float,
    high: float,
) -> Scheme:
    """A normal law cut at two bounds, which may be infinite.

    ``std`` is the standard deviation of the values, ``parent_std`` that before the cut, as PyTorch's ``trunc_normal_``
    has it; give one of them.
    """
    return _made("truncated_normal", std=std, parent_std=parent_std, mean=mean, low=low, high=high)


def Uniform(low: float, high: float) -> Scheme:
    """Uniform between two bounds."""
    return _made("uniform", low=low, high=high)


def Zeros() -> Scheme:
    """0."""
    return _made("zeros")


def Ones() -> Scheme:
    """1."""
    return _made("ones")


def Constant(value: float) -> Scheme:
    """One value."""
    return _made("constant", _number(value))


def Orthogonal(gain: float = 1.0) -> Scheme:
    """A random orthogonal matrix, times the gain."""
    return _made("orthogonal", gain=gain)


def DeltaOrthogonal(gain: float = 1.0, *, centre: str = "lower") -> Scheme:
    """A random orthogonal matrix at the centre of the kernel, 0 elsewhere."""
    return _made("delta_orthogonal", gain=gain, centre=centre)


def Sparse(nonzeros: int, std: float) -> Scheme:
    """Normal in ``nonzeros`` values of every output, 0 elsewhere."""
    return _made("sparse", nonzeros=nonzeros, std=std)


def Identity(gain: float = 1.0) -> Scheme:
    """The identity matrix, times the gain."""
    return _made("identity", gain=gain)


def Dirac(gain: float = 1.0, *, centre: str = "upper") -> Scheme:
    """The identity of a convolution, times the gain."""
    return _made("dirac", gain=gain, centre=centre)


def BilinearKernel() -> Scheme:
    """Linear interpolation, for a transposed convolution."""
    return _made("bilinear_kernel")


def ForgetGateBias(value: float = 1.0, *, at: int = 1) -> Scheme:
    """A value in one of the four gates of an LSTM's bias, 0 in the others."""
    return _made("forget_gate_bias", _number(value), at=at)


def Icnr(scheme: Union[Scheme, str], *, upscale: int) -> Scheme:
    """Another scheme, its outputs repeated for a sub-pixel convolution."""
    return _made("icnr", _text(scheme), upscale=upscale)


def ByPart(*schemes: Union[Scheme, str]) -> Scheme:
    """A scheme for each part of a fused weight, in their order."""
    return _made("by_part", *[_text(scheme) for scheme in schemes])


__all__ = [name for name in globals() if name[0].isupper() and name not in ("Optional", "Union", "Scheme")]
