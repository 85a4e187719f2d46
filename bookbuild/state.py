"""Hashes of what a build depends on: they name the folder of executed cells, and tell whether anything changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

#: What a cell can run or read: its page's text aside, the package, the exact environment, the measured comparison.
_CELLS = ("reluapprox", "requirements.lock", "book/benchmarks.json")
#: All that the site is made from.
_SITE = (*_CELLS, "book", "bookbuild", "movable", "conf.py")


def cache_folder(root: Path) -> Path:
    """The folder of the cells executed with the package and the lock as they are now.

    The cache itself compares only the text of a page's cells; without this, a figure would stay as it was
    when the code that draws it changes.
    """
    return root / "_build" / "cells" / _digest(root, _CELLS)


def site_state(root: Path) -> str:
    """A hash of all that the site is made from."""
    return _digest(root, _SITE)


def _digest(root: Path, names: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for name in names:
        for path in sorted([root / name, *(root / name).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc" and "node_modules" not in path.parts:
                # Names and lengths too, so that moving text from one file to the next is a change.
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]
