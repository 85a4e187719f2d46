"""A link into the book that once led to something leads to it for ever: it is in `addresses.txt`, or in `moved.yml`."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES, unenumerable_node

from .places import Place
from .questions import question

#: What a link can lead to.
_KINDS: tuple[type[Any], ...] = (nodes.section, nodes.figure, nodes.table, nodes.math_block, nodes.citation)
# A proof is an admonition.
_KINDS += (
    addnodes.desc_signature,
    nodes.term,
    nodes.admonition,
    question,
    exercise_node,
    exercise_enumerable_node,
    solution_node,
)
_KINDS += (unenumerable_node, *NODE_TYPES.values())


def moved(env: Any) -> dict[str, str]:
    """old address → new address."""
    path = Path(env.srcdir) / "moved.yml"
    found: dict[str, str] = (yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None) or {}
    return found


def published(book: Path) -> set[str]:
    """The inventory."""
    path = book / "addresses.txt"
    return set(path.read_text(encoding="utf-8").split()) if path.is_file() else set()


def moved_places(env: Any, known: dict[str, Place]) -> dict[str, Place]:
    """old label → the place where it is now."""
    by_address = {place.address: place for place in known.values()}
    pairs = [(old.partition("#")[2], by_address.get(new)) for old, new in moved(env).items()]
    return {label: replace(place, label=label) for label, place in pairs if label and place}


def _note(app: Any, doctree: nodes.document, page: str) -> None:
    """Collects the page's addresses, and puts moved ones where they are found."""
    here = app.book_addresses.setdefault(page, {f"{page}.html"})
    labels = {anchor for on, anchor in app.env.domains.standard_domain.anonlabels.values() if on == page}
    for node in _named(doctree):
        # A section with a label has a second name, made from its title, which may change.
        names = set(node["ids"]) & labels if isinstance(node, nodes.section) else node["ids"]
        here.update(f"{page}.html#{name}" for name in names if not name.removeprefix("id").isdigit())
    if page == "404":
        # It is shown at any depth.
        for link in (link for link in doctree.findall(nodes.reference) if link.get("refuri", "")[:1] not in "#"):
            link["refuri"] = urljoin(app.config.html_baseurl, link["refuri"])
    for old, new in moved(app.env).items():
        old_page, _, anchor = old.partition("#")
        if old_page == f"{page}.html" and anchor and old not in here:
            _forward(doctree, anchor, new, same_page=new.partition("#")[0] == old_page)


def _forward(doctree: nodes.document, anchor: str, new: str, *, same_page: bool) -> None:
    """An element that has moved on its page keeps its old name; to one elsewhere leads a line at the page's end."""
    if same_page:
        for node in (node for node in _named(doctree) if new.partition("#")[2] in node["ids"]):
            node["ids"].append(anchor)
        return
    notice = nodes.paragraph("", "What was here has moved: ", ids=[anchor], classes=["moved"])
    notice.append(nodes.reference("", new, refuri=new, internal=False))
    next(doctree.findall(nodes.section)).append(notice)


def _named(doctree: nodes.document) -> Iterator[Any]:
    return (node for node in doctree.findall(nodes.Element) if isinstance(node, _KINDS))


def _redirections(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page in the place of each that has moved."""
    for old, new in moved(app.env).items():
        if "#" not in old:
            yield old.removesuffix(".html"), {"title": "Moved", "to": new}, "moved.html"


def _check(app: Any, error: Exception | None) -> None:
    if error or app.builder.name != "html" or set(app.book_addresses) != set(app.env.found_docs):
        # Only a build that writes all pages knows all addresses.
        return
    here = set().union(*app.book_addresses.values()) | {f"{page}.html" for page in ("genindex", "search")}
    book = Path(app.srcdir)
    if app.config.record_addresses:
        everything = sorted(published(book) | here)
        (book / "addresses.txt").write_text("\n".join(everything) + "\n", encoding="utf-8")
    for fault in faults(published(book), here, moved(app.env)):
        logging.getLogger(__name__).warning("%s", fault, location="book/moved.yml:1")


def faults(known: set[str], here: set[str], moved: dict[str, str]) -> Iterator[str]:
    """Which links would break: addresses that are gone, and new places that are not there."""
    for old, new in moved.items():
        if new not in here:
            yield f"{old} is said to have moved to {new}, which is not there"
    for old in sorted(known - here):
        page, _, anchor = old.partition("#")
        if old not in moved and f"{moved.get(page)}#{anchor}" not in here:
            yield f"{old} was published and is missing; say where it went"


def setup(app: Any) -> None:
    app.book_addresses = {}
    app.add_config_value("record_addresses", False, "", bool, "add new addresses to addresses.txt")
    app.connect("doctree-resolved", _note)
    app.connect("html-collect-pages", _redirections)
    app.connect("build-finished", _check)
