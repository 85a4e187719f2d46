"""Each chapter as a notebook with its outputs, to be run without the book: the page's text, and the cells that ran."""

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

_PLACE = "reluapproxcell{}place"
_UNPACK = """# {name}, which this chapter shows, packed.
import base64
import gzip
from pathlib import Path

if not Path("{name}").exists():
    Path("{name}").write_bytes(gzip.decompress(base64.b64decode("{data}")))
"""
_KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def _write(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Writes the notebook of a chapter beside the page that is about to be written."""
    if doctree is None or page not in contents(app.env).chapters:
        return
    run = NbMetadataCollector.get_exec_data(app.env, page)
    if run is None or not run["succeeded"]:
        return
    shown = [part["cell_index"] for part in doctree.findall(nodes.container) if part.get("nb_element") == "cell_code"]
    site = app.config.html_baseurl
    text = _markdown(str(context["body"]), f"{site}{page}.html" if site else f"../{page}.html")
    parts, cells = re.split(_PLACE.format(r"\d+"), text), _executed(app, page)
    book = new_notebook(metadata=_KERNEL)
    book.cells = [*_opening(app, page, parts[0]), *_data_cells(cells, Path(app.srcdir))]
    done = 0
    # After each stretch of text, the cells up to the next that the page shows; those between are hidden there.
    for part, last in zip(parts[1:], shown, strict=True):
        book.cells += _plain(cells[done : last + 1])
        done = last + 1
        if part.strip():
            book.cells.append(new_markdown_cell(part.strip()))
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
    nbformat.validate(book)
    into = Path(app.outdir) / "notebooks" / f"{page}.ipynb"
    into.parent.mkdir(exist_ok=True)
    into.write_text(nbformat.writes(book) + "\n", encoding="utf-8")


def _executed(app: Sphinx, page: str) -> list[nbformat.NotebookNode]:
    """The cells of a page as they ran, outputs and all."""
    env: Any = app.env
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
    for cell in (cell for cell in cells if cell.cell_type == "code"):
        source = without_the_page(cell.source)
        if source and "Movable(" not in source:
            outputs = [output for output in cell.outputs if "papermill.record" not in str(output.get("data", ""))[:60]]
            for output in (output for output in outputs if "execution_count" in output):
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


def _markdown(body: str, home: str) -> str:
    """The page in Markdown, with a mark in the place of each cell, and its links led back to the site."""
    soup = BeautifulSoup(body, "html.parser")
    for link in soup.select("a.headerlink"):
        link.decompose()
    for number, cell in enumerate(soup.select("div.cell")):
        cell.replace_with(_PLACE.format(number), *cell.select("figcaption"))
    for formula in soup.select(".math"):
        formula.replace_with(_tex(soup, formula))
    for title in soup.select("summary, p.admonition-title, p.sidebar-title"):
        title.name = "h4"
    for link in soup.select("a[href]"):
        target = str(link["href"])
        if not re.match(r"[a-z]+:", target):
            link["href"] = home + target if target.startswith("#") else f"{home.rpartition('/')[0]}/{target}"
    plain: dict[str, Any] = {"escape_misc": False, "escape_underscores": False, "escape_asterisks": False}
    return re.sub(r"\n{3,}", "\n\n", MarkdownConverter(heading_style="ATX", **plain).convert_soup(soup))


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
