"""A number in prose is glued from a cell, or stands in the page's code: as a setting, or in an assertion."""

from __future__ import annotations

import re

import pytest
from builds import ROOT

PAGES = ["index", *re.findall(r"^  ([a-z-]+):\n    summary", (ROOT / "book/chapters.yml").read_text("utf-8"), re.M)]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
#: Up to twelve they count what is seen in the text; from there on they could be results.
WORDS = {"hundred": 100, "thousand": 1000, "sixteen": 16}
WORDS |= {word: 20 + 10 * i for i, word in enumerate(TENS)}
WORDS |= {f"{ten}-{unit}": WORDS[ten] + j for ten in TENS for j, unit in enumerate(UNITS, start=1)}
#: Definitions: the numbers of ReLU and of places, and what a percentage is one of.
PLAIN = {0, 1, 2, 100}


def split(text: str) -> tuple[str, str]:
    """A page's prose, with its descriptions of figures and without formulas; and its code."""
    cells = re.compile(r"^```(?:\{code-cell\}|python)[^\n]*\n(.*?)^```$", re.S | re.M)
    options = re.compile(r"^:(?!.*alt:|.*caption:|  *:? {2,}).*$", re.M)
    code = "\n".join(re.sub(r"^:.*$", "", cell, flags=re.M) for cell in cells.findall(text))
    told = "\n".join(re.sub(r"^(?!:).*$", "", cell, flags=re.M) for cell in cells.findall(text))
    prose = cells.sub("", re.sub(r"\A---\n.*?^---\n", "", text, flags=re.S | re.M)) + told
    for formula in (r"^`{3,}\{math\}.*?^`{3,}$", r"\$\$.*?\$\$", r"\$[^$]*\$", r"\{[a-z:]+\}`[^`]*`", r"`[^`]*`"):
        prose = re.sub(formula, " ", prose, flags=re.S | re.M)
    return re.sub(r"^\d+\. ", "", options.sub("", prose), flags=re.M), code


def numbers(text: str) -> set[float]:
    digits = {float(number.replace(" ", "").rstrip(".")) for number in re.findall(r"(?<![\w.])\d[\d ]*\.?\d*", text)}
    words = re.findall(r"[a-z]+(?:-[a-z]+)?", text.lower())
    return digits | {WORDS[word] for word in words if word in WORDS}


@pytest.mark.parametrize("page", PAGES)
def test_a_number_in_prose_is_glued_or_stands_in_the_pages_code(page: str):
    prose, code = split((ROOT / "book" / f"{page}.md").read_text("utf-8"))
    in_code = {float(number) for number in re.findall(r"(?<![\w.])\d[\d_]*\.?\d*(?:e-?\d+)?", code)}
    assert sorted(numbers(prose) - in_code - PLAIN) == []
