"""The builds of the book that all tests of its pages share: each is made once, whichever process needs it first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builds import ADDRESS, REPOSITORY, build, copied, small, with_cells_of


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder of that name, or waits until another process has made it."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder = common / name
        with open(common / f"{name}.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (done := common / f"{name}.done").exists():
                fill(folder)
                done.touch()
        return folder

    return make


def _built(project: Path, *options: str, **more: str) -> None:
    result = build(project, *options, **more)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def both(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Two builds of the whole book from nothing, at the same time, since much of a build uses one core."""

    def fill(folder: Path) -> None:
        far = copied(folder / "a rather longer path" / "with" / "folders in it")
        for path in far.rglob("*"):
            if path.is_file() and not path.is_symlink():
                os.utime(path, (10**9, 10**9))
        with ThreadPoolExecutor() as pool:
            here = pool.submit(_built, copied(folder / "book"))
            there = pool.submit(_built, far, TZ="Asia/Kathmandu", LANG="C")
            here.result(), there.result()

    return once("both", fill)


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> Path:
    """The whole book, built from nothing, in which a single warning is an error."""
    if given := os.environ.get("BOOK_SITE"):
        return Path(given)
    return request.getfixturevalue("both") / "book" / "_build" / "html"


@pytest.fixture(scope="session")
def elsewhere(both: Path) -> Path:
    """The same, built from nothing in another folder, at another time and place."""
    return both / "a rather longer path" / "with" / "folders in it" / "_build" / "html"


@pytest.fixture(scope="session")
def published(once: Callable[[str, Callable[[Path], None]], Path], site: Path) -> Path:
    """The book as it is built for its address."""

    def fill(folder: Path) -> None:
        _built(with_cells_of(site, folder), SITE_URL=ADDRESS, REPOSITORY=REPOSITORY)

    return once("published", fill) / "_build" / "html"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with a book of two pages."""
    return small(copied(tmp_path))


@pytest.fixture(scope="session")
def clean(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The book of two pages, built once from nothing: the project."""
    return once("small", lambda folder: _built(small(copied(folder))))


@pytest.fixture
def built(clean: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed or broken."""
    return shutil.copytree(clean, tmp_path / "project", symlinks=True)
