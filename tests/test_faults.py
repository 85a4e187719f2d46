"""What can go wrong with a build: the next gives the bytes of a clean one, and the site stays readable meanwhile."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import build, contents, copied, settings, small_book

#: A second page, so that a build has more than one of everything.
MORE = """---
file_format: mystnb
kernelspec:
  name: python3
---

(more)=
# Another page

```{code-cell} ipython3
:mystnb:
:  figure:
:    name: fig-one
:    caption: A hinge.
:  image:
:    alt: A line that is flat and then rises.

from reluapprox.figures import canvas

fig, ax = canvas()
ax.plot([-1, 0, 1], [0, 0, 1])
fig
```
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The small book, built once from nothing."""
    project = with_two_pages(tmp_path_factory.mktemp("clean"))
    assert build(project).returncode == 0
    return contents(site(project))


def with_two_pages(folder: Path) -> Path:
    project = small_book(copied(folder))
    (project / "book" / "more.md").write_text(MORE, encoding="utf-8")
    index = project / "book" / "index.md"
    index.write_text(index.read_text(encoding="utf-8") + "\n```{toctree}\nmore\n```\n", encoding="utf-8")
    return project


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The small book, to be broken."""
    return with_two_pages(tmp_path)


def site(project: Path) -> Path:
    return project / "_build" / "html"


def started(project: Path) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "bookbuild"]
    return subprocess.Popen(command, cwd=project, env=settings(project), start_new_session=True, **quiet)


def mended(project: Path, clean: dict[str, bytes]) -> None:
    result = build(project)
    assert result.returncode == 0, result.stderr
    assert contents(site(project)) == clean


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_killed_at_twenty_moments(broken, clean):
    """From nothing, from a good site, and from what the kill before has left."""
    moments = random.Random(1)
    page, longest = broken / "book" / "index.md", 8.0
    for kill in range(20):
        there = contents(site(broken)) if site(broken).is_dir() else None
        edit(page, "Some text.", "Some other text.")
        build_ = started(broken)
        time.sleep(moments.uniform(0.0, longest))
        os.killpg(build_.pid, signal.SIGKILL)
        build_.wait()
        if there is not None:
            # The last good one, or, if it was done just before, the new one: whole in either case.
            now = contents(site(broken))
            assert sorted(now) == sorted(there)
            assert b"Some text." in now["index.html"] or b"Some other text." in now["index.html"]
        edit(page, "Some other text.", "Some text.")
        if kill % 2:
            # Otherwise the next is killed on top of this one.
            mended(broken, clean)
    mended(broken, clean)


def test_stopped_between_the_renames(broken, clean):
    """Where a kill cannot be aimed: the old site is out of its place, and the new one not yet in it."""
    assert build(broken).returncode == 0
    site(broken).rename(site(broken).with_name("html.going"))
    edit(broken / "book" / "index.md", 'print("the floor', 'missing\nprint("the floor')
    assert build(broken).returncode == 1
    assert contents(site(broken)) == clean
    edit(broken / "book" / "index.md", "missing\n", "")
    mended(broken, clean)


def test_half_of_the_cache_is_deleted(broken, clean):
    assert build(broken).returncode == 0
    files = sorted(path for path in (broken / "_build" / "cells").rglob("*") if path.is_file())
    for path in random.Random(2).sample(files, len(files) // 2):
        path.unlink()
    (broken / "_build" / "work" / "done").unlink()
    mended(broken, clean)


@pytest.mark.parametrize("damage", ["garbage", "truncated", "emptied", "without a table"])
def test_the_caches_database_is_corrupt(broken, clean, damage):
    assert build(broken).returncode == 0
    database = next((broken / "_build" / "cells").rglob("global.db"))
    whole = database.read_bytes()
    if damage == "without a table":
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TABLE nbcache")
        connection.close()
    else:
        broken_bytes = {"garbage": os.urandom(len(whole)), "truncated": whole[: len(whole) // 2], "emptied": b""}
        database.write_bytes(broken_bytes[damage])
    (broken / "_build" / "work" / "done").unlink()
    mended(broken, clean)


def test_what_is_kept_of_fonts_and_figures_is_damaged(broken, clean):
    assert build(broken).returncode == 0
    kept = sorted((broken / "_build" / "packed").iterdir())
    assert len(kept) > 5
    for number, path in enumerate(kept):
        path.write_bytes(path.read_bytes()[:-3] if number % 2 else b"")
    (broken / "_build" / "work" / "done").unlink()
    mended(broken, clean)


def test_a_cell_that_hangs_is_named(broken, clean):
    assert build(broken).returncode == 0
    page = broken / "book" / "index.md"
    edit(page, 'print("the floor', 'import time\nwhile True:\n    time.sleep(1)\nprint("the floor')
    failed = build(broken, CELL_TIMEOUT="3")
    assert failed.returncode == 1
    assert "book/index.md:16: cell 2: " in failed.stderr
    assert "timed out while it was being executed, after 3 seconds" in failed.stderr
    assert contents(site(broken)) == clean
    edit(page, "import time\nwhile True:\n    time.sleep(1)\n", "")
    mended(broken, clean)


def test_two_builds_at_once(broken, clean):
    both = [started(broken) for _ in range(2)]
    assert [process.wait(timeout=300) for process in both] == [0, 0]
    assert contents(site(broken)) == clean


def test_the_disk_is_full(tmp_path, clean):
    """On a small disk of its own, at every stage: from no room at all to not quite enough."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the rights to mount one")
    try:
        project = with_two_pages(disk)
        assert build(project).returncode == 0
        used = sum(path.stat().st_size for path in (project / "_build").rglob("*") if path.is_file())
        page, ballast = project / "book" / "index.md", disk / "ballast"
        for left in (0, used // 8, used // 3, used // 2):
            edit(page, "Some text.", "Some other text.")
            (project / "_build" / "work" / "done").unlink(missing_ok=True)
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast.write_bytes(bytes(max(0, free - left)))
            result = build(project)
            ballast.unlink()
            if result.returncode:
                assert "disk is full" in result.stderr or "No space left on device" in result.stderr, result.stderr
                assert contents(site(project)) == clean
            edit(page, "Some other text.", "Some text.")
            mended(project, clean)
    finally:
        subprocess.run(["umount", str(disk)], check=False)
