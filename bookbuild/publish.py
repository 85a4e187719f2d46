"""From Sphinx's output to the site: a copy whose bytes depend on its content alone, put in place in one rename."""

from __future__ import annotations

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path

#: A script or a style sheet in a page, with whatever query Sphinx or the theme gave it.
_ASSET = re.compile(r'(?P<before> (?:href|src)=")(?P<path>[^":?#]+\.(?:css|js))(?:\?[^"]*)?"')


def publish(new: Path, site: Path) -> None:
    """Puts a copy of `new` in the place of `site`; at every moment a whole site is there."""
    coming, going = site.with_name("html.coming"), site.with_name("html.going")
    for leftover in (coming, going):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(new, coming, ignore=shutil.ignore_patterns("reports", ".buildinfo*", "*webpack-macros.html"))
    _stamp(coming)
    if site.is_dir():
        site.rename(going)
    coming.rename(site)
    shutil.rmtree(going, ignore_errors=True)


def _stamp(site: Path) -> None:
    """Gives each script and style sheet in a page the hash of its content, so that no reader's cache holds an old one.

    Sphinx does the same, but only for files that were there when the page was written: the first build of a
    page and the second would differ.
    """

    @cache
    def version(asset: Path) -> str:
        return hashlib.sha256(asset.read_bytes()).hexdigest()[:8]

    for page in site.rglob("*.html"):
        folder = page.parent

        def stamped(match: re.Match[str], folder: Path = folder) -> str:
            asset = (folder / match["path"]).resolve()
            query = f"?v={version(asset)}" if asset.is_file() else ""
            return f'{match["before"]}{match["path"]}{query}"'

        page.write_text(_ASSET.sub(stamped, page.read_text(encoding="utf-8")), encoding="utf-8")
