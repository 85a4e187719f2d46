"""A progress bar for whoever waits and watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

#: Seconds after which a bar appears, where there is somebody to see it.
_PATIENCE = 2.0


def watched(items: Iterable[Item], total: int, what: str, unit: str, progress: bool | None) -> Iterator[Item]:
    """The items, and a bar that counts them: always if `progress` is True, and by default in a terminal or notebook.

    Raises
    ------
    TypeError
        `progress` is not True, False or None.
    """
    if progress not in (True, False, None):
        raise TypeError(f"progress must be True, False or None, got {progress!r}")
    if progress is None:
        progress = sys.stderr.isatty() or _in_a_notebook()
    try:
        from tqdm.std import tqdm
    except ImportError:
        return iter(items)
    # Where a bar is wanted tqdm still has the last word, so that TQDM_DISABLE=1 silences every one.
    quiet = {} if progress else {"disable": True}
    return iter(tqdm(items, total=total, desc=what, unit=unit, delay=_PATIENCE, **quiet))


def _in_a_notebook() -> bool:
    # A program may have imported IPython without running inside it.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")
