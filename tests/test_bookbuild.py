"""The build itself: what it does with faults, changes and interruptions. On a book of one page, so that it is quick."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from conftest import ROOT, build, copied, settings

from bookbuild.failures import crash, failed_cells
from bookbuild.state import cache_folder, site_state


def page(project):
    return (project / "_build" / "html" / "index.html").read_text(encoding="utf-8")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_build_and_its_changes(project):
    first = build(project)
    assert first.returncode == 0, first.stderr
    assert "running the cells of index" in first.stdout
    assert str(project / "_build" / "html" / "index.html") in first.stdout
    assert "the floor is 0.125" in page(project)

    again = build(project)
    assert again.returncode == 0
    assert "Nothing has changed" in again.stdout
    assert "running" not in again.stdout

    # Prose: the page is written anew, no cell runs.
    edit(project / "book" / "index.md", "Some text.", "Other text.")
    prose = build(project)
    assert prose.returncode == 0
    assert "running" not in prose.stdout
    assert "Other text." in page(project)

    # A constant of the package: no output may stay as it was.
    edit(project / "reluapprox" / "bounds.py", "/ (8 *", "/ (4 *")
    changed = build(project)
    assert changed.returncode == 0
    assert "running the cells of index" in changed.stdout
    assert "the floor is 0.25" in page(project)
    assert len(list((project / "_build" / "cells").iterdir())) == 1


def test_a_failing_cell_is_named_and_the_last_good_site_stays(project):
    assert build(project).returncode == 0
    good = page(project)
    edit(project / "book" / "index.md", 'print("the floor', 'missing\nprint("the floor')
    for _ in range(2):  # the second time nothing has changed, and it is still wrong
        failed = build(project)
        assert failed.returncode == 1
        assert "book/index.md:16: cell 2: NameError: name 'missing' is not defined" in failed.stderr
        assert "The last good one is still in _build/html" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert page(project) == good
    edit(project / "book" / "index.md", "missing\n", "")
    mended = build(project)
    assert mended.returncode == 0
    assert page(project) == good


def test_a_warning_is_an_error(project):
    edit(project / "book" / "index.md", "Some text.", "{ref}`nowhere`")
    failed = build(project)
    assert failed.returncode == 1
    assert "book/index.md:14: WARNING: undefined label: 'nowhere'" in failed.stderr
    assert not (project / "_build" / "html").exists()


def test_words_on_stderr_are_an_error(project):
    edit(project / "book" / "index.md", 'print("the floor', 'import warnings\nwarnings.warn("oh")\nprint("the floor')
    failed = build(project)
    assert failed.returncode == 1
    assert "book/index.md" in failed.stderr
    assert "stderr was found in the cell outputs of cell" in failed.stderr


def test_a_page_that_cannot_be_read_is_named(project):
    edit(project / "book" / "index.md", "```{code-cell} ipython3\nfrom", "```{code-cell} ipython3\n:tags: a: b\n\nfrom")
    failed = build(project)
    assert failed.returncode == 1
    assert failed.stderr.startswith("book/index.md: ")
    assert "could not be read" in failed.stderr
    assert "developers" not in failed.stderr


def test_an_interrupted_build_goes_on_cleanly(project):
    assert build(project).returncode == 0
    edit(project / "book" / "index.md", 'print("the floor', 'import time; time.sleep(60)\nprint("the floor')
    started = subprocess.Popen(
        [sys.executable, "-m", "bookbuild"],
        cwd=project,
        env=settings(project),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert "running the cells of index" in started.stdout.readline()
    time.sleep(1)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()
    assert "the floor is 0.125" in page(project)
    edit(project / "book" / "index.md", "import time; time.sleep(60)\n", "")
    edit(project / "book" / "index.md", "Some text.", "Text after the interruption.")
    after = build(project)
    assert after.returncode == 0, after.stderr
    assert "Text after the interruption." in page(project)


def test_a_second_build_waits_for_the_first(project):
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "bookbuild"], cwd=project, env=settings(project), stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=300)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert any("waiting" in text for text in said)
    assert any("Nothing has changed" in text for text in said)


def test_the_state_sees_every_byte(tmp_path):
    copied(tmp_path)
    cells, whole = cache_folder(tmp_path), site_state(tmp_path)
    edit(tmp_path / "book" / "index.md", "(index)=", "(index)= ")
    assert cache_folder(tmp_path) == cells
    assert site_state(tmp_path) != whole
    edit(tmp_path / "torch.lock", "torch==", "# torch==")
    assert cache_folder(tmp_path) != cells


def test_reports_without_a_known_page_or_cell(tmp_path):
    assert failed_cells(tmp_path, tmp_path / "none") == []
    (tmp_path / "gone.err.log").write_text("DeadKernelError: the kernel died\n", encoding="utf-8")
    assert failed_cells(tmp_path / "book", tmp_path) == ["book/gone.md: DeadKernelError: the kernel died"]
    assert crash(tmp_path, ["one\n", "two\n"]) == "one\ntwo\n"


# The environment's script, on a folder without one.


def environment(folder, **given):
    for name in (
        "requirements.lock",
        "torch.lock",
        "pyproject.toml",
        "bookbuild/environment.sh",
        "movable/package-lock.json",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(
        ["sh", "bookbuild/environment.sh"],
        cwd=folder,
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_missing_python_is_one_clear_line(tmp_path):
    result = environment(tmp_path, PYTHON="no-such-python")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("No Python found as 'no-such-python'. Install Python 3.11")


def test_an_old_python_is_one_clear_line(tmp_path):
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.1" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    result = environment(tmp_path, PYTHON=str(old))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "Python 3.8.1" in result.stderr


def test_no_network_is_one_clear_line(tmp_path):
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "1",
        "PIP_FIND_LINKS": "",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    result = environment(tmp_path, PYTHON=sys.executable, **nowhere)
    assert result.returncode == 1
    said = result.stderr.splitlines()
    assert said[-1].startswith("A package index could not be reached: is there a network?")
    assert len(said) == 2
    assert not (tmp_path / ".venv" / "complete").exists()


def test_a_movable_figure_that_is_wrong_is_named(project):
    edit(project / "movable" / "figures" / "move-a-hinge.ts", "movable<Data>(", "movable<Data>((")
    failed = build(project)
    assert failed.returncode == 1
    assert "movable/figures/move-a-hinge.ts" in failed.stderr


def test_a_movable_figure_that_is_missing_is_named(project):
    cell = '\n```{code-cell} ipython3\nfrom reluapprox.figures import Movable\n\nMovable("nowhere", x=1)\n```\n'
    edit(project / "book" / "index.md", "Some text.\n", f"Some text.\n{cell}")
    failed = build(project)
    assert failed.returncode == 1
    assert "index: no movable figure is called 'nowhere'" in failed.stderr
