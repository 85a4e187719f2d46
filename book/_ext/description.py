"""What a page says of itself to search engines, in link previews, and to who cites it."""

import base64
import json
from pathlib import Path
from typing import Any

import resvg_py
import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext

from .chapters import Contents, contents

#: Pixels; what the sites that show such pictures ask for.
SIZE = (1200, 630)
_CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}"><rect width="{0}" height="{1}" fill="#fffdf9"/>'
    '<image x="60" y="30" width="1080" height="570" href="data:image/svg+xml;base64,{2}"/></svg>'
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def _describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    known, site = contents(app.env), app.config.html_baseurl
    chapter = known.chapters.get(page)
    if doctree is not None:
        _draw_card(app, page, doctree, chapter.card if chapter else "fig-cover")
    title = clean_astext(app.env.titles[page]) if page in app.env.titles else str(context.get("title", ""))
    context["book"] = {
        "title": title,
        "summary": context.get("summary") or known.summary(page),
        "type": "article" if chapter else "website",
        "url": f"{site}{app.builder.get_target_uri(page)}" if site else "",
        "card": f"{site}_static/cards/{page if chapter else 'index'}.png" if site else "",
        "card_size": SIZE,
        "data": _schema(app, page, title, known),
        "bibtex": _bibtex(app, page, title) if chapter or page == "index" else "",
    }


def _draw_card(app: Sphinx, page: str, doctree: nodes.document, label: str) -> None:
    """The picture of a link preview, a PNG: a figure of the page; its title stands beside it wherever it is shown."""
    figure = next((figure for figure in doctree.findall(nodes.figure) if label in figure["ids"]), None)
    if figure is not None:
        shown = Path(next(figure.findall(nodes.image))["uri"]).name
        # Only at the end are the pictures put where pages look for them.
        source = next(name for name, copied in app.builder.images.items() if copied == shown)
        into = Path(app.outdir) / "_static" / "cards" / f"{page}.png"
        into.parent.mkdir(exist_ok=True)
        drawing = base64.b64encode((Path(app.srcdir) / source).read_bytes()).decode()
        into.write_bytes(resvg_py.svg_to_bytes(svg_string=_CARD.format(*SIZE, drawing), skip_system_fonts=True, dpi=96))


def _schema(app: Sphinx, page: str, title: str, known: Contents) -> str:
    """Schema.org's description of the book and its chapters, as JSON-LD; empty for other pages."""
    site, project = app.config.html_baseurl, app.config.project

    def at(name: str) -> dict[str, str]:
        url = site + app.builder.get_target_uri(name)
        return {"@id": url, "url": url} if site else {}

    author = {"@type": "Organization", "name": app.config.author}
    data: dict[str, Any] = {"inLanguage": "en", "license": LICENCE, "isAccessibleForFree": True, "author": author}
    book = {"@type": "Book", "name": project, **at("index")}
    if chapter := known.chapters.get(page):
        data |= {"@type": ["Chapter", "LearningResource"], "name": title, **at(page), "isPartOf": book}
        data |= {"description": chapter.summary, "position": [*known.chapters].index(page) + 1}
        data |= {"teaches": chapter.outcomes, "timeRequired": f"PT{chapter.minutes.read + chapter.minutes.do}M"}
    elif page == "index":
        parts = [name for name in known.chapters if name in app.env.titles]
        data |= {**book, "description": known.summary(page), "bookFormat": "https://schema.org/EBook"}
        data["hasPart"] = [{"@type": "Chapter", "name": clean_astext(app.env.titles[it]), **at(it)} for it in parts]
    else:
        return ""
    # Inside a script element nothing may look like its end.
    return json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).replace("</", "<\\/")


def _bibtex(app: Sphinx, page: str, title: str) -> str:
    """How to cite a page, as a BibTeX entry."""
    cited = yaml.safe_load((Path(app.confdir) / "CITATION.cff").read_text(encoding="utf-8"))
    authors = " and ".join("{" + author["name"] + "}" for author in cited["authors"])
    fields = {"author": authors, "title": "{" + title + "}"}
    if page != "index":
        fields["howpublished"] = "A chapter of {" + app.config.project + "}"
    fields |= {"year": str(cited["date-released"])[:4], "version": cited["version"]}
    if app.config.html_baseurl:
        fields["url"] = app.config.html_baseurl + app.builder.get_target_uri(page)
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{reluapprox-{page},\n{lines}}}"


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _describe)
