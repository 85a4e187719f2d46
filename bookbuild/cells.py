"""The executed cells that builds share: those of another package are thrown away, and so is what is damaged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path


def prepare(cells: Path) -> None:
    """Leaves in place a folder of executed cells that can be relied on, and none beside it.

    Parameters
    ----------
    cells
        The folder for the present state of the package; its neighbours are of other states.
    """
    if cells.is_dir() and not _sound(cells):
        print("The cells' cache is damaged; all cells run again.", flush=True)
        shutil.rmtree(cells)
    cells.mkdir(parents=True, exist_ok=True)
    for other in cells.parent.iterdir():
        if other != cells:
            shutil.rmtree(other)


def _sound(cells: Path) -> bool:
    """Whether the database can be read, and every page that it has outputs of is there and whole."""
    database = cells / "global.db"
    if not database.is_file():
        return not any(cells.iterdir())
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return False
            for (key,) in connection.execute("SELECT hashkey FROM nbcache"):
                json.loads((cells / "executed" / key / "base.ipynb").read_text(encoding="utf-8"))
        finally:
            connection.close()
    except (sqlite3.Error, OSError, ValueError):
        return False
    return True
