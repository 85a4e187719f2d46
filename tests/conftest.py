"""Copies of the project to build in, and the builds of the book that all checks of its pages share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
#: Where the book is published, for the checks of what depends on it.
ADDRESS = "https://example.org/relu/"
REPOSITORY = "someone/relu"


PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

(index)=
# One page

```{code-cell} ipython3
from reluapprox import parabola_floor
```

Some text.

```{code-cell} ipython3
print("the floor is", parabola_floor((0, 1), 1))
```
"""

FACTS = """
pages:
  index:
    summary: One page.
chapters: {}
paths: []
"""


def copied(to: Path) -> Path:
    """What a build needs of the project, in another folder."""
    for name in ("reluapprox", "bookbuild", "book", "movable"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    (to / "movable" / "node_modules").symlink_to(ROOT / "movable" / "node_modules")
    locks = ("requirements.lock", "torch.lock")
    for name in (*locks, "conf.py", "pyproject.toml", "CITATION.cff", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, to / name)
    return to


def settings(project: Path, **more: str) -> dict[str, str]:
    """The environment of a build: this one, with the copy's package before the installed one, and no address."""
    own = {name: value for name, value in os.environ.items() if name not in ("SITE_URL", "REPOSITORY")}
    return own | {"PYTHONPATH": str(project)} | more


def build(project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """`make html`, without making the environment; `more` goes into the environment of the command."""
    command, given = [sys.executable, "-m", "bookbuild"], settings(project, **more)
    return subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, timeout=400, check=False)


def contents(site: Path) -> dict[str, bytes]:
    """name → bytes, of every file."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole book, built from nothing, in which a single warning is an error."""
    project = copied(tmp_path_factory.mktemp("book"))
    result = build(project)
    assert result.returncode == 0, result.stdout + result.stderr
    return project / "_build" / "html"


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, built from nothing in another folder, at another time and place."""
    project = copied(tmp_path_factory.mktemp("a rather longer path") / "with" / "folders in it")
    for path in project.rglob("*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path, (10**9, 10**9))
    result = build(project, TZ="Asia/Kathmandu", LANG="C")
    assert result.returncode == 0, result.stdout + result.stderr
    return project / "_build" / "html"


@pytest.fixture(scope="session")
def published(elsewhere: Path) -> Path:
    """The book as it is built for its address; in the other folder, whose cells have run."""
    kept = elsewhere.with_name("without-address")
    shutil.copytree(elsewhere, kept)
    result = build(elsewhere.parent.parent, SITE_URL=ADDRESS, REPOSITORY=REPOSITORY)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "running" not in result.stdout
    return elsewhere


def small_book(project: Path) -> Path:
    """Leaves one page of the book, so that a build is quick."""
    for page in (project / "book").glob("*.md"):
        page.unlink()
    (project / "book" / "index.md").write_text(PAGE, encoding="utf-8")
    (project / "book" / "addresses.txt").unlink()
    (project / "book" / "chapters.yml").write_text(FACTS, encoding="utf-8")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with a book of one page."""
    return small_book(copied(tmp_path))
