"""A part of a page outside of the site, in a notebook or a question bank: formulas as TeX, links that lead back."""

from __future__ import annotations

import re

from bs4 import Tag


def tex(formula: Tag) -> str:
    """The TeX of a formula that the page shows rendered."""
    source = formula.select_one("annotation")
    return source.get_text().strip() if source else ""


def absolute(target: str, home: str) -> str:
    """Where a link of a page leads, seen from elsewhere.

    Parameters
    ----------
    target
        What the link says.
    home
        The address of its page.
    """
    if re.match(r"[a-z]+:", target):
        return target
    return home + target if target.startswith("#") else f"{home.rsplit('/', 1)[0]}/{target}"
