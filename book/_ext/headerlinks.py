"""Theorems and exercises offer their link, as headings do, and every name in a page is there once."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node
from sphinx_proof.nodes import NODE_TYPES

#: What sphinx-exercise and sphinx-proof give to each section within: the same on every one.
_REPEATED = {"exercise-content", "solution-content", "proof-content"}
_THEOREMS = tuple(NODE_TYPES.values())
_TITLED = (exercise_node, exercise_enumerable_node, *_THEOREMS)


def _proved(proof: Any, before: str) -> str:
    """The theorem that a proof is of: the one that it names as it begins, in italics, or else the one before it."""
    # The first paragraph is the word "Proof" and what begins after it.
    begins = next(iter(proof[0][1:2]), None)
    named = begins.next_node(nodes.reference) if isinstance(begins, nodes.emphasis) else None
    return before if named is None else (named.get("refid") or named["refuri"].partition("#")[2])


def _link(app: Sphinx, doctree: nodes.document, page: str) -> None:
    theorem = ""
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, nodes.section):
            node["ids"] = [name for name in node["ids"] if name not in _REPEATED]
        elif node.get("ids") == ["proof"]:
            node["ids"] = [f"proof-of-{_proved(node, theorem).removeprefix('thm-')}"]
        elif isinstance(node, _TITLED) and node["ids"] and isinstance(node[0], nodes.title):
            theorem = node["ids"][0] if isinstance(node, _THEOREMS) else theorem
            link = nodes.reference("", "#", refuri=f"#{node['ids'][0]}", classes=["headerlink"], internal=True)
            link["reftitle"] = "Link to this " + (node.get("realtype") or "exercise")
            node[0].append(link)


def setup(app: Sphinx) -> None:
    # Before the addresses are noted.
    app.connect("doctree-resolved", _link, priority=400)
