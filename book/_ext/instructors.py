"""The page for instructors, made from `chapters.yml` and from what the pages hold."""

import html
import re
from pathlib import Path
from typing import Any

import jinja2
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext, make_refnode

from .chapters import DIFFICULTY, contents
from .handouts import handout
from .places import Place, places

_PAGE = "for-instructors"


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Writes the chapters into the page's text, before it is read."""
    if page == _PAGE:
        known, book = contents(app.env), Path(app.srcdir)
        texts = {name: (book / f"{name}.md") for name in known.chapters if (book / f"{name}.md").is_file()}
        titles = {name: re.findall(r"^# (.+)$", path.read_text("utf-8"), re.M)[0] for name, path in texts.items()}
        given = {"contents": known, "titles": titles, "difficulty": DIFFICULTY, "site": app.config.html_baseurl}
        given |= {"handout": handout}
        source[0] = jinja2.Template(source[0]).render(given)


def _resolve(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Puts links where the page has `[label]{.place}`, and a chapter's for a code block in "links-to-copy"."""
    marks = [node for node in doctree.findall(nodes.inline) if "place" in node["classes"]]
    blocks = [node for node in doctree.findall(nodes.literal_block) if node.get("language") == "links-to-copy"]
    known = places(app.env) if marks or blocks else {}
    # A label that is not there is reported with chapters.yml.
    for mark in (mark for mark in marks if mark.astext() in known):
        mark[:] = _linked(app, known[mark.astext()])
    for block in blocks:
        chapter = [place for place in known.values() if place.page == block.astext() and place.kind != "solution"]
        block.replace_self(_to_copy(app, chapter))


def _linked(app: Sphinx, place: Place) -> list[nodes.Node]:
    number = app.env.toc_secnumbers.get(place.page, {}).get("", ())
    chapter = f"Chapter {number[0]}, " if number and place.kind in ("page", "section") else ""
    return [nodes.Text(chapter), make_refnode(app.builder, _PAGE, place.page, place.anchor, nodes.Text(place.text))]


def _alone(app: Sphinx, place: Place) -> str:
    """A link's words that mean something outside of the book, and stay true when numbers change."""
    chapter = clean_astext(app.env.titles[place.page])
    if place.kind == "page":
        return chapter
    within = "equation in " if place.kind == "equation" else "" if place.kind == "section" else f"{place.kind}: "
    return f"{chapter}: {within}{place.title}"


def _to_copy(app: Sphinx, chapter: list[Place]) -> list[nodes.Node]:
    # Without the site's address, "./" stands for it, and is replaced by a script where the page is read.
    links = [(_alone(app, place), (app.config.html_baseurl or "./") + place.address) for place in chapter]
    items = [f'<li><a href="{url}">{html.escape(text)}</a></li>' for text, url in links]
    blocks = {
        "Markdown": [f"- [{text}]({url})" for text, url in links],
        "HTML": ["<ul>", *items, "</ul>"],
        "Plain text": [f"{text}: {url}" for text, url in links],
    }
    shown: list[nodes.Node] = [nodes.raw("", "<details class=links><summary>Links to copy</summary>", format="html")]
    for kind, lines in blocks.items():
        shown += [nodes.paragraph(kind, kind), nodes.literal_block("", "\n".join(lines), language="text")]
    return [*shown, nodes.raw("", "</details>", format="html")]


def _always(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> set[str]:
    """The titles of all other pages are on this one."""
    return {_PAGE} & set(env.found_docs)


def setup(app: Sphinx) -> None:
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _always)
    app.connect("doctree-resolved", _resolve)
