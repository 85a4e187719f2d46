"""CONTRIBUTING.md's recipes, followed in a copy of the project: what it invites to change, no test holds fast."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from builds import ROOT, build, copied, edit, settings, with_cells_of

EXERCISE = """
```{exercise} A kink somewhere else
:label: ex-elsewhere

Where does $\\operatorname{relu}(2x - 6)$ bend?
```

```{solution-start} ex-elsewhere
:label: sol-elsewhere
:class: dropdown
```

At 3.

```{code-cell} ipython3
print(6 / 2)
```

```{solution-end}
```
"""
ENTRY = """
  a-new-one:
    summary: What the chapter says, in a sentence or two, for link previews and search engines.
    card: fig-a-new-one
    outcomes:
      - what a student can do afterwards
      - a second thing
      - a third thing
    prerequisites:
      - what one must know
    minutes: {read: 15, do: 30}
    exercises: {ex-a-new-one: 1, ex-a-new-one-2: 2}

paths:"""
TARGET = """
        Target("cubic", lambda x: x**3, lambda x: 3 * x * x, (-1.0, 1.0), inflections=(0.0,), formula="x^3"),
        Target(
            "square","""


def followed(project: Path) -> None:
    """A figure changed, an exercise and a chapter added, a label renamed; their addresses recorded."""
    book = project / "book"
    edit(book / "the-hinge.md", "canvas(height=2.5)", "canvas(height=4)")
    with open(book / "the-hinge.md", "a", encoding="utf-8") as page:
        page.write(EXERCISE)
    edit(book / "chapters.yml", "ex-order: 1}", "ex-order: 1, ex-elsewhere: 1}")
    template = (book / "_templates" / "chapter.md").read_text(encoding="utf-8")
    (book / "a-new-one.md").write_text(template.replace("NAME", "a-new-one"), encoding="utf-8")
    edit(book / "index.md", "a-table-for-a-chip\n```", "a-table-for-a-chip\na-new-one\n```")
    edit(book / "chapters.yml", "\npaths:", ENTRY)
    for path in (*book.glob("*.md"), book / "chapters.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("the-hinge-derivative", "the-hinge-steepness"), encoding="utf-8")
    with open(book / "moved.yml", "a", encoding="utf-8") as moved:
        moved.write("the-hinge.html#the-hinge-derivative: the-hinge.html#the-hinge-steepness\n")
    result = build(project, "-D", "record_addresses=1")
    assert result.returncode == 0, result.stderr


def test_after_them_the_checks_of_the_content_pass(site, tmp_path):
    if "BOOK_PROJECT" in os.environ:
        pytest.skip("this is that copy")
    project = with_cells_of(site, tmp_path / "project")
    followed(project)
    given = settings(project) | {"BOOK_PROJECT": str(project), "BOOK_SITE": str(project / "_build" / "html")}
    tests = [
        ROOT / "tests" / "site" / f"test_{name}.py" for name in ("pages", "addresses", "chapters", "questions", "site")
    ]
    # Those that build are about the build.
    skip = "not published and not builds and not plain_sphinx and not builders and not keeps_the_site"
    skip += " and not moved_addresses and not recorded and not differ and not refused and not address_of_a_page"
    skip += " and not sphinx_project and not three_forms and not wrong_addresses and not shares_the_link"
    skip += " and not schema_org and not cite and not sitemap and not run_elsewhere"
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-k",
        skip,
        *map(str, tests),
    ]
    done = subprocess.run(run, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"\b\d{2,} passed", done.stdout)


def test_a_new_target_meets_the_checks_of_all_targets(tmp_path):
    project = copied(tmp_path)
    edit(project / "reluapprox" / "targets.py", '\n        Target(\n            "square",', TARGET)
    tests = ROOT / "tests" / "package" / "test_targets.py"
    run = [
        sys.executable,
        "-m",
        "pytest",
        "-vv",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir",
        str(ROOT),
        str(tests),
    ]
    done = subprocess.run(run, cwd=project, env=settings(project), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "[cubic]" in done.stdout
