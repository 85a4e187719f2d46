"""Settings of the book. How it is built, and what is checked: bookbuild/ and tests/test_book.py."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT))

from bookbuild.facts import address  # noqa: E402
from bookbuild.state import cache_folder  # noqa: E402
from bookbuild.wheel import version as package_version  # noqa: E402

project = "Why does a ReLU network work at all?"
version = release = package_version()
author = "The reluapprox authors"
copyright = "The reluapprox authors. Text CC BY 4.0, code MIT"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_exercise",
    "sphinx_proof",
    "sphinxcontrib.bibtex",
    "sphinxcontrib.katex",
    "bookbuild.pages.facts",
    "bookbuild.pages.formulas",
    "bookbuild.pages.head",
    "bookbuild.pages.markup",
    "bookbuild.pages.movable",
    "bookbuild.pages.notebooks",
    "bookbuild.pages.outputs",
    "bookbuild.pages.search",
    "bookbuild.pages.sizes",
    "bookbuild.pages.take",
    "bookbuild.pages.teaching",
]
if address().site:
    # Where the book is published; what needs an absolute address is left out where there is none.
    extensions.append("sphinx_sitemap")
    html_baseurl = address().site
    sitemap_url_scheme = "{link}"
    sitemap_excludes = ["404.html", "search.html", "genindex.html", "_modules/*"]
templates_path = ["book/_templates"]
nitpick_ignore_regex = [
    (r"py:.*", r"(np|numpy|torch|nn|matplotlib|mpl|collections|typing|Axes|Figure|ArrayLike|NDArray).*")
]
numfig = True
numfig_secnum_depth = 1
math_numfig = True
math_eqref_format = "({number})"

myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath", "smartquotes"]
myst_heading_anchors = 0
nb_execution_mode = "cache"
nb_execution_cache_path = str(cache_folder(ROOT))
# Seconds; a cell that hangs is a fault of the page, and is reported as one.
nb_execution_timeout = int(os.environ.get("CELL_TIMEOUT", "120"))
nb_execution_raise_on_error = False
nb_output_stderr = "error"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

exercise_style = "solution_follow_exercise"
bibtex_bibfiles = ["book/references.bib"]
bibtex_cite_id = "source-{key}"
bibtex_default_style = "alpha"
bibtex_reference_style = "author_year"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_use_rtype = False
napoleon_attr_annotations = False

html_math_renderer = "katex"
katex_prerender = True
katex_css_path = "katex/katex.min.css"
html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "book/_static/favicon.svg"
html_static_path = ["book/_static"]
html_css_files = ["book.css"]
html_js_files = ["links.js"]
html_context = {"default_mode": "auto"}
html_show_sphinx = False
html_domain_indices = False
html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "logo": {"text": project},
    "use_sidenotes": True,
    "use_download_button": False,
    "article_footer_items": ["cite.html"],
    "use_fullscreen_button": False,
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "toc_title": "On this page",
    "navbar_persistent": [],
}
