"""A Sphinx extension: markup that holds without a script, and that a validator and a link can rely on.

What is hidden at first, code and solutions, is a `details` element: it opens without JavaScript, when a link
leads into it, and when its text is searched for. Theorems and exercises offer their link, as headings do.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_proof.nodes import NODE_TYPES

#: What sphinx-exercise and sphinx-proof give to each section within: the same on every one.
_REPEATED = {"exercise-content", "solution-content", "proof-content"}


class Addresses(SphinxPostTransform):
    """Names what has no name of its own, or that of another, and links the titles of theorems and exercises."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visits a page that is about to be written."""
        for section in self.document.findall(nodes.section):
            section["ids"] = [name for name in section["ids"] if name not in _REPEATED]
        theorem = ""
        for node in self.document.findall(nodes.Element):
            if isinstance(node, tuple(NODE_TYPES.values())):
                theorem = node["ids"][0]
            elif node.get("ids") == ["proof"]:
                node["ids"] = [f"proof-of-{theorem.removeprefix('thm-')}"]
        for kind in (exercise_node, exercise_enumerable_node, *NODE_TYPES.values()):
            for node in self.document.findall(kind):
                if node["ids"] and isinstance(node[0], nodes.title):
                    link = nodes.reference("", "#", refuri=f"#{node['ids'][0]}", classes=["headerlink"], internal=True)
                    link["reftitle"] = "Link to this " + (node.get("realtype") or "exercise")
                    node[0].append(link)


def _open_code(self: HTML5Translator, node: HideCodeCellNode) -> None:
    classes = " ".join(["hide", *node["classes"]])
    self.body.append(
        f'<details class="{classes}">\n<summary><span class="collapsed">{node["prompt_show"]}</span>'
        f'<span class="expanded">{node["prompt_hide"]}</span></summary>\n'
    )


def _open_solution(self: HTML5Translator, node: solution_node) -> None:
    title = node.pop(0)
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    self.body.append(f'<summary class="admonition-title">{title.astext()}</summary>\n')


def _close(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_node(HideCodeCellNode, override=True, html=(_open_code, _close))
    app.add_node(solution_node, override=True, html=(_open_solution, _close))
    app.add_post_transform(Addresses)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
