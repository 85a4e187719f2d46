"""A Sphinx extension: the search index is the same after a build of everything and after one of some pages.

Sphinx forgets the index entries of pages that are not written anew (the names of functions and classes).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def _with_entries(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The pages that are written in every build."""
    return [page for page, entries in env.domains.index_domain.entries.items() if entries]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("env-updated", _with_entries)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
