"""Tridiagonal systems: what is asked of one knot involves its neighbours."""

from __future__ import annotations

import numpy as np

from ..checks import FloatArray


def solved(below: FloatArray, diagonal: FloatArray, above: FloatArray, right: FloatArray) -> FloatArray | None:
    """The solution, of the shape of `right`; None where there is none, or none that is finite.

    Parameters
    ----------
    below, above
        Shape (n − 1,).
    diagonal
        Shape (n,).
    right
        Shape (n,), or (n, k) for k right sides.
    """
    from scipy.linalg.lapack import dgtsv

    if len(diagonal) < 2:
        # LAPACK's wrapper takes no empty off-diagonal.
        answer, failed = right / diagonal, 0
    else:
        *_, answer, failed = dgtsv(below, diagonal, above, right)
    return answer if not failed and np.isfinite(answer).all() else None
