"""What a reader of the log needs of a failed cell: page, line, cell and error."""

from __future__ import annotations

import re
from pathlib import Path

_CELL = re.compile(r"^(`{3,}|~{3,})\{code-cell\}.*?$\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def faults(root: Path, reports: Path, warnings: str, log: list[str]) -> list[str]:
    """Everything that a person must mend, a failed cell first, each with its page.

    Parameters
    ----------
    root
        The project's folder, with the pages in book/.
    reports
        The folder of the tracebacks that myst-nb wrote.
    warnings
        What Sphinx warned of.
    log
        All lines that Sphinx printed.
    """
    if "No space left on device" in "".join(log):
        return ["The disk is full: make room, then run make again."]
    # When Sphinx itself breaks off, it adds a report to its own developers, which is not for the reader.
    warnings, broke_off, _ = warnings.partition("Versions\n========")
    found = failed_cells(root / "book", reports)
    for line in warnings.replace(f"{root}/", "").splitlines():
        if line.strip() and "mystnb.exec" not in line:
            found.append(line)
    return found if found and not broke_off else [*found, crash(root / "book", log)]


def failed_cells(book: Path, reports: Path) -> list[str]:
    """One entry for each page that stopped: "book/page.md:42: cell 3: NameError: …" and the cell's lines.

    Parameters
    ----------
    book
        The folder of the pages.
    reports
        The folder of the tracebacks that myst-nb wrote, one a page.
    """
    return [_described(book, report, reports) for report in sorted(reports.rglob("*.err.log"))]


def crash(book: Path, log: list[str]) -> str:
    """What can be said of a build that broke off, from Sphinx's own log: the page it was at, and the error.

    Parameters
    ----------
    book
        The folder of the pages.
    log
        All lines that Sphinx printed.
    """
    names = {page.relative_to(book).with_suffix("").as_posix() for page in book.rglob("*.md")}
    trace = next((i for i, line in enumerate(log) if line.startswith("Traceback")), len(log))
    pages = [line.split()[-1] for line in log[:trace] if line.split() and line.split()[-1] in names]
    errors = [
        line.strip() for line in log[trace:] if re.match(r"\s+[A-Za-z_][\w.]*(Error|Exception|Interrupt)\b", line)
    ]
    where = f"{book.name}/{pages[-1]}.md: " if pages else ""
    return where + (errors[-1] if errors else "".join(log[-30:]))


def _described(book: Path, report: Path, reports: Path) -> str:
    page = book / report.relative_to(reports).with_name(report.name.removesuffix(".err.log") + ".md")
    text = _ANSI.sub("", report.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if not line.startswith(("The message was", "Here is a preview"))]
    error = next((line for line in reversed(lines) if re.match(r"\w[\w.]*(:|$)", line)), "unknown error")
    where = f"{book.name}/{page.relative_to(book).as_posix()}"
    parts = re.split(r"^-{18,}\n", text, flags=re.MULTILINE)
    source = parts[1].strip() if len(parts) > 1 else ""
    if page.is_file() and source:
        content = page.read_text(encoding="utf-8")
        for number, cell in enumerate(_CELL.finditer(content), start=1):
            # The fence's body may open with options, which the kernel never sees; of a long cell that ran out
            # of time, only the ends are told.
            if cell[2].strip().endswith(source) or source.partition("\n...\n")[0] in cell[2]:
                where += f":{content.count(chr(10), 0, cell.start()) + 1}: cell {number}"
                break
    shown = "\n".join(f"    {line}" for line in source.splitlines())
    return f"{where}: {error}\n{shown}".rstrip()
