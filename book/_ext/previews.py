"""Cards for links: what they lead to, in one file a page, which book/_movable/pages/previews.ts loads when needed."""

import copy
import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

#: Of a card, what would be there twice, or be a control.
_LEFT_OUT = "a.headerlink, script, details, .viewcode-link, .backrefs, .linenos"


def _write(app: Sphinx, error: Exception | None) -> None:
    """Reads the finished pages, since only there are formulas rendered, figures numbered and links resolved."""
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    articles = {page: read_article(site / f"{page}.html") for page in sorted(app.env.found_docs)}
    targets = {page: {tag["id"]: tag for tag in article.select("[id]")} for page, article in articles.items()}
    (site / "_static" / "previews").mkdir(exist_ok=True)
    for page, article in articles.items():
        cards: dict[str, str] = {}
        for link in article.select("a.reference.internal:not(.headerlink)"):
            address, anchor = urldefrag(str(link["href"]))
            to = address.removesuffix(".html") or page
            whole = articles.get(to, article).select_one("section")
            target = targets.get(to, {}).get(anchor) if anchor else whole
            if target is not None and to in articles and (shown := card(target, to)):
                cards[f"{to}#{anchor}" if anchor else to] = shown
        script = f"bookPreviews = {json.dumps(cards, ensure_ascii=False, sort_keys=True)};\n"
        (site / "_static" / "previews" / f"{page}.js").write_text(script, encoding="utf-8")


def read_article(path: Path) -> Tag:
    """The article of a finished page, not to be changed: the next to ask for it gets the same."""
    return _article(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _article(text: str) -> Tag:
    page = BeautifulSoup(text, "html.parser")
    return page.select_one("article.bd-article") or page


def card(target: Tag, page: str) -> str:
    """What is shown of a place: all of a formula, figure, theorem or source; of a section or definition its start."""
    if target.name == "section":
        parts = target.find_all(["h1", "h2", "h3", "p"], recursive=False)[:2]
    elif target.name == "dt":
        definition = target.find_next_sibling("dd")
        parts = [target, *(definition.find_all("p", limit=1) if definition else ())]
    else:
        parts = [target] if target.name in ("div", "figure", "table") else []
    return "".join(str(_plain(part, page)) for part in parts)


def _plain(part: Tag, page: str) -> Tag:
    """A copy that can be anywhere in the site: no names of its own, and links that still lead where they did."""
    shown = copy.copy(part)
    for unwanted in shown.select(_LEFT_OUT):
        unwanted.decompose()
    for tag in (shown, *shown.select("[id]")):
        del tag["id"]
    # A source is an item of its list, and of nothing else.
    for tag in (shown, *shown.select("[role=listitem]")):
        del tag["role"]
    for link in shown.select("a[href]"):
        link["href"] = f"{page}.html{link['href']}" if str(link["href"]).startswith("#") else link["href"]
        link["tabindex"] = "-1"
    shown.name = {"dt": "p", "h1": "p", "h2": "p", "h3": "p"}.get(shown.name, shown.name)
    if shown.name != part.name:
        shown["class"] = "preview-title"
    return shown


def setup(app: Sphinx) -> None:
    app.connect("build-finished", _write)
