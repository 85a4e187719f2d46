"""A Sphinx extension: what a page says of itself to search engines, to those who get its link, and to who cites it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

from ..facts import LICENCE, Address, Facts, address
from .cards import SIZE, card


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    env: Any = app.env
    known: Facts = env.book_facts
    where = address()
    chapter = known.chapters.get(page)
    pictured = chapter.card if chapter else "fig-cover"
    if document is not None and any(pictured in figure["ids"] for figure in document.findall(nodes.figure)):
        _draw(app, page, document, pictured)
    title = clean_astext(app.env.titles[page]) if page in app.env.titles else str(context.get("title", ""))
    context["book"] = {
        "title": title,
        "summary": known.summary(page),
        "type": "article" if chapter else "website",
        "url": f"{where.site}{app.builder.get_target_uri(page)}" if where.site else "",
        "card": f"{where.site}_static/cards/{page if chapter else 'index'}.png" if where.site else "",
        "card_size": SIZE,
        "data": _data(app, page, title, known, where),
        "bibtex": _bibtex(app, page, title, where) if chapter or page == "index" else "",
    }


def _draw(app: Sphinx, page: str, document: nodes.document, label: str) -> None:
    figure = next(figure for figure in document.findall(nodes.figure) if label in figure["ids"])
    shown = Path(next(figure.findall(nodes.image))["uri"]).name
    # Only at the end are the pictures put where pages look for them.
    source = next(name for name, copied in app.builder.images.items() if copied == shown)
    into = Path(app.outdir) / "_static" / "cards"
    into.mkdir(parents=True, exist_ok=True)
    drawn = card(
        clean_astext(app.env.titles[page]),
        "" if page == "index" else str(app.config.project),
        Path(app.srcdir) / source,
        Path(app.srcdir) / "_static" / "fonts",
    )
    (into / f"{page}.png").write_bytes(drawn)


def _data(app: Sphinx, page: str, title: str, known: Facts, where: Address) -> str:
    """Schema.org's description of the page, as JSON-LD; of the book and its chapters alone."""

    def at(name: str) -> dict[str, str]:
        url = where.site + app.builder.get_target_uri(name)
        return {"@id": url, "url": url} if where.site else {}

    common = {"inLanguage": "en", "license": LICENCE, "isAccessibleForFree": True, "author": _author(app)}
    book = {"@type": "Book", "name": app.config.project, **at("index")}
    if page == "index":
        data = {**book, **common, "description": known.summary(page), "bookFormat": "https://schema.org/EBook"}
        data["hasPart"] = [
            {"@type": "Chapter", "name": clean_astext(app.env.titles[name]), **at(name)} for name in known.chapters
        ]
    elif chapter := known.chapters.get(page):
        data = {"@type": ["Chapter", "LearningResource"], "name": title, **at(page), **common}
        data |= {"description": chapter.summary, "position": list(known.chapters).index(page) + 1, "isPartOf": book}
        data |= {"teaches": list(chapter.outcomes), "timeRequired": f"PT{chapter.read + chapter.do}M"}
    else:
        return ""
    # Inside a script element nothing may look like its end.
    return json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).replace("</", "<\\/")


def _author(app: Sphinx) -> dict[str, str]:
    return {"@type": "Organization", "name": app.config.author}


def _citation(app: Sphinx) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((Path(app.confdir) / "CITATION.cff").read_text(encoding="utf-8"))
    return read


def _bibtex(app: Sphinx, page: str, title: str, where: Address) -> str:
    said = _citation(app)
    year = str(said["date-released"])[:4]
    author = " and ".join("{" + author["name"] + "}" for author in said["authors"])
    fields = {"author": author, "title": "{" + title + "}"}
    if page != "index":
        fields["howpublished"] = "A chapter of {" + str(app.config.project) + "}"
    fields |= {"year": year, "version": said["version"]}
    if where.site:
        fields["url"] = where.site + app.builder.get_target_uri(page)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{reluapprox-{page},\n{lines}}}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("html-page-context", _describe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
