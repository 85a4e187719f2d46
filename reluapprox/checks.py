"""What every public function asks of its arguments, and how it says no.

One message shape throughout: the argument's name, what was expected, what came.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
Interval: TypeAlias = tuple[float, float]
Number = TypeVar("Number", bound=np.generic)
Function: TypeAlias = Callable[[FloatArray], FloatArray]


def _shown(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."


def real_array(name: str, value: ArrayLike, ndim: int | None = None) -> FloatArray:
    """`value` as a new float64 array of finite numbers, with `ndim` axes if given.

    Raises
    ------
    TypeError
        `value` is not made of real numbers.
    ValueError
        It holds a NaN or an infinity, is ragged, or has another number of axes.
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers, got {_shown(value)}") from None
    except (TypeError, RuntimeError) as error:
        # A tensor that requires gradients or holds no numbers, say; its own words tell what to do.
        raise TypeError(f"{name} must be real numbers in an array, got {_shown(value)}: {error}") from None
    # An empty list has no dtype of its own.
    if array.dtype.kind not in "biuf" and not (isinstance(value, list | tuple) and array.size == 0):
        raise TypeError(f"{name} must be real numbers, got {_shown(value)}")
    if np.ma.is_masked(value):
        raise TypeError(f"{name} must have no masked entries, got {_shown(value)}")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=np.float64)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} axes, got shape {array.shape}")
    if not np.isfinite(array).all():
        i = int(np.argmin(np.isfinite(array)))
        place = f" at index {i}" if array.ndim == 1 else ""
        raise ValueError(f"{name} must be finite numbers, got {array.ravel()[i]}{place}")
    return array


def real_number(name: str, value: Any) -> float:
    """`value` as a finite float.

    Raises
    ------
    TypeError, ValueError
        It is not one finite real number.
    """
    array = real_array(name, value)
    if array.ndim:
        raise TypeError(f"{name} must be one number, got shape {array.shape}")
    return float(array)


def positive_number(name: str, value: Any) -> float:
    """`value` as a finite float above 0.

    Raises
    ------
    TypeError, ValueError
        It is not one such number.
    """
    number = real_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be positive, got {number!r}")
    return number


def one_of(name: str, value: object, names: Sequence[str]) -> None:
    """Nothing, if `value` is one of two or more names.

    Raises
    ------
    ValueError
        It is not.
    """
    if not isinstance(value, str) or value not in names:
        quoted = [f'"{one}"' for one in names]
        expected = " or ".join(quoted) if len(quoted) == 2 else f"one of {', '.join(quoted)}"
        raise ValueError(f"{name} must be {expected}, got {value!r}")


def whole_number(name: str, value: Any, at_least: int, at_most: float = 2**63 - 1) -> int:
    """`value` as an int from `at_least` to `at_most`.

    Raises
    ------
    TypeError
        It is not an integer (2.0 is not one, nor is True).
    ValueError
        It is outside that range.
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be a whole number, got {_shown(value)}")
    if number < at_least:
        raise ValueError(f"{name} must be at least {at_least}, got {number}")
    if number > at_most:
        raise ValueError(f"{name} must be at most {at_most}, got {_shown(number)}")
    return number


def interval(name: str, value: Any) -> Interval:
    """`value` as a pair (a, b) of finite floats, a < b, whose length is finite too.

    Raises
    ------
    TypeError, ValueError
        It is not such a pair.
    """
    ends = real_array(name, value)
    if ends.shape != (2,):
        raise ValueError(f"{name} must be two numbers (a, b), got {_shown(value)}")
    a, b = float(ends[0]), float(ends[1])
    if not a < b:
        raise ValueError(f"{name} must be (a, b) with a < b, got ({a!r}, {b!r})")
    if not math.isfinite(b - a):
        raise ValueError(f"{name} must have a finite length, got ({a!r}, {b!r})")
    return a, b


def increasing(name: str, value: ArrayLike, at_least: int) -> FloatArray:
    """`value` as a strictly increasing 1-D float64 array of `at_least` numbers or more.

    Raises
    ------
    TypeError, ValueError
        It is not such an array.
    """
    array = real_array(name, value, ndim=1)
    if len(array) < at_least:
        raise ValueError(f"{name} must be at least {at_least} numbers, got {len(array)}")
    steps = np.diff(array)
    if (steps <= 0).any():
        i = int(np.argmax(steps <= 0))
        pair = f"{float(array[i])!r} then {float(array[i + 1])!r} at index {i}"
        raise ValueError(f"{name} must increase strictly, got {pair}")
    return array


def as_given(values: FloatArray) -> FloatArray:
    """Values as they are asked for: for a single number a float, which is what prints and compares as one."""
    return values if values.ndim else float(values)  # type: ignore[return-value]


def frozen(array: NDArray[Number]) -> NDArray[Number]:
    """`array`, which must be the caller's own, made read-only."""
    array.flags.writeable = False
    return array


def sizes(name: str, value: int | Sequence[int]) -> tuple[int, ...]:
    """One whole number, or several, as a non-empty tuple of numbers of at least one.

    Raises
    ------
    TypeError, ValueError
        It holds anything else, or nothing.
    """
    if not isinstance(value, list | tuple | range):
        return (whole_number(name, value, 1),)
    if not value:
        raise ValueError(f"{name} must be at least one whole number, got none")
    return tuple(whole_number(f"{name}[{i}]", n, 1) for i, n in enumerate(value))
