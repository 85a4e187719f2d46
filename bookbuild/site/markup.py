"""What Sphinx and the theme write that is not HTML, or that a screen reader stumbles over, mended in the page."""

from __future__ import annotations

import re


def mended(text: str) -> str:
    """The page, valid."""
    # No attribute of HTML.
    text = re.sub(r'\s+autocorrect="off"', "", text)
    # A role that is deprecated, and not one that a list may hold.
    text = text.replace('role="doc-biblioentry"', 'role="listitem"')
    # What is taken along is not to be opened in a page of its own.
    text = re.sub(r'(<a href="[^"]*notebooks/[^"]*") target="_blank"', r"\1 download", text)
    # Blocks inside preformatted text, on the pages of the package's source.
    return re.sub(r"<pre>.*?</pre>", _without_blocks, text, flags=re.DOTALL)


def reachable_from_anywhere(text: str, folder: str) -> str:
    """The page with its links made to lead from the host's root, since it is shown at addresses of any depth.

    Parameters
    ----------
    text
        A page in the site's own folder.
    folder
        The site's folder on its host, with a slash at both ends.
    """
    return re.sub(r' (href|src|action)="(?![#/]|[a-z]+:)(?:\./)?', lambda match: f' {match[1]}="{folder}', text)


def _without_blocks(match: re.Match[str]) -> str:
    return match[0].replace('<div class="viewcode-block"', '<span class="viewcode-block"').replace("</div>", "</span>")
