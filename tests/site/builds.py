"""Copies of the project to build in, and ways to build them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path
from warnings import catch_warnings, simplefilter

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(os.environ.get("BOOK_PROJECT", Path(__file__).resolve().parents[2]))
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
print("the floor is", parabola_floor((0, 1), pieces=1))
```

```{toctree}
more
```
"""
MORE = """---
file_format: mystnb
kernelspec:
  name: python3
---

(more)=
# Another page

Some more text, and a formula, $a + b$.

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
NO_FONTS = """
def font_faces(*given: object) -> str:
    return ""
"""
CHAPTERS = """
pages:
  index: One page.
chapters: {}
paths: []
"""


def copied(to: Path) -> Path:
    """What a build needs of the project, in another folder."""
    hidden = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in ("reluapprox", "book", "tools"):
        shutil.copytree(ROOT / name, to / name, ignore=hidden)
    (to / "book" / "_movable" / "node_modules").symlink_to(ROOT / "book" / "_movable" / "node_modules")
    locks = ("requirements.lock", "torch.lock")
    for name in (*locks, "conf.py", "pyproject.toml", "CITATION.cff", "CHANGELOG.md", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, to / name)
    return to


def with_cells_of(site: Path, project: Path) -> Path:
    """A copy of the project whose cells have run already."""
    copied(project)
    shutil.copytree(site.parent / "cells", project / "_build" / "cells")
    return project


def small(project: Path) -> Path:
    """Leaves two pages of the book, and its fonts uncut and out, so that a build is quick."""
    book = project / "book"
    (book / "_ext" / "fonts.py").write_text(NO_FONTS, encoding="utf-8")
    for page in book.glob("*.md"):
        page.unlink()
    (book / "index.md").write_text(PAGE, encoding="utf-8")
    (book / "more.md").write_text(MORE, encoding="utf-8")
    for name in ("addresses.txt", "moved.yml"):
        (book / name).unlink()
    (book / "chapters.yml").write_text(CHAPTERS, encoding="utf-8")
    return project


def settings(project: Path, **more: str) -> dict[str, str]:
    """The environment of a build: this one, without an address or colours, and the copy's package comes first."""
    own = {
        name: value for name, value in os.environ.items() if name not in ("SITE_URL", "REPOSITORY", "PYTEST_ADDOPTS")
    }
    return own | {"PYTHONPATH": str(project), "NO_COLOR": "1"} | more


def build(project: Path, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """`make html`, without making the environment; `more` goes into the environment of the command."""
    command, given = [sys.executable, "tools/build.py", *options], settings(project, **more)
    return subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, timeout=900, check=False)


def in_process(project: Path, builder: str = "dummy", **config: object) -> tuple[int, str]:
    """The exit status of `sphinx-build -n -W --keep-going`, and its warnings; without writing pages, unless told."""
    out, warnings = project / "_build" / builder, StringIO()
    with patch_docutils(str(project)), docutils_namespace(), catch_warnings():
        # What one library finds outdated in another.
        simplefilter("ignore")
        app = Sphinx(
            project / "book",
            project,
            out,
            out.with_name(f"{builder}.trees"),
            builder,
            config | {"nitpicky": True},
            status=None,
            warning=warnings,
            warningiserror=True,
        )
        app.build()
    return app.statuscode, re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())


def edit(path: Path, old: str, new: str) -> None:
    """Replaces some text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def contents(site: Path) -> dict[str, bytes]:
    """name → bytes, of every file."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


@cache
def soup(path: Path) -> BeautifulSoup:
    """A page, parsed once."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
