"""The foot of a page: its version, when its text last changed, and where to report an error in it."""

import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def _tell(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    context["living"] = {}
    if doctree is not None and page not in ("404", "changes"):
        address = f"https://github.com/{app.config.repository}" if app.config.repository else ""
        path = app.env.doc2path(page, base=False)
        history = f"{address}/commits/main/book/{path}" if address else ""
        context["living"] = {"changed": _last_change(Path(app.srcdir) / path), "history": history, "report": address}


def _last_change(path: Path) -> str:
    """The day of the last commit that touched a page; empty where that is not known, as in a shallow clone."""
    shallow = _git(path.parent, "rev-parse", "--is-shallow-repository")
    return _git(path.parent, "log", "-1", "--format=%cs", "--", path.name) if shallow == "false" else ""


def _git(folder: Path, *command: str) -> str:
    try:
        return subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", _tell)
