"""Questions that the page answers back to: its cells compute the keys, and a script checks what a reader answers.

A question is text, and after it one field for each usual mistake, with the reply to it::

    ```{question} Where it bends
    :label: q-bends
    :kind: number
    :answer: bends

    Where does $-\\operatorname{relu}(-2x + 6)$ bend?

    :right: At $-b/w = -6/(-2)$.
    :bends_sign: That is $b/w$; the kink is at $-b/w$.
    ```

Here ``bends`` and ``bends_sign`` are names under which a cell has glued plain numbers. The kinds, and their keys:

number, interval, numbers
    A number; the two ends; any number of them, in any order.
formula
    Pairs (x, y) that the formula must go through.
choice
    The number of the right one, from 1, among the items of a list. The fields are named for the others.
network
    Numbers by name, each to be met by what the movable figure named in ``:figure:`` shows, or (least, most).

A ``prediction`` is a question about what the page shows only afterwards: any guess is taken, and the truth appears
beside it. Until then the figure named in ``:veils:`` is covered.
"""

import ast
import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

KINDS = ("number", "interval", "numbers", "formula", "choice", "network")


@dataclass(frozen=True)
class Question:
    """One of them, with its texts in Markdown."""

    label: str
    #: The exercise, question or prediction that it belongs to, in words.
    title: str
    kind: str
    text: str
    options: tuple[str, ...]
    answer: Any
    #: How far from it, or from each of its numbers, an answer may be.
    within: float
    #: What some would answer, and the reply to it.
    mistakes: tuple[tuple[Any, str], ...]
    right: str
    predicts: bool


class question(nodes.General, nodes.Element):
    """A question with all that the script is told."""


class answer(nodes.General, nodes.Element):
    """The answer, folded: what a reader without a script has."""


class reply(nodes.General, nodes.Element):
    """What the page says to a mistake; not there until then."""


class Directive(SphinxDirective):
    """``question`` and ``prediction``."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[Any] = {
        "label": directives.unchanged_required,
        "kind": lambda text: directives.choice(text, KINDS),
        "answer": directives.unchanged_required,
        "within": float,
        "range": directives.unchanged_required,
        "figure": directives.unchanged_required,
        "veils": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Reads the question, and has it remembered for the notebooks and the quiz."""
        if missing := {"label", "kind", "answer"} - set(self.options):
            raise self.error(f"a {self.name} needs {', '.join(sorted(missing))}")
        text, options, fields = split(list(self.content))
        right, key = fields.pop("right", ""), self.glued(self.options["answer"])
        mistakes = tuple((int(name) if name.isdigit() else self.glued(name), said) for name, said in fields.items())
        title = self.arguments[0] if self.arguments else self.name.capitalize()
        kind, predicts = self.options["kind"], self.name == "prediction"
        within = self.options.get("within", 0.01 * max([abs(number) for number in _flat(key)], default=1) or 0.01)
        asked = Question(
            self.options["label"], title, kind, text, tuple(options), key, within, mistakes, right, predicts
        )
        questions(self.env).setdefault(self.env.docname, []).append(asked)
        return [self.drawn(asked)]

    def drawn(self, asked: Question) -> question:
        """The question as nodes."""
        told = {"kind": asked.kind, "key": asked.answer, "within": asked.within, "predicts": asked.predicts}
        told |= {"mistakes": [value for value, _ in asked.mistakes]}
        told |= {name: self.options[name] for name in ("figure", "veils") if name in self.options}
        if "range" in self.options:
            told["range"] = self.glued(self.options["range"])
        options = nodes.enumerated_list(classes=["options"], enumtype="arabic", prefix="", suffix=".")
        options += [nodes.list_item("", *self.parse_text_to_nodes(option)) for option in asked.options]
        written = asked.options[asked.answer - 1] if asked.kind == "choice" else written_out(asked.answer, asked.kind)
        folded = answer("", *self.parse_text_to_nodes("\n\n".join(filter(None, [written, asked.right]))))
        replies = [reply("", *self.parse_text_to_nodes(said)) for _, said in asked.mistakes]
        data = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
        whole = question(ids=[asked.label], title=asked.title, told=data, predicts=asked.predicts)
        whole += [*self.parse_text_to_nodes(asked.text), *([options] if asked.options else []), *replies, folded]
        self.set_source_info(whole)
        return whole

    def glued(self, name: str) -> Any:
        """What a cell of the page glued under a name: a literal of Python."""
        try:
            text = str(retrieve_glue_data(self.state.document, name).data["text/plain"])
            return ast.literal_eval(text)
        except (RetrievalError, KeyError):
            raise self.error(f"{self.options['label']}: no cell of the page glues {name!r}") from None
        except (ValueError, SyntaxError):
            raise self.error(f"{self.options['label']}: {name!r} must be plain numbers, got {text:.60}") from None


def questions(env: Any) -> dict[str, list[Question]]:
    """page → its questions, in their order; of the pages read so far."""
    if not hasattr(env, "book_questions"):
        env.book_questions = {}
    found: dict[str, list[Question]] = env.book_questions
    return found


def split(lines: list[str]) -> tuple[str, list[str], dict[str, str]]:
    """The text of a question, its options, and what is said to each answer, by name."""
    text: list[str] = []
    options: list[str] = []
    fields: dict[str, str] = {}
    for line in lines:
        if match := re.match(r":(\w+): +(.*)", line):
            fields[match[1]] = match[2]
        elif fields:
            fields[[*fields][-1]] += "\n" + line.strip()
        elif line.startswith("- "):
            options.append(line[2:])
        elif options and line:
            options[-1] += "\n" + line.strip()
        else:
            text.append(line)
    return "\n".join(text).strip(), options, fields


def written_out(key: Any, kind: str) -> str:
    """A key as a reader would say it; empty where that is for the reply."""
    if kind in ("formula", "network"):
        return ""
    return ", ".join(f"{number:.4g}".replace("-", "−") for number in _flat(key))


def _flat(key: Any) -> list[float]:
    """All numbers of a key."""
    parts = key.values() if isinstance(key, dict) else key if isinstance(key, list | tuple) else None
    return [float(key)] if parts is None else [number for part in parts for number in _flat(part)]


def _open(self: HTML5Translator, node: question) -> None:
    kind = "question prediction" if node["predicts"] else "question"
    self.body.append(self.starttag(node, "div", CLASS=kind))
    self.body.append(f'<p class="question-title">{self.encode(node["title"])}</p>\n')
    self.body.append(f'<script type="application/json">{node["told"]}</script>\n')


def _open_answer(self: HTML5Translator, node: answer) -> None:
    self.body.append('<details class="answer"><summary>Answer</summary>\n')


def _open_reply(self: HTML5Translator, node: reply) -> None:
    self.body.append("<template>")


def _purge(app: Sphinx, env: Any, page: str) -> None:
    questions(env).pop(page, None)


def _nothing(self: object, node: nodes.Element) -> None:
    """For builders that write text."""


def _skip(self: object, node: nodes.Element) -> None:
    raise nodes.SkipNode


def _close(tag: str) -> Any:
    return lambda self, node: self.body.append(f"</{tag}>\n")


def setup(app: Sphinx) -> None:
    plain: dict[str, Any] = {"text": (_nothing, _nothing), "latex": (_nothing, _nothing)}
    app.add_node(question, html=(_open, _close("div")), **plain)
    app.add_node(answer, html=(_open_answer, _close("details")), **plain)
    app.add_node(reply, html=(_open_reply, _close("template")), text=(_skip, None), latex=(_skip, None))
    app.add_directive("question", Directive)
    app.add_directive("prediction", Directive)
    app.connect("env-purge-doc", _purge)
