"""What a script of a page is told, so that the reader can move a figure."""

from __future__ import annotations

import json
from typing import Any

import numpy as np


class Movable:
    """Numbers for the script that makes a figure of the page move, as JSON that no reader sees.

    As the last line of a cell it puts them into the page. The figure itself is an ordinary one, named
    ``fig-<name>``; it stays where no script runs: on paper, in a notebook, or without JavaScript.

    Parameters
    ----------
    name
        Of the script, ``movable/figures/<name>.ts``.
    **data
        What it is told: numbers, strings, arrays, and lists and dicts of those.

    Raises
    ------
    TypeError, ValueError
        The data hold something else, or a number that is not finite.
    """

    def __init__(self, name: str, **data: Any) -> None:
        self.name = name
        # Nothing inside may end the element.
        self._text = json.dumps(data, default=_plain, allow_nan=False).replace("<", "\\u003c")

    def __repr__(self) -> str:
        return f"Movable({self.name!r})"

    def _repr_html_(self) -> str:
        return f'<script type="application/json" data-movable="{self.name}">{self._text}</script>'


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"data must be numbers, strings, arrays, lists or dicts, got {value!r:.80}")
