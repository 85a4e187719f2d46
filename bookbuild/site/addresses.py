"""The contract of addresses: a link into the book that once led to something leads to it for ever.

`book/addresses.txt` lists every address that was ever published, one a line: a page, or a page, # and a name.
`book/moved.yml` tells, for each that is no more, where it went: old address → new address.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

import yaml

#: The elements that have an address: sections, figures, tables, equations, theorems, exercises, functions.
_NAMED = re.compile(
    r"<(?:section|figure|table)\b[^>]*?\sid=\"([^\"]+)\""
    r"|<(?:div|details) class=\"(?:[^\"]*\b(?:math|proof|exercise|solution|citation)\b[^\"]*)\" id=\"([^\"]+)\""
    r"|<dt class=\"sig[^\"]*\" id=\"([^\"]+)\""
)
#: A redirection keeps what follows the #, and works without a script but for that.
_REDIRECT = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8"/>
    <title>Moved</title>
    <script>location.replace({to!r} + location.hash);</script>
    <meta http-equiv="refresh" content="0; url={to}"/>
    <meta name="robots" content="noindex"/>
    <link rel="canonical" href="{to}"/>
  </head>
  <body><p>This page has moved: <a href="{to}">{to}</a></p></body>
</html>
"""


def addresses(pages: dict[str, str]) -> set[str]:
    """All addresses of these pages: name → text; the pages of source code aside, whose anchors are not promised."""
    found = set()
    for name, text in pages.items():
        if not name.startswith("_modules/"):
            found |= {name} | {f"{name}#{next(filter(None, match.groups()))}" for match in _NAMED.finditer(text)}
    return found


def published(book: Path) -> set[str]:
    """The inventory."""
    path = book / "addresses.txt"
    return set(path.read_text(encoding="utf-8").split()) if path.is_file() else set()


def kept(book: Path, pages: dict[str, str]) -> dict[str, str]:
    """The pages, and beside them redirections, so that each address of the inventory leads somewhere.

    Parameters
    ----------
    book
        The folder of the inventory and of `moved.yml`.
    pages
        name → text, of all pages of the site.

    Raises
    ------
    ValueError
        An address is missing and `moved.yml` does not say where it went, or says what is not there.
    """
    path = book / "moved.yml"
    moved: dict[str, str] = (yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}
    here = addresses(pages)
    wrong = [
        f"{old} is said to have moved to {new}, which is not there" for old, new in moved.items() if new not in here
    ]
    missing = sorted(published(book) - here)
    wrong += [f"{old} was published and is missing" for old in missing if not _goes_to(old, moved, here)]
    if wrong:
        raise ValueError(
            "Links to this book would break:\n  " + "\n  ".join(wrong) + "\nSay in book/moved.yml where each went."
        )
    result = dict(pages)
    for old, new in moved.items():
        page, _, anchor = old.partition("#")
        if not anchor:
            result[page] = _REDIRECT.format(to=html.escape(new))
        elif page in result:
            result[page] = _with_anchor(result[page], anchor, page, new)
    return result


def _goes_to(old: str, moved: dict[str, str], here: set[str]) -> bool:
    """Whether an address leads somewhere: by itself, or by its page, with the same name there."""
    page, _, anchor = old.partition("#")
    return old in moved or (page in moved and bool(anchor) and f"{moved[page]}#{anchor}" in here)


def _with_anchor(text: str, anchor: str, page: str, new: str) -> str:
    to_page, _, to_anchor = new.partition("#")
    if to_page == page and to_anchor:
        # Right before the element that it is now.
        element = rf'(<[a-z]+\b[^>]*\sid="{re.escape(to_anchor)}")'
        return re.sub(element, rf'<span id="{anchor}"></span>\1', text, count=1)
    to, name = html.escape(new), html.escape(anchor)
    notice = (
        f'<p id="{name}">What was here has moved: <a href="{to}">{to}</a></p>\n'
        f'<script>if (location.hash === "#{name}") location.replace("{to}");</script>\n</article>'
    )
    return text.replace("</article>", notice, 1)


def main(root: Path) -> None:
    """Adds the addresses of the built site to the inventory; takes none away."""
    site, book = root / "_build" / "html", root / "book"
    pages = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    known = published(book)
    everything = known | addresses(pages)
    (book / "addresses.txt").write_text("\n".join(sorted(everything)) + "\n", encoding="utf-8")
    print(f"{len(everything) - len(known)} addresses were added; there are {len(everything)}.")


if __name__ == "__main__":
    main(Path.cwd())
    sys.exit(0)
