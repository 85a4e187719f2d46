"""Theorems as functions, each with its source."""

from __future__ import annotations

from .checks import Interval, interval, whole_number


def parabola_floor(domain: Interval, *, pieces: int) -> float:
    """The smallest sup error that any continuous broken line of so many pieces has from x².

    (b − a)²/(8·pieces²), reached by equal pieces whose chords are lowered by half their sag. Derived on
    the page *a parabola by hand*; it is the case f″ = 2 of the free-knot rate, ``(∫|f″|^½)² / (16·pieces²)``
    (classical; surveyed by DeVore 1998).

    Parameters
    ----------
    domain
        (a, b).
    pieces
        1 or more.

    Returns
    -------
    float
        In units of y.

    Raises
    ------
    TypeError, ValueError
        `domain` is no interval, or `pieces` is no positive whole number.

    Examples
    --------
    >>> from reluapprox import parabola_floor
    >>> parabola_floor((-10, 10), pieces=5)
    2.0
    """
    a, b = interval("domain", domain)
    return (b - a) ** 2 / (8 * whole_number("pieces", pieces, 1) ** 2)
