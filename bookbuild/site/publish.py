"""From Sphinx's output to the site: a copy whose bytes depend on its content alone, put in place when it is whole."""

from __future__ import annotations

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path

from ..facts import address
from ..wheel import write_wheel
from .addresses import kept
from .assets import bundle
from .markup import mended, reachable_from_anywhere
from .policy import with_policy
from .store import Store

#: A script or a style sheet in a page.
_ASSET = re.compile(r'(?P<before> (?:href|src)=")(?P<path>[^":?#]+\.(?:css|js))"')


def recover(site: Path) -> None:
    """Puts the site back where it was, should a build have been stopped between the two renames that replace it."""
    going = site.with_name("html.going")
    if going.is_dir() and not site.is_dir():
        going.rename(site)


def publish(root: Path, new: Path, site: Path) -> None:
    """Puts the site made of `new` in the place of `site`, by two renames once it is whole.

    Parameters
    ----------
    root
        The project's folder.
    new
        What Sphinx has written.
    site
        The folder to be replaced.

    Raises
    ------
    ValueError
        The pages are not fit to be published, and why.
    OSError
        A program that packs fails, or a file cannot be written.
    """
    coming, going = site.with_name("html.coming"), site.with_name("html.going")
    for leftover in (coming, going):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(new, coming, ignore=shutil.ignore_patterns("reports", ".buildinfo*", "*webpack-macros.html"))
    where = address()
    store = Store(site.with_name("packed"))
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(coming.rglob("*.html"))}
    pages = bundle(coming, pages, root / "movable" / "node_modules", store)
    store.prune()
    named = {path.relative_to(coming).as_posix(): text for path, text in pages.items()}
    for name, text in kept(root / "book", named).items():
        path = coming / name
        text = _stamped(path, mended(text))
        if path == coming / "404.html" and where.site:
            text = reachable_from_anywhere(text, where.path)
        path.write_text(with_policy(text), encoding="utf-8")
    write_wheel(root, coming / "notebooks")
    if site.is_dir():
        site.rename(going)
    coming.rename(site)
    shutil.rmtree(going, ignore_errors=True)


def _stamped(page: Path, text: str) -> str:
    """The page with the hash of each script's and style sheet's content, so that no reader's cache holds an old one."""

    def stamp(match: re.Match[str]) -> str:
        asset = (page.parent / match["path"]).resolve()
        query = f"?v={_version(asset)}" if asset.is_file() else ""
        return f'{match["before"]}{match["path"]}{query}"'

    return _ASSET.sub(stamp, text)


@cache
def _version(asset: Path) -> str:
    return hashlib.sha256(asset.read_bytes()).hexdigest()[:8]
