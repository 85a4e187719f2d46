"""`make html` itself: what it does with changes, interruptions and damage, on a book of two pages.

Whatever went wrong, the next build gives the bytes of a clean one, and the last good site stays readable meanwhile.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from _ext.cells import INPUTS as CELLS
from _ext.cells import _is_sound, digest
from build import INPUTS
from builds import build, contents, copied, edit, settings, small


def site(project):
    return project / "_build" / "html"


def assert_next_is_clean(project, clean):
    result = build(project)
    assert result.returncode == 0, result.stderr
    assert contents(site(project)) == contents(site(clean))


def test_a_build_and_its_changes(built):
    project = built
    again = build(project)
    assert again.returncode == 0
    assert again.stdout == f"Nothing has changed. Open {site(project) / 'index.html'}\n"

    # Prose: no cell runs.
    edit(project / "book" / "index.md", "Some text.", "Other text.")
    prose = build(project)
    assert prose.returncode == 0
    assert "executing cells" not in prose.stdout
    assert b"Other text." in contents(site(project))["index.html"]

    # A constant of the package: no output may stay as it was.
    edit(project / "reluapprox" / "bounds.py", "/ (8 *", "/ (4 *")
    changed = build(project)
    assert changed.returncode == 0
    assert changed.stdout.count("executing cells... [") == 2
    assert b"the floor is 0.25" in contents(site(project))["index.html"]
    assert len(list((project / "_build" / "cells").iterdir())) == 1


def test_every_input_counts(built):
    """One byte more in anything that the site is made from, and it is built; a folder that is no part of it is not."""
    for name in ("reluapprox/roots.py", "torch.lock", "book/benchmarks.json"):
        before = digest(built, CELLS), digest(built, INPUTS)
        with open(built / name, "a", encoding="utf-8") as file:
            file.write(" ")
        assert digest(built, CELLS) != before[0]
        assert digest(built, INPUTS) != before[1]
    names = [
        "book/index.md",
        "book/references.bib",
        "book/_ext/csp.py",
        "book/_templates/early.js",
        "book/_static/book.css",
    ]
    names += [
        "book/_movable/arithmetic/line.ts",
        "book/_movable/build.mjs",
        "book/_movable/package-lock.json",
        "conf.py",
    ]
    for name in names:
        cells, whole = digest(built, CELLS), digest(built, INPUTS)
        with open(built / name, "a", encoding="utf-8") as file:
            file.write("\n")
        assert digest(built, CELLS) == cells, name
        assert digest(built, INPUTS) != whole, name
    whole = digest(built, INPUTS)
    (built / "notes.txt").write_text("no part of it", encoding="utf-8")
    assert digest(built, INPUTS) == whole


def test_a_second_build_waits_for_the_first(tmp_path, clean):
    project = small(copied(tmp_path))
    run = [sys.executable, "tools/build.py"]
    both = [
        subprocess.Popen(
            run, cwd=project, env=settings(project), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=600)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("Another build is running in this folder; waiting for it" in text for text in said) == 1
    assert sum("Nothing has changed" in text for text in said) == 1
    assert contents(site(project)) == contents(site(clean))


def test_plain_sphinx_waits_for_make_html_too(built):
    """They share the cells; one that ran while the other did used to end in an error now and then."""
    edit(built / "book" / "index.md", "print(", "import time\n\ntime.sleep(3)\nprint(")
    run = [sys.executable, "-m", "sphinx", "-q", "-n", "-c", ".", "book", "_build/serve/html"]
    first = subprocess.Popen(run, cwd=built, env=settings(built), stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    second = build(built)
    said = first.communicate(timeout=300)[1]
    assert (first.returncode, said) == (0, "")
    assert second.returncode == 0, second.stderr


#: The stages of a build, as Sphinx names them, each at its last moment but the first.
STAGES = (
    "config-inited",
    "builder-inited",
    "env-before-read-docs",
    "doctree-read",
    "env-updated",
    "env-check-consistency",
)
STAGES += ("write-started", "doctree-resolved", "html-page-context", "html-collect-pages", "build-finished")
KILL = """
import os, signal


def setup(app):
    app.connect(os.environ["KILL_AT"], lambda *given: os.killpg(0, signal.SIGKILL), priority=999)
"""


def killed(project, command, **more):
    process = subprocess.Popen(
        command,
        cwd=project,
        env=settings(project, **more),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert process.wait(timeout=300) == -signal.SIGKILL


def test_killed_at_every_stage(built, clean):
    """Each time upon what the kill before has left; the site stays the last good one."""
    good = contents(site(built))
    (built / "book" / "_ext" / "kill.py").write_text(KILL, encoding="utf-8")
    plain = (built / "conf.py").read_text(encoding="utf-8")
    (built / "conf.py").write_text(f'{plain}\nextensions.append("_ext.kill")\n', encoding="utf-8")
    edit(built / "reluapprox" / "bounds.py", "/ (8 *", "/ (8.0 *")
    for stage in STAGES:
        killed(built, [sys.executable, "tools/build.py"], KILL_AT=stage)
        assert contents(site(built)) == good, stage
    (built / "book" / "_ext" / "kill.py").unlink()
    (built / "conf.py").write_text(plain, encoding="utf-8")
    edit(built / "reluapprox" / "bounds.py", "/ (8.0 *", "/ (8 *")
    assert_next_is_clean(built, clean)


def test_killed_while_a_cell_runs(built, clean):
    page = built / "book" / "index.md"
    edit(page, "print(", "import os, signal\n\nos.kill(os.getppid(), signal.SIGKILL)\nprint(")
    failed = build(built)
    assert failed.returncode == 1
    assert contents(site(built)) == contents(site(clean))
    edit(page, "import os, signal\n\nos.kill(os.getppid(), signal.SIGKILL)\n", "")
    (built / "_build" / "done").unlink(missing_ok=True)
    assert_next_is_clean(built, clean)


SWAP = """
import os, signal, sys
from pathlib import Path

sys.argv = ["build"]
sys.path.insert(0, "tools")
import build

moves, rename = [], Path.rename


def counted(self, target):
    moves.append(rename(self, target))
    if len(moves) == {count}:
        os.killpg(0, signal.SIGKILL)


Path.rename = counted
build.main([])
"""


@pytest.mark.parametrize("count", [1, 2])
def test_killed_between_the_renames(built, clean, count):
    """The old site is out of its place and the new one not yet in it; or it is, and the old one not yet removed."""
    edit(built / "book" / "index.md", "Some text.", "Some other text.")
    killed(built, [sys.executable, "-c", SWAP.format(count=count)])
    assert site(built).is_dir() == (count == 2)
    # The next build puts it back before anything else, even if it fails.
    assert build(built, SITE_URL="nowhere").returncode == 1
    now = contents(site(built))["index.html"]
    assert (b"Some other text." if count == 2 else b"Some text.") in now
    edit(built / "book" / "index.md", "Some other text.", "Some text.")
    assert_next_is_clean(built, clean)


def test_half_of_the_cache_is_deleted(built, clean):
    files = sorted(path for path in (built / "_build" / "cells").rglob("*") if path.is_file())
    for path in random.Random(2).sample(files, len(files) // 2):
        path.unlink()
    (built / "_build" / "done").unlink()
    assert_next_is_clean(built, clean)


def damaged(database, damage):
    whole = database.read_bytes()
    if damage == "without a table":
        with sqlite3.connect(database) as connection:
            connection.execute("DROP TABLE nbcache")
        connection.close()
    else:
        broken = {"garbage": os.urandom(len(whole)), "truncated": whole[: len(whole) // 2], "emptied": b""}
        database.write_bytes(broken[damage])


@pytest.mark.parametrize("damage", ["garbage", "truncated", "emptied", "without a table"])
def test_a_corrupt_database_of_the_cache_is_seen(clean, tmp_path, damage):
    cells = next(path for path in (clean / "_build" / "cells").iterdir() if path.is_dir())
    copy = shutil.copytree(cells, tmp_path / "cells")
    assert _is_sound(copy)
    damaged(copy / "global.db", damage)
    assert not _is_sound(copy)


def test_the_caches_database_is_corrupt(built, clean):
    damaged(next((built / "_build" / "cells").rglob("global.db")), "truncated")
    (built / "_build" / "done").unlink()
    assert_next_is_clean(built, clean)


def test_a_cell_that_hangs_is_named(built, clean):
    page = built / "book" / "index.md"
    # Of a cell this long, only the ends are in the error.
    slow = "import time\n" + "\n" * 9 + "while True:\n    time.sleep(1)\n"
    edit(page, 'print("the floor', f'{slow}print("the floor')
    failed = build(built, CELL_TIMEOUT="3")
    assert failed.returncode == 1
    assert failed.stderr.startswith("book/index.md:16: WARNING: cell 2: ")
    assert "timed out while it was being executed, after 3 seconds" in failed.stderr
    assert contents(site(built)) == contents(site(clean))


def test_the_disk_is_full(tmp_path, clean):
    """On a small disk of its own, at every stage: from no room at all to not quite enough."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the rights to mount one")
    try:
        project = shutil.copytree(clean, disk / "project", symlinks=True)
        used = sum(path.stat().st_size for path in (project / "_build").rglob("*") if path.is_file())
        page, ballast = project / "book" / "index.md", disk / "ballast"
        for left in (0, used // 8, used // 3, used // 2):
            edit(page, "Some text.", "Some other text.")
            (project / "_build" / "done").unlink(missing_ok=True)
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            ballast.write_bytes(bytes(max(0, free - left)))
            result = build(project)
            ballast.unlink()
            if result.returncode:
                assert "disk is full" in result.stderr or "No space left on device" in result.stderr, result.stderr
                assert contents(site(project)) == contents(site(clean))
            edit(page, "Some other text.", "Some text.")
        assert_next_is_clean(project, clean)
    finally:
        subprocess.run(["umount", str(disk)], check=False)
