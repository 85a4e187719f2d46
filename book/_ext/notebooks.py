"""Each chapter as two notebooks, to be run without the book: the page with all it says, and one to work in.

In the latter each question has a cell for the answer and one that checks it, and there are no solutions.
"""

import ast
import base64
import gzip
import re
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from jupyter_cache import get_cache
from markdownify import MarkdownConverter
from myst_nb.core.read import create_nb_reader
from myst_nb.sphinx_ import NbMetadataCollector
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx

from .chapters import contents
from .download import wheel_name
from .questions import Question, questions

#: What stands in the text for a cell, by its number on the page, and for the cells of a question, by its label.
_PLACE = "reluapprox{}place"
_WANTED = {
    "number": "a number",
    "choice": "the number of one of them, from 1",
    "interval": "two numbers, in a tuple",
    "numbers": "the numbers, in a list",
    "formula": "a function of x: lambda x: …",
}
_GIVEN = {"numbers": "sorted(answer)", "formula": "[answer(x) for x in places]"}
_UNPACK = """# {name}, which this chapter shows, packed.
import base64
import gzip
from pathlib import Path

if not Path("{name}").exists():
    Path("{name}").write_bytes(gzip.decompress(base64.b64decode("{data}")))
"""
_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def _write(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Writes the notebooks of a chapter beside the page that is about to be written."""
    if doctree is None or page not in contents(app.env).chapters:
        return
    if not (cells := executed(app, page)):
        return
    shown = [part["cell_index"] for part in doctree.findall(nodes.container) if part.get("nb_element") == "cell_code"]
    site = app.config.html_baseurl
    home = f"{site}{page}.html" if site else f"../{page}.html"
    asked = {question.label: question for question in questions(app.env).get(page, ())}
    into = Path(app.outdir) / "notebooks"
    into.mkdir(exist_ok=True)
    for name, solved in ((page, True), (f"{page}-to-work-in", False)):
        text, solutions = _markdown(str(context["body"]), home, solved)
        parts = re.split(_PLACE.format(r"([\w-]+?)"), text)
        book = new_notebook(metadata=_KERNEL)
        book.cells = [*_opening(app, page, parts[0]), *_data_cells(cells, Path(app.srcdir))]
        done = 0
        for place, said in zip(parts[1::2], parts[2::2], strict=True):
            if place in asked:
                book.cells += _to_answer(asked[place])
            else:
                # With it come the cells before it that the page hides.
                last = shown[int(place)] + 1
                book.cells += _plain(cells[done : last - (int(place) in solutions)])
                done = last
            if said.strip():
                book.cells.append(new_markdown_cell(said.strip()))
        for number, cell in enumerate(book.cells):
            cell["id"] = f"cell-{number}"
        nbformat.validate(book)
        (into / f"{name}.ipynb").write_text(nbformat.writes(book) + "\n", encoding="utf-8")


def _to_answer(question: Question) -> list[nbformat.NotebookNode]:
    """A cell for the answer, and one that checks it; none where a guess or a movable figure is asked for."""
    if question.kind not in _WANTED or question.predicts:
        return []
    expected, places = question.answer, ""
    if question.kind == "formula":
        places, expected = f"places = {[x for x, _ in expected]}\n", [y for _, y in expected]
    given = _GIVEN.get(question.kind, "answer")
    expected = sorted(expected) if question.kind == "numbers" else expected
    check = f'expected = {expected!r}\n{places}assert answer is not None, "There is no answer yet."\n'
    check += f'assert np.shape({given}) == np.shape(expected), f"Not yet: {{answer}}"\n'
    check += f'assert np.allclose({given}, expected, rtol=0, atol={question.within:.4g}), f"Not yet: {{answer}}"\n'
    stub = f"answer = None  # {_WANTED[question.kind]}"
    return [
        new_code_cell(stub, metadata={"tags": ["stub"]}),
        new_code_cell(check + 'print("Right.")', metadata={"tags": ["check"]}),
    ]


def executed(app: Sphinx, page: str) -> list[nbformat.NotebookNode]:
    """The cells of a page as they ran, outputs and all; none if one of them failed."""
    env: Any = app.env
    run = NbMetadataCollector.get_exec_data(env, page)
    if run is None or not run["succeeded"]:
        return []
    source = Path(path := env.doc2path(page)).read_text(encoding="utf-8")
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, source)
    _, notebook = get_cache(env.mystnb_config.execution_cache_path).merge_match_into_notebook(reader.read(source))
    cells: list[nbformat.NotebookNode] = notebook.cells
    return cells


def _opening(app: Sphinx, page: str, text: str) -> list[nbformat.NotebookNode]:
    """What a reader who has only this file must know, the title, and the package where it is missing."""
    site, wheel = app.config.html_baseurl, wheel_name(app.config.version)
    home = f"[{app.config.project}]({site}{page}.html)" if site else f"*{app.config.project}*"
    said = f"A chapter of {home}, as it ran when the book was built. Text CC BY 4.0, code MIT. "
    said += (
        "Figures that move on the page stand still here. The code needs the package, which is in the menu of the page."
    )
    package = f"reluapprox[train,figures] @ {site}notebooks/{wheel}" if site else f"./{wheel}[train,figures]"
    # PyTorch's sums, and so what is trained, depend in their last digits on the number of threads.
    code = 'import os\n\nos.environ["OMP_NUM_THREADS"] = "1"  # as in the book: training takes the same path\n'
    code += f'try:\n    import reluapprox\nexcept ModuleNotFoundError:\n    %pip install -q "{package}"'
    return [new_markdown_cell(f"{text.strip()}\n\n---\n{said}"), new_code_cell(code)]


def _data_cells(cells: list[nbformat.NotebookNode], book: Path) -> list[nbformat.NotebookNode]:
    """A folded cell for each file that cells read: it writes the file if there is none, so the notebook runs alone."""
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    names = [name for name in re.findall(r'Path\("([\w.-]+)"\)', code) if (book / name).is_file()]
    packed = [base64.b64encode(gzip.compress((book / name).read_bytes(), 9, mtime=0)).decode() for name in names]
    folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}
    sources = [_UNPACK.format(name=name, data=data) for name, data in zip(names, packed, strict=True)]
    return [new_code_cell(source, metadata=folded) for source in sources]


def _plain(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """The cells that run without the book, less what only a page needs."""
    kept: list[nbformat.NotebookNode] = []
    for cell in (cell for cell in cells if cell.cell_type == "code" and "keys" not in cell.metadata.get("tags", ())):
        source = without_the_page(cell.source)
        if source and "Movable(" not in source:
            outputs = [output for output in cell.outputs if "papermill.record" not in str(output.get("data", ""))[:60]]
            for output in outputs:
                # The PDF of a figure is for those who want the figure alone.
                output.get("data", {}).pop("application/pdf", None)
                if "execution_count" in output:
                    output["execution_count"] = None
            kept.append(new_code_cell(source, outputs=outputs))
    return kept


def without_the_page(source: str) -> str:
    """A cell's code without the lines that hand numbers to the text."""
    lines = source.splitlines()
    for statement in _handing(ast.parse(source).body):
        for number in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
            lines[number] = "\0"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line != "\0")).strip()


def _handing(body: list[ast.stmt]) -> list[ast.stmt]:
    """Of some statements and those within them, the ones that only hand numbers to the text."""
    found: list[ast.stmt] = []
    for statement in body:
        inner = getattr(statement, "body", None)
        if ast.unparse(statement).startswith(("glue(", "from myst_nb import")):
            found.append(statement)
        elif inner:
            within = _handing(inner)
            # A loop of which nothing would be left goes as a whole.
            found += [statement] if len(within) == len(inner) else within
    return found


def _markdown(body: str, home: str, solved: bool) -> tuple[str, set[int]]:
    """The page in Markdown, a mark in the place of each cell, its links led back to the site; the solutions' cells."""
    soup = BeautifulSoup(body, "html.parser")
    for unwanted in soup.select("a.headerlink, template, details.figure-menu, div.question > script"):
        unwanted.decompose()
    solutions = set()
    for number, cell in enumerate(soup.select("div.cell")):
        if cell.find_parent("details", class_="solution"):
            solutions.add(number)
        cell.replace_with(_PLACE.format(number), *cell.select("figcaption"))
    if not solved:
        for solution in soup.select("details.solution"):
            solution.replace_with("".join(re.findall(_PLACE.format(r"\d+"), solution.get_text())))
        for question in soup.select("div.question"):
            for answer in question.select("details.answer"):
                answer.replace_with(_PLACE.format(question["id"]))
    for formula in soup.select(".math"):
        formula.replace_with(_tex(soup, formula))
    for title in soup.select("summary, p.admonition-title, p.sidebar-title, p.question-title"):
        title.name = "h4"
    for link in soup.select("a[href]"):
        target = str(link["href"])
        if not re.match(r"[a-z]+:", target):
            link["href"] = home + target if target.startswith("#") else f"{home.rpartition('/')[0]}/{target}"
    plain: dict[str, Any] = {"escape_misc": False, "escape_underscores": False, "escape_asterisks": False}
    text = re.sub(r"\n{3,}", "\n\n", MarkdownConverter(heading_style="ATX", **plain).convert_soup(soup))
    return text, (set() if solved else solutions)


def _tex(soup: BeautifulSoup, formula: Any) -> str | Tag:
    """A formula as Jupyter takes it."""
    source = formula.select_one("annotation").get_text().strip()
    if formula.name != "div":
        return f"${source}$"
    number = formula.select_one(".eqno")
    tag = rf" \tag{{{re.sub('[^0-9.]', '', number.get_text())}}}" if number else ""
    place = soup.new_tag("p")
    place.string = f"$$\n{source}{tag}\n$$"
    return place


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _write)
