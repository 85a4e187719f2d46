"""Every figure as SVG, PDF and PNG: from a menu of its own, and all of them in one archive with captions and links."""

import base64
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import resvg_py
from docutils import nodes
from sphinx.application import Sphinx

from .chapters import contents
from .notebooks import executed
from .places import places

FOLDER, ARCHIVE = "figures", "figures.zip"
#: Any other way to start a process would start Sphinx in it once more.
_FORK = get_context("fork")


def _add_menu(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """A folded menu below the caption."""
    if app.builder.name != "html" or page not in _pages(app):
        return
    for figure in doctree.findall(nodes.figure):
        # The others are names that it once had.
        for label in [label for label in figure["ids"] if label.startswith("fig-")][:1]:
            files = "".join(
                f'<a href="{FOLDER}/{label}.{kind}" download>{kind.upper()}</a>' for kind in ("svg", "pdf", "png")
            )
            menu = f'<details class="figure-menu"><summary>Take this figure along</summary>{files}</details>'
            figure.append(nodes.raw("", menu, format="html"))


def _pages(app: Sphinx) -> list[str]:
    return [page for page in ("index", *contents(app.env).chapters) if page in app.env.found_docs]


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    into, known = Path(app.outdir) / FOLDER, places(app.env)
    into.mkdir(exist_ok=True)
    pages = {page: _drawn(app, page) for page in _pages(app)}
    with ProcessPoolExecutor(mp_context=_FORK) as pool:
        pictures = pool.map(_png, [drawn["svg"] for figures in pages.values() for drawn in figures.values()])
    with zipfile.ZipFile(into / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        told = [f"The figures of “{app.config.project}”. CC BY 4.0: say where they are from.\n"]
        for page, figures in pages.items():
            captions = {
                label: figure for figure in app.env.get_doctree(page).findall(nodes.figure) for label in figure["ids"]
            }
            for label, drawn in figures.items():
                for kind, content in {**drawn, "png": next(pictures)}.items():
                    (into / f"{label}.{kind}").write_bytes(content)
                    archive.writestr(zipfile.ZipInfo(f"{label}.{kind}"), content, zipfile.ZIP_DEFLATED)
                image = next(captions[label].findall(nodes.image))
                link = app.config.html_baseurl + known[label].address
                told.append(f"{label}\n  {known[label].title}.\n  {image.get('alt', '')}\n  {link}\n")
        archive.writestr(zipfile.ZipInfo("figures.txt"), "\n".join(told), zipfile.ZIP_DEFLATED)


def _drawn(app: Sphinx, page: str) -> dict[str, dict[str, bytes]]:
    """label → the figure as SVG and PDF, as the page's cells drew it."""
    found = {}
    for cell in executed(app, page):
        label = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", ()) if label else ():
            data: Any = output.get("data", {})
            if "application/pdf" in data:
                pdf = base64.b64decode(data["application/pdf"])
                found[label] = {"svg": data["image/svg+xml"].encode(), "pdf": pdf}
    return found


def _png(svg: bytes) -> bytes:
    shown = svg.decode()
    return bytes(resvg_py.svg_to_bytes(svg_string=shown, background="#fffffe", skip_system_fonts=True, dpi=96, zoom=3))


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", _add_menu)
    app.connect("build-finished", _write)
