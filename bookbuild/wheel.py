"""The package as a wheel, which the site offers to who runs a chapter elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from .moment import ENVIRONMENT

_ROOT = Path(__file__).parent.parent
#: What the package is made of.
PARTS = ("reluapprox", "pyproject.toml", "README.md", "LICENSE")


def version() -> str:
    """The package's, which is the book's."""
    project: dict[str, str] = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["version"]


def wheel_name() -> str:
    """Its file's name."""
    return f"reluapprox-{version()}-py3-none-any.whl"


def write_wheel(root: Path, into: Path) -> None:
    """Writes the wheel of the package in `root` into a folder; the same bytes whenever and wherever.

    Raises
    ------
    OSError
        It could not be built: what setuptools says.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in PARTS:
            if (root / part).is_dir():
                shutil.copytree(root / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(root / part, copy / part)
        for path in copy.rglob("*"):
            # A file's rights go into the wheel, and differ from one checkout to the next.
            path.chmod(0o755 if path.is_dir() else 0o644)
        made = subprocess.run(
            [sys.executable, "-c", "from setuptools.build_meta import build_wheel; build_wheel('.')"],
            cwd=copy,
            env=os.environ | ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise OSError(0, f"the package's wheel could not be built: {made.stderr.strip()[-600:]}")
        into.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy / wheel_name(), into / wheel_name())
