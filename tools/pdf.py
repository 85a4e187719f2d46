"""The book as one tagged PDF, printed by Chromium from the pages of the site: `make pdf`."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser import launched
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
#: On paper nothing can be pressed, and what is hidden at first is left out.
_LEFT_OUT = ".headerlink, script, style, noscript, details.hide, details.links, details.figure-menu, p.moved, button"
_LEFT_OUT += ", .viewcode-link"
_FOOTER = '<div style="width:100%;text-align:center;font:8pt serif"><span class="pageNumber"></span></div>'


def articles() -> dict[str, Any]:
    """name → text, of the pages in the order of the sidebar, as they can stand on one page."""
    if not (SITE / "index.html").is_file():
        raise SystemExit(f"no site in {SITE}; run make html first")
    links = _soup("index").select("nav.bd-docs-nav a.internal")
    names = ["index", *(Path(str(link["href"])).stem for link in links if str(link["href"]) != "#")]
    found = {name: _article(name) for name in names if name != "for-instructors"}
    for name, text in found.items():
        for link in text.select("a[href]:not([href^=http])"):
            page, _, anchor = str(link["href"]).partition("#")
            target = Path(page).stem if page else name
            link["href"] = f"#{target}-{anchor}" if re.fullmatch(r"id\d+", anchor) else f"#{anchor or target}"
            if target not in found:
                link.unwrap()
    return found


def _soup(name: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def _article(name: str) -> Any:
    """Its text, with names that are unique in the whole book, and all that was hidden open."""
    text: Any = _soup(name).select_one("article.bd-article")
    for part in text.select(_LEFT_OUT):
        part.decompose()
    for image in text.select("a.image-reference"):
        image.unwrap()
    for image in text.select("img[src]"):
        image["src"] = (SITE / str(image["src"])).as_uri()
    for part in text.select("details, summary"):
        part.name = "div" if part.name == "details" else "p"
    for part in text.select("[id]"):
        part["id"] = f"{name}-{part['id']}" if re.fullmatch(r"id\d+", part["id"]) else part["id"]
    text.section["id"] = name
    return text


def one_page(found: dict[str, Any], numbers: dict[str, int]) -> str:
    """The whole book as one page; `numbers` has the number of each title's page, where it is known."""
    titles = {name: text.h1.get_text().strip() for name, text in found.items()}
    rows = (f"<span>{title}</span> <span>{numbers.get(title, '')}</span>" for title in titles.values())
    entries = [f'<li><a href="#{name}">{row}</a></li>' for name, row in zip(titles, rows, strict=True)]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    filled = {"title": titles["index"], "style": (SITE / "_static" / "site.css").as_uri(), "version": version}
    filled |= {"contents": "".join(entries[1:]), "text": "".join(map(str, found.values()))}
    paper = (ROOT / "book" / "_templates" / "paper.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: filled[match[1]], paper)


def printed(browser: Browser, html: str, into: Path) -> dict[str, int]:
    """Prints the page; returns title → number of its page, for the bookmarks of the highest level."""
    page = into.with_suffix(".html")
    page.write_text(html, encoding="utf-8")
    shown = browser.new_page(color_scheme="light")
    shown.goto(page.as_uri())
    headings = shown.evaluate("Array.from(document.querySelectorAll('h1, h2, h3'), (one) => one.textContent)")
    options: dict[str, Any] = {"tagged": True, "outline": True, "prefer_css_page_size": True, "print_background": True}
    shown.pdf(path=into, display_header_footer=True, header_template="<i></i>", footer_template=_FOOTER, **options)
    shown.close()
    page.unlink()
    writer = PdfWriter(clone_from=into)
    # Chromium repeats words of some, and joins others.
    for mark, heading in zip(_bookmarks(writer.get_outline_root()), headings, strict=True):
        mark[NameObject("/Title")] = TextStringObject(" ".join(heading.split()))
    writer.add_metadata({"/Author": "The reluapprox authors", "/Subject": "Text CC BY 4.0, code MIT"})
    writer.write(into)
    reader = PdfReader(into)
    chapters = [mark for mark in reader.outline if not isinstance(mark, list)]
    return {str(mark.title): (reader.get_destination_page_number(mark) or 0) + 1 for mark in chapters}


def _bookmarks(above: Any) -> Iterator[Any]:
    """All below one, in their order."""
    mark = above.get("/First")
    while mark is not None:
        found = mark.get_object()
        yield found
        yield from _bookmarks(found)
        mark = found.get("/Next")


if __name__ == "__main__":
    book, into = articles(), ROOT / "_build" / "book.pdf"
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        # Twice: only when it is set is it known on which page a chapter begins.
        printed(chromium, one_page(book, printed(chromium, one_page(book, {}), into)), into)
        chromium.close()
    print(f"The book as a PDF: {into}")
