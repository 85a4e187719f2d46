"""Whether a function jumps: found by closing in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .checks import FloatArray, Function

#: After so many halvings of a cell, and up to so many, nothing but a jump in it keeps a quarter of its height.
_SMOOTH, _HALVINGS = 12, 60


class Jump(NamedTuple):
    """A discontinuity: where, and the values on either side."""

    x: float
    left: float
    right: float


def jump(f: Function, x: FloatArray, y: FloatArray, noise: float) -> Jump | None:
    """A discontinuity in one of the cells between samples, or None.

    Cells are halved, and the half kept whose middle is farther from its chord. Of a smooth function that falls to a
    quarter each time, at a corner to a half, and at a root by its power; at a jump it stays until no number is left
    between the cell's ends.

    Parameters
    ----------
    x, y
        Samples, shape (n,).
    noise
        What rounding can make of a value.
    """
    left, right = x[:-1], x[1:]
    low, high = y[:-1], y[1:]
    middle = left + (right - left) / 2
    at_middle = f(middle)
    start = np.zeros_like(left)
    for step in range(_HALVINGS):
        ends = np.stack([[left, middle], [middle, right]])
        values = np.stack([[low, at_middle], [at_middle, high]])
        quarters = ends[:, 0] + (ends[:, 1] - ends[:, 0]) / 2
        at_quarters = f(quarters.ravel()).reshape(quarters.shape)
        off = np.abs(at_quarters - values.mean(axis=1))
        half, i = off.argmax(axis=0), np.arange(len(left))
        left, right = ends[half, :, i].T
        low, high = values[half, :, i].T
        middle, at_middle, off = quarters[half, i], at_quarters[half, i], off[half, i]
        if step == _SMOOTH:
            start = off
        whole = (left < middle) & (middle < right)
        stays = off > noise
        if step > _SMOOTH:
            stays &= off > start / 4
            if (found := stays & (~whole | (step == _HALVINGS - 1))).any():
                k = int(np.argmax(found))
                # Of the numbers left there, the one that is written shortest is the one that is meant.
                x = min((left[k], middle[k], right[k]), key=lambda at: len(repr(float(at))))
                return Jump(float(x), float(low[k]), float(high[k]))
        stays &= whole
        if not stays.any():
            return None
        left, right, low, high, middle, at_middle, start = (
            part[stays] for part in (left, right, low, high, middle, at_middle, start)
        )
    return None
