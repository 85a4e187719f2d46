"""A Sphinx extension: bundles the scripts of the movable figures; each is loaded only where its figure is."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from reluapprox.figures import PALETTE

from ..node import command

_NAMED = re.compile(r'<script type="application/json" data-movable="([\w-]+)">')


def bundle(sources: Path, into: Path) -> None:
    """One classic script for each file of `sources`/figures, and the style sheet, with the book's colours.

    Modules would not load from file://; so esbuild makes scripts of them.

    Raises
    ------
    ExtensionError
        A source is wrong: what esbuild says of it.
    """
    figures = sorted(str(path) for path in (sources / "figures").glob("*.ts"))
    options = ["--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8", "--legal-comments=none"]
    esbuild = str(sources / "node_modules" / "esbuild" / "bin" / "esbuild")
    made = subprocess.run(
        command(esbuild, *figures, *options, f"--outdir={into}", "--log-level=warning"),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        # On one line, since that is what is shown of an error.
        raise ExtensionError(f"a movable figure could not be bundled: {' '.join(made.stderr.split())}")
    colours = "".join(
        f'html[data-theme="{theme}"]{{'
        + "".join(f"--role-{role}:{values[i]};" for role, values in PALETTE.items())
        + "}\n"
        for i, theme in enumerate(("light", "dark"))
    )
    style = (sources / "style.css").read_text(encoding="utf-8")
    (into / "movable.css").write_text(colours + style, encoding="utf-8")


def _bundle(app: Sphinx) -> None:
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static" / "movable"
        folder.mkdir(parents=True, exist_ok=True)
        bundle(Path(app.confdir) / "movable", folder)


def _load(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Adds what a page needs to the page."""
    found = {name for raw in (document.findall(nodes.raw) if document else ()) for name in _NAMED.findall(raw.astext())}
    for name in sorted(found):
        if not (Path(app.confdir) / "movable" / "figures" / f"{name}.ts").is_file():
            raise ExtensionError(f"{page}: no movable figure is called {name!r}")
        app.add_js_file(f"movable/{name}.js", loading_method="defer")
    if found:
        app.add_css_file("movable/movable.css")


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("builder-inited", _bundle)
    app.connect("html-page-context", _load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
