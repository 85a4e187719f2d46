"""What is wrong with a page in one line: its file, the line, the cell, the error; and on the page, as a banner."""

import ast
import copy
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging as sphinx_logging
from sphinx.util.logging import WarningLogRecordTranslator, WarningStreamHandler

logger = sphinx_logging.getLogger(__name__)

_CELL = re.compile(r"^(`{3,}|~{3,})\{code-cell\}.*?$\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Faults(logging.Handler):
    """All warnings of this build, at once: Sphinx prints them only after each of its stages."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.app, self.cells_failed = app, False
        self.records: list[logging.LogRecord] = []
        self.lines: list[str] = []
        self.translate = WarningLogRecordTranslator(app)

    def emit(self, record: logging.LogRecord) -> None:
        """Takes each record, those of a stage only once of two times."""
        if any(record is seen for seen in self.records):
            return
        self.records.append(record)
        if record.name == logger.logger.name and not self.cells_failed:
            self.cells_failed = True
            self.lines.clear()
        if self.is_cause(record):
            shown: Any = copy.copy(record)
            self.translate.filter(shown)
            self.relative(shown)
            where = f"{shown.location}: " if getattr(shown, "location", None) else ""
            self.lines.append(f"{where}{logging.LogRecord.getMessage(shown)}")

    def is_cause(self, record: logging.LogRecord) -> bool:
        """False for what may follow from a failed cell, such as a missing figure, until the cells run."""
        if (getattr(record, "type", ""), getattr(record, "subtype", "")) == ("mystnb", "exec"):
            return False
        return record.name == logger.logger.name or not self.cells_failed

    def relative(self, record: Any) -> bool:
        """Names the file from the project's folder on."""
        if isinstance(getattr(record, "location", None), str):
            record.location = record.location.replace(f"{self.app.confdir}/", "", 1)
        return True


def _report(app: Sphinx, doctree: object) -> None:
    """Warns of the page's cell that failed."""
    page = app.env.docname
    run = NbMetadataCollector.get_exec_data(app.env, page)
    if run is None or run["succeeded"]:
        return
    content = Path(app.env.doc2path(page)).read_text(encoding="utf-8")
    line, number, error = located(content, run["traceback"] or "")
    logger.warning("%s%s", f"cell {number}: " if number else "", error, location=(page, line))


def located(content: str, traceback: str) -> tuple[int | None, int | None, str]:
    """The line of the failed cell, its number on the page, and the error; None where they cannot be told."""
    text = _ANSI.sub("", traceback)
    lines = [line for line in text.splitlines() if not line.startswith(("The message was", "Here is a preview"))]
    error = next((line for line in reversed(lines) if re.match(r"\w[\w.]*(:|$)", line)), "unknown error")
    parts = re.split(r"^-{18,}\n", text, flags=re.MULTILINE)
    source = parts[1].strip() if len(parts) > 1 else ""
    # Of a long cell that ran out of time, nbclient tells the ends, each as a list of lines.
    head, cut, _ = source.partition("\n...\n")
    head = "\n".join(ast.literal_eval(head)) if cut and head.startswith("[") else head
    for number, cell in enumerate(_CELL.finditer(content), start=1):
        # The fence's body may open with options, which the kernel never sees.
        if source and (cell[2].strip().endswith(source) or head in cell[2]):
            return content.count("\n", 0, cell.start()) + 1, number, error
    return None, None, error


def _show(app: Any, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    context["faults"] = app.book_faults.lines


def _again(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> Iterable[str]:
    """After a build with faults all pages are read anew: what is still wrong is said again, and banners go."""
    return env.found_docs if (Path(app.doctreedir) / "faulty").is_file() else ()


def _remember(app: Any, error: Exception | None) -> None:
    faulty = Path(app.doctreedir) / "faulty"
    faulty.touch() if error or app.book_faults.lines else faulty.unlink(missing_ok=True)
    logging.getLogger(sphinx_logging.NAMESPACE).removeHandler(app.book_faults)


def setup(app: Any) -> None:
    app.book_faults = Faults(app)
    root = logging.getLogger(sphinx_logging.NAMESPACE)
    for printer in root.handlers:
        if isinstance(printer, WarningStreamHandler):
            printer.filters.insert(0, app.book_faults.is_cause)
            printer.addFilter(app.book_faults.relative)
    root.addHandler(app.book_faults)
    app.connect("doctree-read", _report)
    app.connect("env-get-outdated", _again)
    app.connect("html-page-context", _show)
    # After all who may find a fault at the end.
    app.connect("build-finished", _remember, priority=900)
