"""Where executed cells are kept: one folder for each state of all that they could have run."""

from __future__ import annotations

import hashlib
from pathlib import Path


def cache_folder(root: Path) -> Path:
    """The folder whose name is a hash of the package's sources and of the lock.

    The cache itself compares only the text of a page's cells; without this, a figure would stay as it was
    when the code that draws it changes.
    """
    digest = hashlib.sha256()
    for path in [*sorted((root / "reluapprox").rglob("*.py")), root / "requirements.lock"]:
        # Lengths too, so that moving text from one file to the next is a change.
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return root / "_build" / "cells" / digest.hexdigest()[:16]
