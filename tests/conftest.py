"""Copies of the project to build in, and one clean build of the book that all checks of its pages share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def copied(to: Path) -> Path:
    """What a build needs of the project, in another folder."""
    for name in ("reluapprox", "bookbuild", "book", "movable"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    (to / "movable" / "node_modules").symlink_to(ROOT / "movable" / "node_modules")
    for name in (
        "conf.py",
        "requirements.lock",
        "torch.lock",
        "pyproject.toml",
        "CITATION.cff",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, to / name)
    return to


def build(project: Path) -> subprocess.CompletedProcess[str]:
    """`make html`, without the environment: it is this one, with the copy's package before the installed one."""
    settings = os.environ | {"PYTHONPATH": str(project)}
    command = [sys.executable, "-m", "bookbuild"]
    return subprocess.run(command, cwd=project, env=settings, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole book, built from nothing, in which a single warning is an error."""
    project = copied(tmp_path_factory.mktemp("book"))
    result = build(project)
    assert result.returncode == 0, result.stdout + result.stderr
    return project / "_build" / "html"
