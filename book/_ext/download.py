"""The download menu of a chapter: its notebook, the package as a wheel, its source; and links to run it elsewhere."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from .chapters import contents

#: The branch on which the publishing workflow puts the executed notebooks and what they need.
BRANCH = "notebooks"


def wheel_name(version: str) -> str:
    """The file's name."""
    return f"reluapprox-{version}-py3-none-any.whl"


def write_wheel(root: Path, into: Path, version: str) -> None:
    """Writes the wheel of the package in `root` into a folder; the same bytes whenever and wherever."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        shutil.copytree(root / "reluapprox", copy / "reluapprox", ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copyfile(root / part, copy / part)
        for path in copy.rglob("*"):
            # A file's rights go into the wheel, and differ from one checkout to the next.
            path.chmod(0o755 if path.is_dir() else 0o644)
        run = [sys.executable, "-c", "from setuptools.build_meta import build_wheel; build_wheel('.')"]
        made = subprocess.run(run, cwd=copy, capture_output=True, text=True, check=False)
        if made.returncode:
            raise ExtensionError(f"the package's wheel could not be built: {made.stderr.strip()[-600:]}")
        into.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy / wheel_name(version), into / wheel_name(version))


def _offer(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    up = str(context.get("content_root", ""))
    # The workflow that publishes the site puts the PDF beside it.
    whole = [("The whole book, PDF", f"{up}book.pdf")] if app.config.html_baseurl else []
    context["downloads"], context["runs"] = whole if page == "index" else [], []
    if doctree is None or page not in contents(app.env).chapters:
        return
    context["downloads"] = [
        ("Notebook to work in", f"{up}notebooks/{page}-to-work-in.ipynb"),
        ("Notebook, solved", f"{up}notebooks/{page}.ipynb"),
        ("The package, to run it", f"{up}notebooks/{wheel_name(app.config.version)}"),
        ("Source text", f"{up}_sources/{page}.md"),
        *whole,
    ]
    if repository := quote(app.config.repository):
        colab = f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/{page}.ipynb"
        binder = f"https://mybinder.org/v2/gh/{repository}/{BRANCH}?labpath={page}.ipynb"
        context["runs"] = [("Run in Colab", colab), ("Run in Binder", binder)]


def _write(app: Sphinx, error: Exception | None) -> None:
    if not error and app.builder.name == "html":
        write_wheel(Path(app.confdir), Path(app.outdir) / "notebooks", app.config.version)


def setup(app: Sphinx) -> None:
    app.add_config_value("repository", "", "html", str, "owner/name, where the notebooks can be run from")
    app.connect("html-page-context", _offer)
    app.connect("build-finished", _write)
