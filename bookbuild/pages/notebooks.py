"""A Sphinx extension: each chapter as a notebook with its outputs, to be run by who has the package and no book.

The text is the page's, with its numbers and links as they stand there; the cells are those that ran. What only a
page needs is left out: the numbers given to the text, and the data of the movable figures.
"""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from jupyter_cache import get_cache
from markdownify import MarkdownConverter
from myst_nb.core.read import create_nb_reader
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx

from ..facts import address
from ..outside import absolute, tex
from ..wheel import wheel_name

_PLACE = "reluapproxcell{}place"


def _write(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Writes the notebook of a chapter beside the pages that are about to be written."""
    env: Any = app.env
    if document is None or page not in env.book_facts.chapters:
        return
    cells = _executed(app, page)
    shown = [container["cell_index"] for container in document.findall(nodes.container) if _is_cell(container)]
    site = address().site
    text = _text(str(context["body"]), len(shown), site + page + ".html" if site else f"../{page}.html")
    parts = re.split(_PLACE.format(r"\d+"), text)
    book = new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    book.cells = _opening(str(app.config.project), page, parts[0], site)
    book.cells += _read_by(cells, Path(app.srcdir), Path(app.outdir) / "notebooks", site)
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
    (Path(app.outdir) / "notebooks" / f"{page}.ipynb").write_text(nbformat.writes(book) + "\n", encoding="utf-8")


def _is_cell(container: nodes.container) -> bool:
    return container.get("nb_element") == "cell_code"


def _executed(app: Sphinx, page: str) -> list[nbformat.NotebookNode]:
    """The cells of a page as they ran, outputs and all."""
    env: Any = app.env
    path = env.doc2path(page)
    source = Path(path).read_text(encoding="utf-8")
    reader = create_nb_reader(path, env.myst_config, env.mystnb_config, source)
    _, notebook = get_cache(env.mystnb_config.execution_cache_path).merge_match_into_notebook(reader.read(source))
    cells: list[nbformat.NotebookNode] = notebook.cells
    return cells


def _opening(project: str, page: str, text: str, site: str) -> list[nbformat.NotebookNode]:
    """What a reader who has only this file must know, the title, and the package where it is missing."""
    extras = "reluapprox[train,figures]"
    home = f"[{project}]({site}{page}.html)" if site else f"*{project}*"
    said = f"A chapter of {home}, as it ran when the book was built. Text CC BY 4.0, code MIT."
    said += " Figures that can be moved are so on the page, and not here."
    if not site:
        install = f'pip install "./{wheel_name()}[train,figures]"'
        said += f" To run it, install the package, which lies beside this file on the site: `{install}`."
        return [new_markdown_cell(f"{text.strip()}\n\n---\n{said}")]
    install = f"%pip install -q '{extras} @ {site}notebooks/{wheel_name()}'"
    cell = f"try:\n    import reluapprox\nexcept ModuleNotFoundError:\n    {install}"
    return [new_markdown_cell(f"{text.strip()}\n\n---\n{said}"), new_code_cell(cell)]


def _read_by(cells: list[nbformat.NotebookNode], book: Path, into: Path, site: str) -> list[nbformat.NotebookNode]:
    """Puts the files that cells read beside the notebooks; a cell that fetches those that are not there."""
    into.mkdir(exist_ok=True)
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    names = [name for name in re.findall(r'Path\("([\w.-]+)"\)', code) if (book / name).is_file()]
    for name in names:
        shutil.copyfile(book / name, into / name)
    if not names or not site:
        return []
    lines = ["from pathlib import Path", "from urllib.request import urlretrieve", ""]
    for name in names:
        lines += [f'if not Path("{name}").exists():', f'    urlretrieve("{site}notebooks/{name}", "{name}")']
    return [new_code_cell("\n".join(lines))]


def _plain(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """The cells that run without the book, less what only a page needs."""
    kept: list[nbformat.NotebookNode] = []
    for cell in cells:
        if cell.cell_type != "code":
            continue
        source = without_the_page(cell.source)
        if source and "Movable(" not in source:
            outputs = [output for output in cell.outputs if not _is_for_the_text(output)]
            for output in outputs:
                if "execution_count" in output:
                    output["execution_count"] = None
            kept.append(new_code_cell(source, outputs=outputs))
    return kept


def _is_for_the_text(output: nbformat.NotebookNode) -> bool:
    return any(kind.startswith("application/papermill.record") for kind in output.get("data", {}))


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
        call = (
            statement.value.func if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) else None
        )
        if (isinstance(call, ast.Name) and call.id == "glue") or (
            isinstance(statement, ast.ImportFrom) and statement.module == "myst_nb"
        ):
            found.append(statement)
        elif inner := getattr(statement, "body", None):
            within = _handing(inner)
            # A loop of which nothing would be left goes as a whole.
            found += [statement] if len(within) == len(inner) else within
    return found


def _text(body: str, cells: int, home: str) -> str:
    """The page in Markdown, with a mark in the place of each cell."""
    soup = BeautifulSoup(body, "html.parser")
    for link in soup.select("a.headerlink"):
        link.decompose()
    found = soup.select("div.cell")
    if len(found) != cells:
        raise ValueError(f"{home}: {cells} cells in the text, {len(found)} on the page")
    for number, cell in enumerate(found):
        captions = cell.select("figcaption")
        cell.replace_with(_PLACE.format(number), *captions)
    for formula in soup.select(".math"):
        _as_tex(soup, formula)
    for summary in soup.select("summary"):
        summary.name = "h4"
    for title in soup.select("p.admonition-title, p.sidebar-title"):
        if title.get_text(strip=True):
            title.name = "h4"
        else:
            title.decompose()
    for link in soup.select("a[href]"):
        link["href"] = absolute(str(link["href"]), home)
    converter = MarkdownConverter(
        heading_style="ATX", escape_misc=False, escape_underscores=False, escape_asterisks=False
    )
    return re.sub(r"\n{3,}", "\n\n", converter.convert_soup(soup))


def _as_tex(soup: BeautifulSoup, formula: Tag) -> None:
    number = formula.select_one(".eqno")
    if formula.name != "div":
        formula.replace_with(f"${tex(formula)}$")
        return
    place = soup.new_tag("p")
    tag = rf" \tag{{{re.sub('[^0-9.]', '', number.get_text())}}}" if number else ""
    place.string = f"$$\n{tex(formula)}{tag}\n$$"
    formula.replace_with(place)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("html-page-context", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
