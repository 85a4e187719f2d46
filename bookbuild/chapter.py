"""`make new-chapter NAME=the-name`: a page with all its parts, entered where a chapter has to be."""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: A page that builds as it is; NAME is its label.
_PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---

(NAME)=
# A title that says something

The last page showed this.
This page asks that.

```{code-cell} ipython3
from reluapprox import Network, pieces
```

(NAME-claim)=
## The claim

What is claimed, and its source.

```{code-cell} ipython3
:tags: [hide-input]
:mystnb:
:  figure:
:    name: fig-NAME
:    caption: |
:      What is found, in a sentence.
:  image:
:    alt: What is to be seen, in a sentence or two, for who cannot see it.

from reluapprox.figures import canvas, draw_line

fig, ax = canvas()
draw_line(ax, pieces(Network.from_hinges([1], [0], [1]), (-1, 1)))
fig
```

{numref}`fig-NAME` shows it.

(NAME-limit)=
## What this does not yet say

The limit of the claim, which leads to the next page.

(NAME-exercises)=
## Exercises

```{exercise} What is asked
:label: ex-NAME

The task.
```

```{solution-start} ex-NAME
:label: sol-NAME
:class: dropdown
```

The answer, in words.

```{code-cell} ipython3
print(1 + 1)
```

```{solution-end}
```
"""
_ENTRY = """  NAME:
    summary: What the chapter says, in a sentence or two, for who gets its link or searches for it.
    card: fig-NAME
    outcomes:
      - what a student can do afterwards
    prerequisites:
      - what one must know
    minutes: {read: 15, do: 30}
    exercises: {ex-NAME: 1}

"""


def add(book: Path, name: str) -> None:
    """Writes the page, and enters it in `index.md` and `chapters.yml`.

    Raises
    ------
    ValueError
        The name is none for an address, or is taken.
    """
    if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", name):
        raise ValueError(f"NAME is {name!r}; expected small letters and hyphens, such as the-name")
    page, index, facts = book / f"{name}.md", book / "index.md", book / "chapters.yml"
    if page.exists():
        raise ValueError(f"NAME is {name!r}, and {page.name} is there already")
    contents = index.read_text(encoding="utf-8")
    listed = re.search(r"```\{toctree\}\n:hidden:\n:numbered: 1\n\n(?:[\w-]+\n)*", contents)
    if listed is None:
        raise ValueError("index.md has no numbered list of chapters")
    entries = facts.read_text(encoding="utf-8")
    page.write_text(_PAGE.replace("NAME", name), encoding="utf-8")
    index.write_text(contents[: listed.end()] + f"{name}\n" + contents[listed.end() :], encoding="utf-8")
    before, paths, after = entries.partition("paths:")
    before = before.replace("chapters: {}\n", "chapters:\n")
    facts.write_text(before + _ENTRY.replace("NAME", name) + paths + after, encoding="utf-8")


if __name__ == "__main__":
    try:
        add(Path.cwd() / "book", sys.argv[1] if len(sys.argv) > 1 else "")
    except ValueError as fault:
        sys.exit(str(fault))
    print(
        f"book/{sys.argv[1]}.md is there, and so are its entries in index.md and chapters.yml: change them, make html."
    )
