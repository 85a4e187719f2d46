"""Tests the package with the oldest, or the newest, releases that its metadata allow, in an environment of their own.

`make test-lowest`, `make test-newest`. The book is built from its lock and is no part of this.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What tests the book and what builds it.
OF_THE_BOOK = ("addresses", "book", "bookbuild", "cartridge", "facts", "faults", "house", "movable", "package", "site")


def wanted(which: str) -> list[str]:
    """The requirements of the package and its extras: as they are, or as the lowest versions that they allow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return every if which == "newest" else [re.sub(r">=([\d.]+)", r"==\1.*", one) for one in every]


def main(which: str) -> int:
    tests = [p for p in sorted((ROOT / "tests").glob("test_*.py")) if p.stem.removeprefix("test_") not in OF_THE_BOOK]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        index = os.environ.get("TORCH_INDEX", "")
        more = ["--extra-index-url", index] if index else []
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *more, *wanted(which)]
        subprocess.run([*install, "pytest", "hypothesis"], check=True)
        subprocess.run([python, "-m", "pip", "list", "--disable-pip-version-check"], check=True)
        # Warnings of libraries about each other are theirs; with these versions they are no errors.
        run = [python, "-m", "pytest", "-q", "-o", "filterwarnings=default", "-p", "no:cacheprovider", *map(str, tests)]
        return subprocess.run(run, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:] not in (["lowest"], ["newest"]):
        sys.exit("lowest, or newest?")
    sys.exit(main(sys.argv[1]))
