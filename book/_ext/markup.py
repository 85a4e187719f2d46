"""How exercises, theorems, hidden code and sources are written: as valid HTML that opens without scripts; as text."""

from typing import Any

import sphinx_exercise.nodes
import sphinx_proof.nodes
from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


def _open_code(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """A `details` element: it opens without JavaScript, for a link into it, and when its text is searched for."""
    classes = " ".join(["hide", *node["classes"]])
    self.body.append(
        f'<details class="{classes}">\n<summary><span class="collapsed">{node["prompt_show"]}</span>'
        f'<span class="expanded">{node["prompt_hide"]}</span></summary>\n'
    )


def _open_solution(self: HTML5Translator, node: nodes.Element) -> None:
    title = node.pop(0)
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    self.body.append(f'<summary class="admonition-title">{title.astext()}</summary>\n')


def _close(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</details>\n")


def _open_source(self: HTML5Translator, node: nodes.citation) -> None:
    """A source of the bibliography: docutils gives it a role that is deprecated, and that no list may hold."""
    HTML5Translator.visit_citation(self, node)
    self.body[-1] = self.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def _inline_blocks(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """On the pages of the package's source: no blocks inside preformatted text."""
    if page.startswith("_modules/"):
        body = BeautifulSoup(context["body"], "html.parser")
        for block in body.select("pre div.viewcode-block"):
            block.name = "span"
        context["body"] = str(body)


def _only_inside(self: object, node: nodes.Element) -> None:
    """For `sphinx-build -b text`, which would not know the node."""


def setup(app: Sphinx) -> None:
    write = app.registry.add_translation_handlers
    write(HideCodeCellNode, html=(_open_code, _close))
    write(sphinx_exercise.nodes.solution_node, html=(_open_solution, _close))
    write(nodes.citation, html=(_open_source, HTML5Translator.depart_citation))
    found = [*vars(sphinx_exercise.nodes).values(), *vars(sphinx_proof.nodes).values(), HideCodeCellNode]
    for node in [*found, *sphinx_proof.nodes.NODE_TYPES.values()]:
        if isinstance(node, type) and issubclass(node, nodes.Element) and not node.__module__.startswith("docutils"):
            write(node, text=(_only_inside, _only_inside))
    app.connect("html-page-context", _inline_blocks)
