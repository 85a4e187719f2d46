"""Everything in the book that has an address and a name: sections, figures, tables, equations, theorems, exercises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import unicodeit
from docutils import nodes
from sphinx.util.nodes import clean_astext
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES

EXERCISES = (exercise_node, exercise_enumerable_node, solution_node)
_THEOREMS = tuple(NODE_TYPES.values())


@dataclass(frozen=True)
class Place:
    """One of them."""

    label: str
    page: str
    #: Empty for a page as a whole.
    anchor: str
    #: page, section, figure, table, equation, theorem (or lemma, …), exercise, solution or source.
    kind: str
    title: str
    #: Within its chapter, "2.1"; empty where there is none. It may change, unlike the label.
    number: str = ""

    @property
    def address(self) -> str:
        """Within the site."""
        return f"{self.page}.html" + (f"#{self.anchor}" if self.anchor else "")

    @property
    def text(self) -> str:
        """The words to link with: "Figure 2.1: The ReLU at the integers"."""
        if self.kind in ("page", "section", "source"):
            return self.title
        return ": ".join(filter(None, [f"{self.kind.capitalize()} {self.number}".strip(), self.title]))


@lru_cache(maxsize=1)
def places(env: Any) -> dict[str, Place]:
    """label → place, in the order of the pages; once all pages have been read."""
    found = [Place(page, page, "", "page", clean_astext(env.titles[page])) for page in sorted(env.found_docs)]
    for page in sorted(env.found_docs):
        found += _on_page(env, page)
    found += _sources(env)
    # A page's own label leads to its first section, and is told as the page.
    known: dict[str, Place] = {}
    for place in found:
        known.setdefault(place.label, place)
    return known


def _on_page(env: Any, page: str) -> Iterator[Place]:
    numbers, section = env.toc_fignumbers.get(page, {}), ""
    anchors = {anchor: label for label, (on, anchor) in env.domains.standard_domain.anonlabels.items() if on == page}

    def number(kind: str, anchor: str) -> str:
        return ".".join(map(str, numbers.get(kind, {}).get(anchor, ())))

    for node in env.get_doctree(page).findall(nodes.Element):
        own = str(node.get("label", ""))
        label = next((anchors[name] for name in node.get("ids", ()) if name in anchors), "")
        if isinstance(node, _THEOREMS) and own:
            title = node["title"].strip(" ()")
            yield Place(own, page, own, node["realtype"], title, number(node["countertype"], own))
        elif isinstance(node, EXERCISES):
            entry = env.sphinx_exercise_registry[own]
            kind, titles = entry["type"].removesuffix("-start"), entry["node"].findall(nodes.subtitle)
            title = "".join(part.astext() for part in titles if kind == "exercise").strip(" ()")
            yield Place(own, page, own, kind, title, number(kind, own))
        elif isinstance(node, nodes.math_block) and own:
            anchor = f"equation-{own}"
            yield Place(own, page, anchor, "equation", section, number("displaymath", anchor))
        elif isinstance(node, nodes.section) and label:
            # An equation has no title of its own.
            section = clean_astext(cast(nodes.Element, node[0]))
            yield Place(label, page, node["ids"][0], "section", section)
        elif isinstance(node, nodes.figure | nodes.table) and label:
            yield Place(label, page, label, node.tagname, _caption(node) or section, number(node.tagname, label))


def _caption(node: nodes.Element) -> str:
    """The first sentence, with TeX in Unicode; all of it where that tells of one half only."""
    parts = (
        unicodeit.replace(part.astext()) if isinstance(part.parent, nodes.math) else part.astext()
        for caption in node.children
        if isinstance(caption, nodes.caption | nodes.title)
        for part in caption.findall(nodes.Text)
    )
    whole = " ".join("".join(parts).split()).rstrip(".")
    return whole if re.match(r"(Left|Right|Above|Below)\b", whole) else re.split(r"(?<=[.;])\s", whole)[0].rstrip(".;")


def _sources(env: Any) -> Iterator[Place]:
    """Papers and books, by their authors and year."""
    for citation in env.get_domain("cite").citations:
        entry, name = citation.entry, citation.citation_id
        names = [
            " ".join(person.last_names) for person in entry.persons.get("author") or entry.persons.get("editor", ())
        ]
        who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
        title = re.sub("[{}]", "", f"{who} ({entry.fields.get('year', 'undated')})")
        yield Place(name, citation.bibliography_key.docname, name, "source", title)
