"""A Sphinx extension: reads what is said of the pages, and holds it against the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from ..facts import Facts, facts

_FILE = "chapters.yml"


def _read(app: Sphinx) -> None:
    env: Any = app.env
    try:
        env.book_facts = facts(Path(app.srcdir) / _FILE)
    except ValueError as error:
        raise ExtensionError(str(error)) from error


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    for fault in _faults(env):
        logging.getLogger(__name__).warning("book/%s: %s", _FILE, fault)


def _faults(env: Any) -> Iterator[str]:
    """Where the file and the pages do not agree."""
    known: Facts = env.book_facts
    labels = _labels(env)
    for page, chapter in known.chapters.items():
        if page not in env.found_docs:
            yield f"chapters: {page}: there is no such page"
            continue
        on_it = _exercises(env, page)
        if list(chapter.exercises) != on_it:
            yield f"chapters: {page}: exercises: {list(chapter.exercises)}; on the page: {on_it}"
        if labels.get(chapter.card) != page:
            yield f"chapters: {page}: card: {chapter.card!r} is no figure of the page"
    for route in known.routes:
        for step in route.steps:
            if step.link not in labels:
                yield f"paths: {route.name}: {step.link!r} is no label of the book"


def _labels(env: Any) -> dict[str, str]:
    """label → page, of everything that can be linked to by its own name."""
    labels = {label: page for label, (page, _) in env.domains.standard_domain.anonlabels.items()}
    return labels | {label: entry["docname"] for label, entry in getattr(env, "sphinx_exercise_registry", {}).items()}


def _exercises(env: Any, page: str) -> list[str]:
    """The labels of a page's exercises, in its order."""
    registry = getattr(env, "sphinx_exercise_registry", {})
    return [label for label, entry in registry.items() if (entry["docname"], entry["type"]) == (page, "exercise")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", _read, priority=400)
    app.connect("env-check-consistency", _check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
