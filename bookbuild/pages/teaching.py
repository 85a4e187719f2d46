"""A Sphinx extension: the page for instructors, from what is said of the chapters, and what it offers as files."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from ..facts import DIFFICULTY, address
from ..teaching.cartridge import cartridge, question
from ..teaching.syllabus import as_csv, links, syllabus

_PAGE = "for-instructors"
_SCHEMA = "syllabus.schema.json"


class links_to_copy(nodes.General, nodes.Element):
    """The place of a chapter's links, which are known only when all pages have been read."""


class LinksToCopy(SphinxDirective):
    """`{links-to-copy} page`: every link into a chapter, as Markdown, as HTML and as plain text."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leaves a mark."""
        return [links_to_copy(page=self.arguments[0])]


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    """Writes the chapters into the page's text, before it is read."""
    if page == _PAGE:
        env: Any = app.env
        template = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False).from_string(source[0])
        # The others are read later than this one, perhaps.
        titles = {name: _title(Path(app.srcdir) / f"{name}.md") for name in env.book_facts.chapters}
        given = {"facts": env.book_facts, "titles": titles, "difficulty": DIFFICULTY, "site": address().site}
        chapters, exercises = _labels(Path(app.srcdir), list(env.book_facts.chapters))
        source[0] = template.render(given, chapters=chapters, exercises=exercises)


def _title(page: Path) -> str:
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else page.stem


def _labels(book: Path, pages: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """label → number of its chapter; label of an exercise → its title."""
    numbers: dict[str, int] = {}
    titles: dict[str, str] = {}
    for number, page in enumerate(pages, start=1):
        text = (book / f"{page}.md").read_text(encoding="utf-8")
        found = re.findall(r"^```\{exercise\} (.+)\n:label: (\S+)$", text, re.MULTILINE)
        titles |= {label: title for title, label in found}
        labels = re.findall(r"^\((\S+)\)=$|^:label: (\S+)$", text, re.MULTILINE)
        numbers |= {one or other: number for one, other in labels}
    return numbers, titles


def _always(app: Sphinx, env: BuildEnvironment, added: Any, changed: Any, removed: Any) -> Iterable[str]:
    """The page is read anew in every build, since titles and numbers of all others are on it."""
    return [_PAGE] if _PAGE in env.found_docs else []


def _resolve(app: Sphinx, document: nodes.document, page: str) -> None:
    marks = list(document.findall(links_to_copy))
    chapters = {entry["label"]: entry for entry in syllabus(app)["chapters"]} if marks else {}
    for mark in marks:
        chapter = chapters[mark["page"]]
        # Without the site's address, "./" stands for it, and is replaced by a script where the page is read.
        there = [(entry["text"], entry["url"] if address().site else f"./{entry['url']}") for entry in links(chapter)]
        blocks = {
            "Markdown": [f"- [{title}]({url})" for title, url in there],
            "HTML": [f'<li><a href="{url}">{html.escape(title)}</a></li>' for title, url in there],
            "Plain text": [f"{title}: {url}" for title, url in there],
        }
        opened = '<details class="links"><summary>Links to copy</summary>'
        shown: list[nodes.Node] = [nodes.raw("", opened, format="html")]
        for kind, lines in blocks.items():
            shown += [nodes.paragraph(kind, kind), nodes.literal_block("", "\n".join(lines), language="text")]
        mark.replace_self([*shown, nodes.raw("", "</details>", format="html")])


def _write(app: Sphinx, failure: Exception | None) -> None:
    """Writes the syllabus, and the cartridge where its links can be absolute."""
    if failure or app.builder.name != "html" or _PAGE not in app.env.found_docs:
        return
    out, data = Path(app.outdir), syllabus(app)
    (out / "syllabus.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (out / "syllabus.csv").write_text(as_csv(data), encoding="utf-8")
    shutil.copyfile(Path(app.srcdir) / _SCHEMA, out / _SCHEMA)
    if address().site:
        asked = []
        for chapter in data["chapters"]:
            text = (out / f"{chapter['label']}.html").read_text(encoding="utf-8")
            page = BeautifulSoup(text, "html.parser")
            asked += [
                question(item["label"], f"Exercise {item['number']}: {item['title']}", page, chapter["url"])
                for item in chapter["exercises"]
            ]
        (out / "relu-networks.imscc").write_bytes(cartridge(data, asked))


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_node(links_to_copy)
    app.add_directive("links-to-copy", LinksToCopy)
    app.connect("source-read", _fill)
    app.connect("env-get-outdated", _always)
    app.connect("doctree-resolved", _resolve)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
