"""A Sphinx extension: what a cell prints is one output, in however many pieces it arrived.

The kernel sends what is printed in pieces that depend on the moment; MyST-NB joins them by lines, and a piece
that ends in the middle of one would leave an empty line.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from jupyter_cache.executors import utils
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    utils.executenb = partial(utils.executenb, coalesce_streams=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
