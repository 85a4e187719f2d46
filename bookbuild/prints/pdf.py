"""The book as one tagged PDF, set by Chromium: `make pdf`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import cast

from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from ..browser import launched
from ..facts import address
from ..moment import MOMENT
from ..wheel import version
from .articles import Article, articles

_STYLE = """
@page { size: A4; margin: 22mm 24mm 24mm; }
html, body { background: #fff !important; }
body { font-size: 10.5pt; }
.paper { max-width: none; margin: 0; }
.paper .bd-article { font-size: 10.5pt; padding: 0; }
.paper .bd-article > section { break-before: page; }
.paper .bd-article h1, .paper .bd-article h2, .paper .bd-article h3 { break-after: avoid; }
.paper .bd-article figure, .paper .bd-article table, .paper div.math, .paper pre { break-inside: avoid; }
.paper aside.margin { float: none; width: auto; margin: 1em 0; padding-left: 1em; border-left: 2px solid #ddd6c8; }
.paper a { color: #00537f; text-decoration: none; }
.paper h1, .paper h2, .paper h3 { text-wrap: wrap !important; }
.paper div.highlight pre { font-size: 7.6pt; white-space: pre-wrap; }
.paper div.solution { background: none; box-shadow: none !important; border: 0; border-radius: 0; }
.paper div.solution { border-left: 2px solid #ddd6c8; padding: 0.1em 0 0.1em 1.1em; margin: 0.5em 0 1.5em; }
.paper div.solution > p.admonition-title { background: none; padding: 0; margin: 0 0 0.3em; }
.paper div.solution > p.admonition-title::before { content: none; }
.title { height: 240mm; display: flex; flex-direction: column; justify-content: center; }
.title { font-family: var(--book-serif); }
.title h1 { font-size: 34pt; line-height: 1.15; margin: 0 0 8mm; }
.title p { font-size: 13pt; margin: 0 0 3mm; }
.contents { break-before: page; font-family: var(--book-serif); font-size: 12pt; }
.contents li { margin: 2mm 0; list-style: none; }
.contents a { display: flex; justify-content: space-between; }
.paper dt { break-after: avoid; }
"""


def one_page(site: Path, numbers: dict[str, int]) -> str:
    """The whole book as one HTML page: title, contents, and the pages, with links from one to the other inside it.

    Parameters
    ----------
    site
        The folder of the built site.
    numbers
        title → number of its page, for the contents; empty where they are not known yet.
    """
    found = articles(site)
    project = found[0].title
    names = {article.name for article in found}
    for article in found:
        _join(article, names, site)
    entries = "".join(
        f'<li><a href="#{one.name}"><span>{one.title}</span> <span>{numbers.get(one.title, "")}</span></a></li>'
        for one in found[1:]
    )
    where = f"<p>{address().site}</p>" if address().site else ""
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8"/>'
        f"<title>{project}</title>"
        f'<meta name="author" content="The reluapprox authors"/>'
        f'<link rel="stylesheet" href="{(site / "_static" / "all.css").as_uri()}"/><style>{_STYLE}</style></head>'
        f'<body><main class="paper"><div class="title"><h1>{project}</h1>'
        "<p>An executable book on non-linearity, universal approximation and the final hidden layer</p>"
        f"<p>The reluapprox authors. Version {version()}</p>{where}"
        "<p>Text CC BY 4.0, code MIT</p></div>"
        f'<nav class="contents" aria-label="Contents"><h1>Contents</h1><ul>{entries}</ul></nav>'
        f"{''.join(str(article.text) for article in found)}</main></body></html>"
    )


def _join(article: Article, names: set[str], site: Path) -> None:
    """Makes names unique in the whole book, and links point inside it."""
    text, name = article.text, article.name
    for element in text.select("[id]"):
        if re.fullmatch(r"id\d+", str(element["id"])):
            element["id"] = f"{name}-{element['id']}"
    for link in text.select("a[href]"):
        page, _, anchor = str(link["href"]).partition("#")
        target = Path(page).stem if page else name
        if page.startswith(("http:", "https:")):
            continue
        if target in names and page.endswith((".html", "")):
            anchor = f"{target}-{anchor}" if re.fullmatch(r"id\d+", anchor) else anchor
            link["href"] = f"#{anchor or target}"
        elif address().site:
            link["href"] = address().site + str(link["href"])
        else:
            link.unwrap()
    for image in text.select("img[src]"):
        image["src"] = (site / str(image["src"])).as_uri()
    for section in text.find_all("section", recursive=False, limit=1):
        section["id"] = name


def _finish(path: Path, headings: list[str]) -> dict[str, int]:
    """Gives the bookmarks the headings' words, of which Chromium repeats or joins some, and the book its author.

    Returns title → number of the page, for the bookmarks of the highest level.
    """
    writer = PdfWriter(clone_from=path)
    marks: list[DictionaryObject] = []

    def collect(mark: DictionaryObject) -> None:
        while True:
            marks.append(mark)
            if "/First" in mark:
                collect(cast(DictionaryObject, mark["/First"].get_object()))
            if "/Next" not in mark:
                return
            mark = cast(DictionaryObject, mark["/Next"].get_object())

    collect(cast(DictionaryObject, writer.get_outline_root()["/First"].get_object()))
    if len(marks) != len(headings):
        raise SystemExit(f"{len(headings)} headings and {len(marks)} bookmarks")
    for mark, heading in zip(marks, headings, strict=True):
        mark[NameObject("/Title")] = TextStringObject(heading)
    moment = MOMENT.strftime("D:%Y%m%d%H%M%SZ")
    about = {"/Author": "The reluapprox authors", "/Subject": "Text CC BY 4.0, code MIT"}
    writer.add_metadata(about | {"/CreationDate": moment, "/ModDate": moment})
    writer.write(path)
    reader = PdfReader(path)
    chapters = [mark for mark in reader.outline if not isinstance(mark, list)]
    return {str(mark.title): (reader.get_destination_page_number(mark) or 0) + 1 for mark in chapters}


def main(root: Path) -> None:
    """Writes _build/book.pdf."""
    site, into = root / "_build" / "html", root / "_build" / "book.pdf"
    page = root / "_build" / "paper.html"
    try:
        with sync_playwright() as playwright:
            browser = launched(playwright)
            # Twice: only when it is set is it known on which page a chapter begins.
            numbers: dict[str, int] = {}
            for _ in range(2):
                page.write_text(one_page(site, numbers), encoding="utf-8")
                headings = _print(browser, page, into)
                numbers = _finish(into, headings)
            browser.close()
    finally:
        page.unlink(missing_ok=True)
    print(f"The book as a PDF: {into}")


def _print(browser: Browser, page: Path, into: Path) -> list[str]:
    """Sets the page; returns its headings, in their order."""
    shown = browser.new_page(color_scheme="light")
    shown.goto(page.as_uri())
    shown.evaluate("document.fonts.ready")
    headings = shown.evaluate("Array.from(document.querySelectorAll('h1, h2, h3'), (one) => one.textContent)")
    number = '<div style="width:100%;text-align:center;font:8pt serif"><span class="pageNumber"></span></div>'
    shown.pdf(
        path=into,
        prefer_css_page_size=True,
        tagged=True,
        outline=True,
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=number,
    )
    shown.close()
    return [" ".join(heading.split()) for heading in headings]


if __name__ == "__main__":
    main(Path.cwd())
    sys.exit(0)
