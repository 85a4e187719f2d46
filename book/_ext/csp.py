"""A content security policy in each page: only what the page itself brings may run or be loaded."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def policy(script: str) -> str:
    """The policy of a page whose one inline script is `script`; data in script elements never run."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Rendered formulas are made of inline styles; the search page reads the pages that it has found.
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src data:; connect-src 'self'; form-action 'self'; base-uri 'self'"
    )


def _add(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    script = (Path(app.srcdir) / "_templates" / "early.js").read_text(encoding="utf-8")
    context["early_script"] = script
    context["policy"] = policy(script) if app.config.content_security_policy else ""


def setup(app: Sphinx) -> None:
    app.add_config_value("content_security_policy", True, "html", bool, "off for the script that reloads a page")
    app.connect("html-page-context", _add)
