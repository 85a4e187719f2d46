"""A page to print for each path of `chapters.yml`: its sections alone, in order, and at the end what they lean on."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from .chapters import Route, contents
from .places import places
from .previews import card, read_article

#: What is for the screen, or would tell the answers.
_LEFT_OUT = "a.headerlink, script, template, details, .prediction, .chapter-head, .moved, span[id]:empty"


def handout(route: Route) -> str:
    """The page's name."""
    return "handout-" + re.sub(r"\W+", "-", route.name.lower())


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    if app.builder.name != "html":
        return
    articles = {page: read_article(Path(app.outdir) / f"{page}.html") for page in sorted(app.env.found_docs)}
    for route in contents(app.env).paths.values():
        yield handout(route), _context(app, route, articles), "page.html"


def _context(app: Sphinx, route: Route, articles: dict[str, Tag]) -> dict[str, Any]:
    summary = f"{route.name}, {route.length}, to print: {route.about}"
    return {"title": route.name, "summary": summary, "body": _body(app, route, articles)}


def _body(app: Sphinx, route: Route, articles: dict[str, Tag]) -> str:
    known, whole = places(app.env), BeautifulSoup('<section class="handout"></section>', "html.parser")
    body = whole.select_one("section") or whole
    body.append(BeautifulSoup(f"<h1>{route.name}</h1><p>{route.about} ({route.length}.)</p>", "html.parser"))
    for step in (step for step in route.steps if step.link in known):
        before = "".join(_shown(articles, known[label].page, known[label].anchor) for label in step.before)
        if before:
            body.append(BeautifulSoup(f'<div class="leaned-on">{before}</div>', "html.parser"))
        place = known[step.link]
        found = articles[place.page].select_one(f'[id="{place.anchor}"]' if place.anchor else "section")
        if found is not None:
            body.append(_section(found, place.page))
    _fill_in(body, articles)
    return str(whole)


def _section(found: Tag, page: str) -> Tag:
    section = copy.copy(found)
    for unwanted in section.select(_LEFT_OUT):
        unwanted.decompose()
    for level in (2, 1) if section.find("h1") else ():
        for heading in section.select(f"h{level}"):
            heading.name = f"h{level + 1}"
    for citation in section.select(".bibtex-citation[id]"):
        del citation["id"]
    # There is no margin on the page.
    for note in section.select("aside.margin"):
        note["class"] = "leaned-on"
    for link in section.select("a.image-reference"):
        link.unwrap()
    # All figures of many chapters, drawn at once, would delay the text.
    for image in section.select("img"):
        image["loading"] = "lazy"
    for link in section.select("a[href]"):
        link["href"] = f"{page}.html{link['href']}" if str(link["href"]).startswith("#") else link["href"]
    return section


def _fill_in(body: Tag, articles: dict[str, Tag]) -> None:
    """Lets each link lead to its place on this page, which gets the places that are not on it yet."""
    here, added = {str(tag["id"]) for tag in body.select("[id]")}, dict[str, str]()
    for link in body.select("a[href]"):
        address, anchor = urldefrag(str(link["href"]))
        page = address.removesuffix(".html")
        if page not in articles:
            continue
        if anchor not in here:
            key = f"{page}-{anchor}" if anchor else page
            shown = added.get(key) or _shown(articles, page, anchor)
            if not shown:
                link.unwrap()
                continue
            added[key] = shown
            anchor = f"leaned-on-{key}"
        link["href"] = f"#{anchor}"
    if added:
        items = "".join(f'<div id="leaned-on-{key}" class="leaned-on">{shown}</div>' for key, shown in added.items())
        body.append(BeautifulSoup(f"<section><h2>What this leans on</h2>{items}</section>", "html.parser"))


def _shown(articles: dict[str, Tag], page: str, anchor: str) -> str:
    """The card of a place, which leads nowhere else."""
    target = articles[page].select_one(f'[id="{anchor}"]' if anchor else "section")
    shown = BeautifulSoup(card(target, page) if target else "", "html.parser")
    for link in shown.select("a:not(.external)"):
        link.unwrap()
    return str(shown)


def setup(app: Sphinx) -> None:
    app.connect("html-collect-pages", _pages)
