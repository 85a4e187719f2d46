"""The book as data: chapters, sections, figures, theorems, exercises and paths, with their addresses.

`book/syllabus.schema.json` describes the JSON; the CSV has the same facts, one thing a line.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from typing import Any

import unicodeit
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import clean_astext
from sphinx_proof.nodes import NODE_TYPES

from ..facts import DIFFICULTY, LICENCE, Chapter, Facts, address

#: What is numbered within a chapter, and the word before its number.
_NUMBERED = {"figures": "Figure", "theorems": "Theorem", "exercises": "Exercise"}
#: The columns of the CSV.
COLUMNS = ("kind", "chapter", "number", "label", "title", "difficulty", "minutes_read", "minutes_do", "details", "url")


def syllabus(app: Sphinx) -> dict[str, Any]:
    """All of it, as the schema says; addresses are relative where the site does not know its own."""
    env: Any = app.env
    known: Facts = env.book_facts
    chapters = [_chapter(env, number, chapter) for number, chapter in enumerate(known.chapters.values(), start=1)]
    return {
        "$schema": address().site + "syllabus.schema.json",
        "title": str(app.config.project),
        "url": address().site + "index.html",
        "language": "en",
        "license": LICENCE,
        "version": str(app.config.version),
        "difficulty": {str(grade): meaning for grade, meaning in DIFFICULTY.items()},
        "chapters": chapters,
        "paths": [
            {
                **{key: value for key, value in asdict(route).items() if key != "steps"},
                "steps": [{**_linked(env, step.link), "minutes": step.minutes} for step in route.steps],
            }
            for route in known.routes
        ],
    }


def _chapter(env: Any, number: int, chapter: Chapter) -> dict[str, Any]:
    page = chapter.page
    return {
        "number": number,
        **_linked(env, page),
        "summary": chapter.summary,
        "outcomes": list(chapter.outcomes),
        "prerequisites": list(chapter.prerequisites),
        "minutes": {"read": chapter.read, "do": chapter.do},
        "notebook": f"{address().site}notebooks/{page}.ipynb",
        "sections": [_linked(env, label) for label in _sections(env, page)],
        "figures": _numbered(env, page, "figure"),
        "theorems": _theorems(env, page),
        "exercises": [
            {**item, "difficulty": chapter.exercises[item["label"]]} for item in _numbered(env, page, "exercise")
        ],
    }


def _linked(env: Any, label: str) -> dict[str, str]:
    """A label with its title and address."""
    domain = env.domains.standard_domain
    if label in env.titles:
        return {"label": label, "title": clean_astext(env.titles[label]), "url": f"{address().site}{label}.html"}
    exercises = getattr(env, "sphinx_exercise_registry", {})
    if label not in exercises:
        page, anchor, title = domain.labels[label]
        return {"label": label, "title": title, "url": f"{address().site}{page}.html#{anchor}"}
    entry = exercises[label]
    return {
        "label": label,
        "title": _exercise_title(env, label),
        "url": f"{address().site}{entry['docname']}.html#{label}",
    }


def _sections(env: Any, page: str) -> list[str]:
    """The labels of a page's sections, in its order, the page itself aside."""
    labels = env.domains.standard_domain.labels
    found = [
        next((label for label in section["ids"] if labels.get(label, ("",))[0] == page), "")
        for section in env.get_doctree(page).findall(nodes.section)
    ]
    return [label for label in found if label and label != page]


def _numbered(env: Any, page: str, kind: str) -> list[dict[str, str]]:
    """The figures or exercises of a page, by number."""
    numbers = env.toc_fignumbers.get(page, {}).get(kind, {})
    found = []
    for label, number in sorted(numbers.items(), key=lambda item: item[1]):
        title = _exercise_title(env, label) if kind == "exercise" else _caption(env, page, label)
        found.append(_entry(page, label, number, title))
    return found


def _entry(page: str, label: str, number: tuple[int, ...], title: str) -> dict[str, str]:
    url = f"{address().site}{page}.html#{label}"
    return {"label": label, "number": ".".join(map(str, number)), "title": title, "url": url}


def links(chapter: dict[str, Any]) -> list[dict[str, str]]:
    """All that can be linked to in a chapter, itself first; with `text`, the words to link with."""
    found = [{**entry, "text": entry["title"]} for entry in (chapter, *chapter["sections"])]
    for kind, word in _NUMBERED.items():
        found += [{**entry, "text": f"{word} {entry['number']}: {entry['title']}"} for entry in chapter[kind]]
    return found


def _exercise_title(env: Any, label: str) -> str:
    node = env.sphinx_exercise_registry[label]["node"]
    subtitle = next((part.astext() for part in node.findall(nodes.subtitle)), "") or node.get("title", "")
    return re.sub(r"^\s*\(|\)\s*$", "", str(subtitle)).strip()


def _caption(env: Any, page: str, label: str) -> str:
    """A figure's caption: its first sentence, or all of it where that tells of one half only."""
    figure = next(figure for figure in env.get_doctree(page).findall(nodes.figure) if label in figure["ids"])
    caption = next(figure.findall(nodes.caption))
    text = "".join(
        unicodeit.replace(part.astext()) if isinstance(part.parent, nodes.math) else part.astext()
        for part in caption.findall(nodes.Text)
    )
    whole = " ".join(text.split())
    if re.match(r"(Left|Right|Above|Below)\b", whole):
        return whole.rstrip(".")
    return re.split(r"(?<=[.;])\s", whole, maxsplit=1)[0].rstrip(".;")


def _theorems(env: Any, page: str) -> list[dict[str, str]]:
    found = []
    for node in env.get_doctree(page).findall(lambda node: isinstance(node, tuple(NODE_TYPES.values()))):
        label = node["ids"][0]
        number = env.toc_fignumbers[page][node["countertype"]][label]
        found.append(_entry(page, label, number, node["title"].strip(" ()")))
    return found


def as_csv(data: dict[str, Any]) -> str:
    """The same facts, one thing a line."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for chapter in data["chapters"]:
        same = {"chapter": chapter["label"]}
        row = {key: chapter[key] for key in ("number", "label", "title", "url")}
        minutes = {f"minutes_{kind}": value for kind, value in chapter["minutes"].items()}
        writer.writerow({"kind": "chapter", **same, **row, **minutes, "details": chapter["summary"]})
        for kind in ("outcomes", "prerequisites"):
            for text in chapter[kind]:
                writer.writerow({"kind": kind[:-1], **same, "title": text})
        writer.writerow({"kind": "notebook", **same, "url": chapter["notebook"]})
        for kind in ("sections", *_NUMBERED):
            for item in chapter[kind]:
                writer.writerow({"kind": kind[:-1], **same, **item})
    for path in data["paths"]:
        writer.writerow({"kind": "path", "title": path["name"], "details": f"{path['length']}. {path['about']}"})
        for step in path["steps"]:
            minutes = {"minutes_read": step["minutes"]}
            rest = {key: step[key] for key in ("label", "title", "url")}
            writer.writerow({"kind": "step", "details": path["name"], **rest, **minutes})
    return out.getvalue()
