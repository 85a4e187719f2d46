"""The text of the site's pages without what only a browser needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag

#: On paper and in an electronic book nothing can be pressed, and what is hidden at first is left out.
_LEFT_OUT = ".headerlink, script, style, noscript, details.hide, details.links, .viewcode-link, button"


@dataclass
class Article:
    """One page: its name, its title with the number, and its text."""

    name: str
    title: str
    text: Tag


def articles(site: Path) -> list[Article]:
    """The pages in the order of the book, with the sidebar's list as the authority.

    Raises
    ------
    SystemExit
        There is no built site.
    """
    if not (site / "index.html").is_file():
        raise SystemExit(f"no site in {site}; run make html first")
    front = _soup(site / "index.html")
    links = [str(link["href"]) for link in front.select("nav.bd-docs-nav a.internal")]
    names = ["index", *(Path(link).stem for link in links if not link.startswith("#"))]
    return [_article(site, name) for name in names if name != "for-instructors"]


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _article(site: Path, name: str) -> Article:
    page = _soup(site / f"{name}.html")
    text = page.select_one("article.bd-article")
    if text is None:
        raise SystemExit(f"{name}.html has no article")
    for part in text.select(_LEFT_OUT):
        part.decompose()
    for image in text.select("a.image-reference"):
        image.unwrap()
    for solution in text.select("details"):
        # Open: there is no way to open it later.
        solution.name = "div"
    for summary in text.select("summary"):
        summary.name = "p"
    heading = text.select_one("h1")
    return Article(name, heading.get_text().strip() if heading else name, text)
