"""Alternating sums of slopes, s_{i₁} − s_{i₂} + … + s_{i_{2m+1}}: between what bounds each can lie.

A line of p pieces is a network of p − 1 neurons if and only if one of its alternating sums is zero.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray

#: Up to how many pieces all sets of them are listed.
_ALL = 9


class Sums(NamedTuple):
    """For each set of an odd number of pieces the least and the greatest alternating sum; shape (sets,) each.

    Attributes
    ----------
    sets
        Bit i is set where piece i is a member.
    """

    sets: NDArray[np.int64]
    least: FloatArray
    greatest: FloatArray


def _from_right(values: FloatArray, least: bool) -> FloatArray:
    """At each phase the least, or greatest, value at it or at a later one."""
    rule = np.minimum if least else np.maximum
    return rule.accumulate(values[:, ::-1], axis=1)[:, ::-1]


def sums(gains: FloatArray, first: FloatArray, last: FloatArray) -> Sums:
    """All of them, over chains of phases that do not increase.

    The least is F_{i_{2m+1}}(first) + Σⱼ F_{i_{2j−1}}(wⱼ) − F_{i_{2j}}(wⱼ), the greatest F_{i₁}(last) +
    Σⱼ F_{i_{2j+1}}(wⱼ) − F_{i_{2j}}(wⱼ), where w₁ ≥ w₂ ≥ …; by dynamic programming over pieces, all sets at once.

    Parameters
    ----------
    gains
        Shape (pieces, pieces, phases): how much steeper one piece is than another, at each phase; or, of each cell
        of phases, a lower bound of that.
    first, last
        Shape (pieces,): the slopes at the least and at the greatest phase.
    """
    pieces, _, phases = gains.shape
    # What is open after an even number of members, the empty set first; and after an odd number, with the last member.
    even, odd = np.zeros(1, np.int64), np.zeros(0, np.int64)
    even_last, odd_last = np.zeros(0, int), np.zeros(0, int)
    even_least, odd_least = np.zeros((1, phases)), np.zeros((0, phases))
    even_greatest, odd_greatest = np.zeros((0, phases)), np.zeros((0, phases))
    found = []
    for i in range(pieces):
        bit = np.int64(1) << i
        begun = np.full((1, phases), last[i])
        greatest = np.concatenate([begun, _from_right(even_greatest - gains[even_last, i], least=False)])
        found.append((even | bit, even_least[:, 0] + first[i], greatest[:, 0]))
        least = _from_right(odd_least + gains[odd_last, i], least=True)
        grown = even | bit, even_least, greatest, np.full(len(even), i)
        even_least, even_greatest = np.concatenate([even_least, least]), np.concatenate([even_greatest, odd_greatest])
        even_last = np.concatenate([even_last, np.full(len(odd), i)])
        even = np.concatenate([even, odd | bit])
        odd, odd_least = np.concatenate([odd, grown[0]]), np.concatenate([odd_least, grown[1]])
        odd_greatest, odd_last = np.concatenate([odd_greatest, grown[2]]), np.concatenate([odd_last, grown[3]])
    return Sums(*(np.concatenate(part) for part in zip(*found, strict=True)))


def members(which: int, pieces: int) -> list[int]:
    """The pieces of a set, in order."""
    return [i for i in range(pieces) if which >> i & 1]


def chain(gains: FloatArray, which: list[int], least: bool) -> list[int]:
    """At which phases the least, or the greatest, sum of one set is attained: one for each pair of members.

    Parameters
    ----------
    gains
        As for :func:`sums`.
    which
        The set, in order.
    """
    pairs = zip(which[::2], which[1::2], strict=False) if least else zip(which[1::2], which[2::2], strict=True)
    values, choices = np.zeros(gains.shape[2]), []
    for one, other in pairs:
        total = values + gains[one, other]
        # At each phase, where at it or later the total is least.
        values = np.minimum.accumulate(total[::-1])[::-1]
        at = np.where(total == values, np.arange(len(total)), len(total))
        choices.append(np.minimum.accumulate(at[::-1])[::-1])
    found, k = [], 0
    for choice in reversed(choices):
        k = int(choice[k])
        found.append(k)
    return found[::-1]


def alternating_sums(pieces: int) -> FloatArray:
    """Alternating sums as combinations of slopes, one a row: all for up to 9 pieces, of one and of three beyond."""
    most = pieces if pieces <= _ALL else 3
    sets = [np.array(list(itertools.combinations(range(pieces), k))) for k in range(1, most + 1, 2)]
    found = np.zeros((sum(map(len, sets)), pieces))
    row = 0
    for which in sets:
        found[np.arange(row, row + len(which))[:, None], which] = (-1.0) ** np.arange(which.shape[1])
        row += len(which)
    return found


def weights(which: list[int], pieces: int) -> FloatArray:
    """The alternating sum as a combination of slopes; shape (pieces,)."""
    signs = np.zeros(pieces)
    signs[which] = [(-1.0) ** i for i in range(len(which))]
    return signs
