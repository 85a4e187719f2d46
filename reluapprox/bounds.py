"""Theorems on errors as functions, each with its source: what is possible for a size, and what is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from .checks import Interval, interval, one_of, whole_number


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


def bowl_floor(domain: Interval, *, inputs: int, tiles: int) -> float:
    """A bound for flat tiles: no function that is affine on each of so many is nearer to x₁² + … + x_d².

    On [a, b]^d, in the sup norm. A convex tile on which an affine function is within E lies in a ball of the radius
    √(2E), and the tiles have to cover the cube. Proved for two inputs on the page *two inputs tile the plane*; the
    proof is the same for any number. With one input it is :func:`~reluapprox.parabola_floor`; with more, balls do not
    fill a cube, and the bound is not met.

    Parameters
    ----------
    domain
        (a, b), the same for every input.
    inputs
        d, 1 or more.
    tiles
        Convex, and 1 or more.

    Returns
    -------
    float
        In units of y.

    Raises
    ------
    TypeError, ValueError
        `domain` is no interval, or `inputs` or `tiles` is no positive whole number.

    Examples
    --------
    >>> from reluapprox import bowl_floor
    >>> round(bowl_floor((-1, 1), inputs=2, tiles=256), 6)  # The deep bowl of so many square tiles has 1/256.
    0.002487
    """
    a, b = interval("domain", domain)
    d, count = whole_number("inputs", inputs, 1), whole_number("tiles", tiles, 1, math.inf)
    # In logarithms, since volumes and numbers of tiles in many dimensions are out of range.
    radius = (b - a) * math.exp((math.lgamma(d / 2 + 1) - math.log(count)) / d) / math.sqrt(math.pi)
    return radius**2 / 2


def free_knot_rate(second: Callable[[float], float], domain: Interval, *, pieces: int, norm: str = "sup") -> float:
    """What the least error of so many pieces comes to for many of them, if f″ is continuous.

    In the sup norm ``(∫|f″|^½)² / (16·pieces²)``, with knots as dense as ``|f″|^½`` (de Boor 1973); in the mean square
    ``(∫|f″|^⅖)^(5/2) / (12√5·pieces²·√(b − a))``, with knots as dense as ``|f″|^⅖`` (Barrow and Smith 1978). The
    ratio of the least error to it tends to 1; for few pieces it is no bound, on neither side.

    Parameters
    ----------
    second
        f″, called with single floats.
    domain
        (a, b).
    pieces
        1 or more.
    norm
        "sup", or "rms" for the root mean square over the domain.

    Returns
    -------
    float
        In units of y.

    Raises
    ------
    TypeError, ValueError
        `second` cannot be called, or another argument is not as said.

    Examples
    --------
    >>> from reluapprox import free_knot_rate
    >>> round(free_knot_rate(lambda x: 2.0, (-10, 10), pieces=5), 12)
    2.0
    """
    from scipy.integrate import quad

    a, b = interval("domain", domain)
    count = whole_number("pieces", pieces, 1)
    if not callable(second):
        raise TypeError(f"second must be callable, got {second!r}")
    one_of("norm", norm, ("sup", "rms"))
    power = 0.5 if norm == "sup" else 0.4
    spread = float(quad(lambda x: abs(second(x)) ** power, a, b, limit=200)[0])
    if norm == "sup":
        return spread**2 / (16 * count**2)
    return spread**2.5 / (12 * math.sqrt(5 * (b - a)) * count**2)


def chord_error(tents: int) -> float:
    """How far the chords of x² between the multiples of 2^−tents on [0, 1] are off: 4^−tents/4 (Yarotsky 2017).

    So the error of a network of depth L and a few neurons a layer falls like 4^−L, where one hidden layer's falls like
    N^−2. The best line of as many pieces is off by half of it.

    Parameters
    ----------
    tents
        0 or more.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        `tents` is no whole number from 0 on.

    Examples
    --------
    >>> from reluapprox import chord_error
    >>> chord_error(0), chord_error(3)
    (0.25, 0.00390625)
    """
    return 4.0 ** -whole_number("tents", tents, 0) / 4


class Separation(NamedTuple):
    """What depth can do and shallow networks cannot.

    Attributes
    ----------
    layers, nodes
        Of a deep network on [0, 1]^d, whatever d is.
    shallow_layers, shallow_nodes
        Every network of at most so many layers and nodes…
    distance
        … is at least so far from it in L¹ on [0, 1]^d.
    """

    layers: int
    nodes: int
    shallow_layers: int
    shallow_nodes: int
    distance: float


def depth_separation(k: int) -> Separation:
    """A theorem of Telgarsky (2016, Theorem 1.1): some functions need depth.

    For every k there is a ReLU network of 2k³ + 8 layers and 3k³ + 12 nodes in all that stays 1/64 away in L¹ from
    every one of at most k layers and 2^k nodes. It is one network for each k, of the kind of
    :func:`~reluapprox.tent`; of the function that you have it says nothing.

    Parameters
    ----------
    k
        1 or more.

    Returns
    -------
    Separation

    Raises
    ------
    TypeError, ValueError
        `k` is no positive whole number.

    Examples
    --------
    >>> from reluapprox import depth_separation
    >>> depth_separation(10)
    Separation(layers=2008, nodes=3012, shallow_layers=10, shallow_nodes=1024, distance=0.015625)
    """
    n = whole_number("k", k, 1)
    return Separation(2 * n**3 + 8, 3 * n**3 + 12, n, 2**n, 1 / 64)
