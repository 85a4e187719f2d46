"""Hashes of what a build depends on: they name the folder of executed cells, and tell whether anything changed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from .facts import address

#: What a cell can run or read: its page's text aside, the package, the exact environment, the measured comparison.
_CELLS = ("reluapprox", "bookbuild/pages/outputs.py", "requirements.lock", "torch.lock", "book/benchmarks.json")
#: All that the site is made from.
_SITE = (*_CELLS, "book", "bookbuild", "movable", "conf.py", "pyproject.toml", "README.md", "LICENSE", "CITATION.cff")


def cache_folder(root: Path) -> Path:
    """The folder of the cells executed with the package and the lock as they are now.

    The cache itself compares only the text of a page's cells; without this, a figure would stay as it was
    when the code that draws it changes.
    """
    return root / "_build" / "cells" / _digest(root, _CELLS)


def machinery_state(root: Path) -> str:
    """A hash of what all pages depend on: all that makes the site but their prose, and the address that it is told.

    Sphinx writes a page anew when its text has changed, and does not know of this. Of each page, the others show
    titles and numbers, in lists of contents and in references.
    """
    return f"{_digest(root, _SITE, outlined='book/*.md')} {address()}"


def site_state(root: Path) -> str:
    """A hash of all that the site is made from."""
    return f"{_digest(root, _SITE)} {address()}"


def _outline(page: bytes) -> bytes:
    """The lines of a page that give titles, labels, numbers and blocks."""
    return b"\n".join(re.findall(rb"^(?:#|\(|`{3,}\{|:\s*(?:name|label|numbered)\b).*$", page, re.MULTILINE))


def _digest(root: Path, names: tuple[str, ...], outlined: str = "") -> str:
    digest = hashlib.sha256()
    for name in names:
        for path in sorted([root / name, *(root / name).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc" and "node_modules" not in path.parts:
                # Names and lengths too, so that moving text from one file to the next is a change.
                content = path.read_bytes()
                if outlined and path.relative_to(root).match(outlined):
                    content = _outline(content)
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]
