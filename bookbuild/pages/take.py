"""A Sphinx extension: the menu from which a reader takes a page along, and the buttons that run it elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx

from ..facts import address
from ..wheel import wheel_name

#: The branch on which the publishing workflow puts the executed notebooks and what they need.
BRANCH = "notebooks"


def _offer(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    env: Any = app.env
    if document is None or page not in env.book_facts.chapters:
        return
    up = str(context["content_root"])
    links = [
        {"text": "Notebook, with outputs", "url": f"{up}notebooks/{page}.ipynb", "icon": "fas fa-file"},
        {"text": "The package, to run it", "url": f"{up}notebooks/{wheel_name()}", "icon": "fas fa-file"},
        {"text": "Source text", "url": f"{up}_sources/{page}.md", "icon": "fas fa-file"},
    ]
    repository = address().repository
    if repository:
        there = f"{quote(repository)}/blob/{BRANCH}/{page}.ipynb"
        links.append(
            {"text": "Run in Colab", "url": f"https://colab.research.google.com/github/{there}", "icon": "fas fa-play"}
        )
        there = f"{quote(repository)}/{BRANCH}?labpath={page}.ipynb"
        links.append({"text": "Run in Binder", "url": f"https://mybinder.org/v2/gh/{there}", "icon": "fas fa-play"})
    buttons = [{"type": "link", **link} for link in links]
    menu = {
        "type": "group",
        "buttons": buttons,
        "icon": "fas fa-download",
        "tooltip": "Take this chapter along",
        "label": "download-buttons",
    }
    context["header_buttons"].insert(0, menu)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    # After the theme has made the list of its own buttons.
    app.connect("html-page-context", _offer, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
