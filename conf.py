"""Settings of the book. What Sphinx itself does not do is in book/_ext, one extension a file."""

import gc
import os
import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.errors import ConfigError
from sphinx.util.inspect import TypeAliasForwardRef

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "book"))

# From the environment: where the book is published, if anywhere, and the seconds that a cell may take.
html_baseurl = os.environ.get("SITE_URL", "").strip()
repository = os.environ.get("REPOSITORY", "").strip()
nb_execution_timeout = int(os.environ.get("CELL_TIMEOUT", "120"))

_site = urlsplit(html_baseurl)
_is_file = _site.query or _site.fragment or _site.path.endswith((".html", ".htm"))
if html_baseurl and (_site.scheme not in ("http", "https") or not _site.netloc or _is_file):
    raise ConfigError(f"SITE_URL is {html_baseurl!r}; expected the address of a folder: https://example.org/relu/")
if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
    raise ConfigError(f"REPOSITORY is {repository!r}; expected owner/name")

# Nearly all of the millions of objects of a build stay: to look for garbage as often as Python does costs a fifth.
gc.set_threshold(200_000, 50, 50)
# Byte for byte the same site each time, without progress bars. PyTorch's threads would only wait for each other.
os.environ |= {"SOURCE_DATE_EPOCH": "1767225600", "PYTHONHASHSEED": "0", "TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}

project = "Why does a ReLU network work at all?"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
author = "The reluapprox authors"
copyright = "The reluapprox authors. Text CC BY 4.0, code MIT"
_OWN = "failures cells addresses assets chapters csp description download figure_pack formulas handouts headerlinks"
_OWN += " instructors inventory living markup notebooks previews questions quiz"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
# The theme is here for builders that write no HTML: its directive for margin notes is in the pages.
extensions += ["sphinx_book_theme", "sphinx_copybutton", "sphinx_exercise", "sphinx_proof"]
# Nothing is copied from a page to print, and its many cells would take their time.
copybutton_selector = "div.highlight:not(.handout *) pre"
extensions += ["sphinx_multitoc_numbering"]
extensions += ["sphinxcontrib.bibtex", "sphinxcontrib.katex", *(f"_ext.{name}" for name in _OWN.split())]
if html_baseurl:
    html_baseurl = html_baseurl.rstrip("/") + "/"
    extensions += ["sphinx_sitemap", "notfound.extension"]
    sitemap_url_scheme = "{link}"
    sitemap_excludes = ["handout-*.html", "404.html", "search.html", "genindex.html", "_modules/*"]
    # The page for addresses that are none is shown at any depth.
    notfound_urls_prefix = (_site.path or "").rstrip("/") + "/"
exclude_patterns = ["_*"]
templates_path = ["book/_templates"]
suppress_warnings = ["mystnb.exec"]
# Signatures name these types, which the package's page explains, instead of spelling them out.
_TYPES = ("AnyTarget", "Approximation", "ArrayLike", "FloatArray", "Interval", "Number", "Points", "Role")
autodoc_type_aliases = {name: name for name in _TYPES}
# Within a union, Sphinx shows such a name by its repr.
TypeAliasForwardRef.__repr__ = lambda self: self.name
_THEIRS = r"(os|np|numpy|torch|nn|matplotlib|mpl|collections|typing|Axes|Figure|NDArray).*"
nitpick_ignore_regex = [(r"py:.*", _THEIRS), (r"py:.*", rf".*\b({'|'.join(_TYPES)}|Curve)")]
numfig = True
math_numfig = True
math_eqref_format = "({number})"

myst_enable_extensions = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_enable_extensions += ["smartquotes"]
nb_execution_mode = "cache"
nb_output_stderr = "error"
nb_merge_streams = True
nb_code_prompt_show, nb_code_prompt_hide = "Show the code", "Hide the code"

exercise_style = "solution_follow_exercise"
bibtex_bibfiles = ["book/references.bib"]
bibtex_cite_id = "source-{key}"
bibtex_default_style = "alpha"
bibtex_reference_style = "author_year"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_use_rtype = napoleon_attr_annotations = False

html_math_renderer = "katex"
katex_prerender = True
html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "book/_static/favicon.svg"
html_static_path = ["book/_static"]
html_css_files = ["book.css"]
html_js_files = ["book.js"]
html_context = {"default_mode": "auto"}
html_show_sphinx = html_domain_indices = False
html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "logo": {"text": project},
    "use_sidenotes": True,
    "article_footer_items": ["cite.html", "living.html"],
    "show_toc_level": 2,
    "toc_title": "On this page",
    "navbar_persistent": [],
    # It would lie over the controls of figures.
    "back_to_top_button": False,
}
