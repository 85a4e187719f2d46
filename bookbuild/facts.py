"""What `book/chapters.yml` says of the pages, checked; and where and as what the book is published."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

#: Of the text.
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
#: What the grades of the exercises mean.
DIFFICULTY = {
    1: "a few minutes, by hand or one line of code",
    2: "needs an idea, or a short program",
    3: "a longer argument, or a proof of several steps",
}


@dataclass(frozen=True)
class Chapter:
    """What a chapter teaches, for whom, and how long it takes."""

    page: str
    summary: str
    #: The label of the figure on the picture that stands for the chapter where its link is shared.
    card: str
    outcomes: tuple[str, ...]
    prerequisites: tuple[str, ...]
    read: int
    do: int
    #: label → difficulty, in the order of the page.
    exercises: dict[str, int]


@dataclass(frozen=True)
class Step:
    """A label of the book, and the minutes that a path gives it."""

    link: str
    minutes: int


@dataclass(frozen=True)
class Route:
    """A way through the book, for a given time."""

    name: str
    length: str
    about: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Facts:
    """All of the file."""

    summaries: dict[str, str]
    chapters: dict[str, Chapter]
    #: Ready ways through the book; `paths` in the file.
    routes: tuple[Route, ...]

    def summary(self, page: str) -> str:
        """What a search engine, or who got a link, reads of the page."""
        return (
            self.chapters[page].summary if page in self.chapters else self.summaries.get(page, self.summaries["index"])
        )


def facts(path: Path) -> Facts:
    """Reads and checks the file.

    Raises
    ------
    ValueError
        Something is missing, of another kind, or not known: names the entry, what came, and what was expected.
    """
    whole = _entries(yaml.safe_load(path.read_text(encoding="utf-8")), path.name, "pages", "chapters", "paths")
    chapters = {}
    for page, entry in _kind(whole["chapters"], dict, "chapters", empty=True).items():
        keys = ("summary", "card", "outcomes", "prerequisites", "minutes", "exercises")
        given, where = _entries(entry, page, *keys), f"chapters: {page}"
        minutes = _entries(given["minutes"], f"{where}: minutes", "read", "do")
        grades = _kind(given["exercises"], dict, f"{where}: exercises")
        for label, grade in grades.items():
            if grade not in DIFFICULTY:
                raise ValueError(f"{where}: exercises: {label} is {grade!r}; expected one of {list(DIFFICULTY)}")
        chapters[page] = Chapter(
            page,
            _kind(given["summary"], str, f"{where}: summary"),
            _kind(given["card"], str, f"{where}: card"),
            _texts(given["outcomes"], f"{where}: outcomes"),
            _texts(given["prerequisites"], f"{where}: prerequisites"),
            _minutes(minutes["read"], f"{where}: minutes: read"),
            _minutes(minutes["do"], f"{where}: minutes: do"),
            grades,
        )
    pages = _kind(whole["pages"], dict, "pages")
    summaries = {page: _entries(entry, f"pages: {page}", "summary")["summary"] for page, entry in pages.items()}
    return Facts(
        summaries, chapters, tuple(_route(entry) for entry in _kind(whole["paths"], list, "paths", empty=True))
    )


def _route(entry: object) -> Route:
    given = _entries(entry, "paths", "name", "length", "about", "steps")
    where = f"paths: {given['name']}"
    steps = []
    for step in _kind(given["steps"], list, f"{where}: steps"):
        one = _entries(step, f"{where}: steps", "link", "minutes")
        steps.append(
            Step(_kind(one["link"], str, f"{where}: link"), _minutes(one["minutes"], f"{where}: {one['link']}"))
        )
    return Route(given["name"], given["length"], given["about"], tuple(steps))


def _kind(value: object, kind: type, where: str, empty: bool = False) -> Any:
    if not isinstance(value, kind) or not (value or empty):
        raise ValueError(f"{where}: {value!r}; expected a {kind.__name__}{'' if empty else ' that is not empty'}")
    return value


def _entries(value: object, where: str, *keys: str) -> dict[str, Any]:
    given = _kind(value, dict, where)
    if set(given) != set(keys):
        raise ValueError(f"{where}: has the entries {sorted(given)}; expected {sorted(keys)}")
    return dict(given)


def _texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(_kind(text, str, where) for text in _kind(value, list, where))


def _minutes(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 600:
        raise ValueError(f"{where}: {value!r}; expected whole minutes, 1 to 600")
    return value


@dataclass(frozen=True)
class Address:
    """Where the book is published, as far as the build was told: SITE_URL, and REPOSITORY as owner/name.

    Raises
    ------
    ValueError
        Either is not what it should be.
    """

    #: With a slash at its end; empty where it is not known.
    site: str
    repository: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.site)
        if self.site and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
            raise ValueError(f"SITE_URL is {self.site!r}; expected an address such as https://example.org/relu/")
        if self.repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", self.repository):
            raise ValueError(f"REPOSITORY is {self.repository!r}; expected owner/name")

    @cached_property
    def path(self) -> str:
        """The site's folder on its host."""
        return urlsplit(self.site).path or "/"


def address() -> Address:
    """What the environment says."""
    site = os.environ.get("SITE_URL", "").strip()
    return Address(site if not site or site.endswith("/") else site + "/", os.environ.get("REPOSITORY", "").strip())
