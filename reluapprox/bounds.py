"""Theorems as functions, each with its source."""

from __future__ import annotations

import math

from .checks import Interval, interval, real_number, whole_number


def parabola_floor(domain: Interval, pieces: int) -> float:
    """The smallest sup error that any continuous broken line of `pieces` pieces has from x² on `domain`.

    (b − a)²/(8·pieces²), reached by equal pieces whose chords are lowered by half their sag. Derived on
    the page *a parabola by hand*; it is the case f″ = 2 of the free-knot rate, ``(∫|f″|^½)² / (16·pieces²)``
    (classical; surveyed by DeVore 1998).

    Raises
    ------
    TypeError, ValueError
        `domain` is no interval, or `pieces` is no positive whole number.
    """
    a, b = interval("domain", domain)
    return (b - a) ** 2 / (8 * whole_number("pieces", pieces, 1) ** 2)


def parabola_worth(error: float, domain: Interval) -> float:
    """How many ideal pieces a fit of x² with this sup error is worth: (b − a)/√(8·error), a real number.

    The inverse of :func:`parabola_floor`: below 1 for a fit that the best straight line beats.

    Raises
    ------
    TypeError, ValueError
        `error` is not positive and finite, or `domain` is no interval.
    """
    a, b = interval("domain", domain)
    size = real_number("error", error)
    if size <= 0:
        raise ValueError(f"error must be positive, got {size}")
    return (b - a) / math.sqrt(8 * size)
