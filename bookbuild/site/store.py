"""What took long to make, kept under the hash of what it was made from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path


class Store:
    """A folder of results. A file that is there is whole, whenever the build that wrote it was stopped."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._used: set[str] = set()

    def get(self, made_from: bytes, make: Callable[[], bytes]) -> bytes:
        """The result for these bytes: the one kept, or that of `make`, which is kept then."""
        name = hashlib.sha256(made_from).hexdigest()[:24]
        self._used.add(name)
        path = self._folder / name
        if path.is_file():
            whole, _, result = path.read_bytes().partition(b"\n")
            if whole == _sum(result):
                return result
        result = make()
        coming = path.with_suffix(".coming")
        coming.write_bytes(_sum(result) + b"\n" + result)
        os.replace(coming, path)
        return result

    def prune(self) -> None:
        """Removes what was not asked for."""
        for path in self._folder.iterdir():
            if path.name not in self._used:
                path.unlink()


def _sum(result: bytes) -> bytes:
    return hashlib.sha256(result).hexdigest().encode()
