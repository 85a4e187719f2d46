"""What `chapters.yml` says of the pages: read, checked by type, and held against the pages."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml
from docutils import nodes
from msgspec import Meta, Struct
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from .places import EXERCISES, places

#: What the grades of the exercises mean.
DIFFICULTY = {
    1: "a few minutes, by hand or one line of code",
    2: "needs an idea, or a short program",
    3: "a longer argument, or a proof of several steps",
}
Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[list[Text], Meta(min_length=1)]
Duration = Annotated[int, Meta(ge=1, le=600)]


class Minutes(Struct, forbid_unknown_fields=True):
    """The time that a chapter takes."""

    read: Duration
    do: Duration


class Chapter(Struct, forbid_unknown_fields=True):
    """What a chapter teaches, to whom, and how long it takes."""

    summary: Text
    #: The label of the figure on its link preview.
    card: Text
    outcomes: Texts
    prerequisites: Texts
    minutes: Minutes
    #: label → difficulty, in the order of the page.
    exercises: dict[str, Literal[1, 2, 3]]


class Step(Struct, forbid_unknown_fields=True):
    """A label of the book, the minutes that a path gives it, and what its handout shows before it."""

    link: Text
    minutes: Duration
    before: list[Text] = []


class Route(Struct, forbid_unknown_fields=True):
    """A way through the book in a given time; `paths` in the file."""

    name: Text
    length: Text
    about: Text
    steps: list[Step]


class Contents(Struct):
    """The whole file, as far as it can be read."""

    #: page → its description, of those that are no chapters.
    pages: dict[str, str] = {}
    chapters: dict[str, Chapter] = {}
    paths: dict[str, Route] = {}

    def summary(self, page: str) -> str:
        """The page's description for search engines and link previews."""
        chapter = self.chapters.get(page)
        return chapter.summary if chapter else self.pages.get(page) or self.pages.get("index", "")


def contents(env: Any) -> Contents:
    """What the file says."""
    said: Contents = env.book_contents
    return said


def read(text: str) -> tuple[Contents, list[str]]:
    """What the file says, and what is wrong with it: the entry, what came, what was expected."""
    whole, found, faults = yaml.safe_load(text), Contents(), []
    if not isinstance(whole, dict) or set(whole) != {"pages", "chapters", "paths"}:
        return found, ["expected the entries pages, chapters and paths"]
    whole["paths"] = {f"number {number}": path for number, path in enumerate(whole["paths"], start=1)}
    for part, kind in (("pages", Text), ("chapters", Chapter), ("paths", Route)):
        for name, value in whole[part].items():
            try:
                getattr(found, part)[name] = msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                faults.append(f"{part}: {name}: {error}")
    return found, faults


def _add_head(app: Sphinx, doctree: nodes.document) -> None:
    """Says below a chapter's title how long it takes, what it teaches and needs; of each exercise how hard it is."""
    chapter = contents(app.env).chapters.get(app.env.docname)
    section = next(doctree.findall(nodes.section), None)
    if chapter is None or section is None:
        return
    time = f"{chapter.minutes.read} minutes to read, {chapter.minutes.do} for the questions and exercises."
    able = nodes.bullet_list("", *(nodes.list_item("", nodes.paragraph(text, text)) for text in chapter.outcomes))
    needed = nodes.bullet_list("", *(nodes.list_item("", _needed(app, text)) for text in chapter.prerequisites))
    columns = [
        nodes.container("", nodes.paragraph("", "Afterwards you can"), able),
        nodes.container("", nodes.paragraph("", "You need"), needed),
    ]
    lists = nodes.container("", *columns, classes=["able-and-needed"])
    section.insert(1, nodes.container("", nodes.paragraph(time, time), lists, classes=["chapter-head"]))
    for exercise in [node for kind in EXERCISES for node in doctree.findall(kind)]:
        if (grade := chapter.exercises.get(exercise.get("label"))) is not None:
            text = f"{'★' * grade} {DIFFICULTY[grade]}"
            exercise.insert(1, nodes.paragraph(text, text, classes=["grade"]))


def _needed(app: Sphinx, text: str) -> nodes.paragraph:
    """A prerequisite; that of a chapter is a link to it."""
    if text not in contents(app.env).chapters:
        return nodes.paragraph(text, text)
    options = {"refdomain": "std", "reftype": "doc", "refexplicit": False, "refdoc": app.env.docname}
    link = addnodes.pending_xref("", nodes.inline(text, text), reftarget=f"/{text}", **options)
    return nodes.paragraph("", "", nodes.Text("the chapter "), link)


def _read(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> Iterable[str]:
    """Reads the file; a changed one is on many pages."""
    text = (Path(app.srcdir) / "chapters.yml").read_text(encoding="utf-8")
    before, env.book_contents_text = getattr(env, "book_contents_text", None), text
    env.book_contents, faults = read(text)
    _warn(env, faults)
    return env.found_docs if before != text else ()


def _check(app: Sphinx, env: Any) -> None:
    _warn(env, _differences(env))


def _warn(env: Any, faults: Iterable[str]) -> None:
    """Warns with the line of the entry that is named after "chapters: " or "paths: "."""
    for fault in faults:
        name, lines = fault.split(": ")[1:2], env.book_contents_text.splitlines()
        line = next((i for i, text in enumerate(lines, start=1) if name and name[0] in text), 1)
        logging.getLogger(__name__).warning("%s", fault, location=f"book/chapters.yml:{line}")


def _differences(env: Any) -> Iterator[str]:
    """Where the file and the pages do not agree."""
    known = places(env)
    for page, chapter in contents(env).chapters.items():
        if page not in env.found_docs:
            yield f"chapters: {page}: there is no such page"
            continue
        on_page = [place.label for place in known.values() if (place.page, place.kind) == (page, "exercise")]
        if list(chapter.exercises) != on_page:
            yield f"chapters: {page}: exercises: {list(chapter.exercises)}; the page has {on_page}"
        if chapter.card not in known or known[chapter.card].page != page:
            yield f"chapters: {page}: card: {chapter.card!r} is not a figure of the page"
    for route in contents(env).paths.values():
        labels = [label for step in route.steps for label in (step.link, *step.before)]
        for label in (label for label in labels if label not in known):
            yield f"paths: {route.name}: {label!r} is not a label of the book"


def setup(app: Sphinx) -> None:
    app.connect("env-get-outdated", _read)
    app.connect("env-check-consistency", _check)
    app.connect("doctree-read", _add_head)
