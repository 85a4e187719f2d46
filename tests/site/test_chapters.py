"""What is said of the chapters: what is wrong with it is named, with the file."""

from __future__ import annotations

import re

import pytest
from _ext.chapters import read
from builds import ROOT, build, edit, in_process
from sphinx.errors import ConfigError

GOOD = (ROOT / "book" / "chapters.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "{read: 15, do: 30}",
            "{read: 0, do: 30}",
            "chapters: why-nonlinearity: Expected `int` >= 1 - at `$.minutes.read`",
        ),
        ("{read: 15, do: 30}", "{read: 15}", "chapters: why-nonlinearity: Object missing required field `do`"),
        ("{ex-count: 1,", "{ex-count: 4,", "chapters: why-nonlinearity: Invalid enum value 4"),
        ("    card: fig-line-and-bend\n", "", "chapters: why-nonlinearity: Object missing required field `card`"),
        ("    outcomes:\n      - mul", "    outcomes: []\n    more:\n      - mul", "chapters: why-nonlinearity: "),
        ("pages:", "sites:", "expected the entries pages, chapters and paths"),
        ("{link: why-nonlinearity-five-layers,", "{link: [],", "paths: number 1: Expected `str`, got `array`"),
    ],
)
def test_a_fault_is_named(old, new, said):
    assert old in GOOD
    _, faults = read(GOOD.replace(old, new, 1))
    assert len(faults) == 1
    assert faults[0].startswith(said)


def test_the_books_own_are_read():
    known, faults = read(GOOD)
    assert faults == []
    assert len(known.chapters) >= 7
    for route in known.paths.values():
        assert route.steps
    assert sum(step.minutes for step in known.paths["number 1"].steps) <= 90


ONE = """
pages:
  index: One page.
chapters:
  more:
    summary: More.
    card: fig-one
    outcomes: [more]
    prerequisites: [less]
    minutes: {read: 1, do: 1}
    exercises: {}
paths:
  - {name: All, length: a minute, about: Everything., steps: [{link: more, minutes: 1}]}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  more:", "  gone:", "chapters: gone: there is no such page"),
        ("card: fig-one", "card: fig-two", "chapters: more: card: 'fig-two' is not a figure of the page"),
        ("{link: more,", "{link: renamed,", "paths: All: 'renamed' is not a label of the book"),
        ("exercises: {}", "exercises: {ex-one: 1}", "chapters: more: exercises: ['ex-one']; the page has []"),
        ("    card: fig-one\n", "", "chapters: more: Object missing required field `card`"),
    ],
)
def test_where_the_file_and_the_pages_differ_is_said_with_the_files_name(project, old, new, said):
    (project / "book" / "chapters.yml").write_text(ONE, encoding="utf-8")
    edit(project / "book" / "chapters.yml", old, new)
    (project / "book" / "for-instructors.md").write_text(
        "---\norphan: true\n---\n(for-instructors)=\n# For\n"
        "{% for route in contents.paths.values() %}{% for step in route.steps %}"
        "[{{ step.link }}]{.place}{% endfor %}{% endfor %}",
        encoding="utf-8",
    )
    status, warnings = in_process(project)
    assert status == 1
    assert len(warnings.splitlines()) == 1
    assert re.fullmatch(rf"book/chapters\.yml:\d+: WARNING: {re.escape(said)}.*", warnings.strip()), warnings


@pytest.mark.parametrize("site", ["example.org", "ftp://example.org/", "https://", "https://a.org/?x=1"])
def test_an_address_that_is_none_is_refused(project, monkeypatch, site):
    monkeypatch.setenv("SITE_URL", site)
    with pytest.raises(ConfigError, match=r"SITE_URL is .*expected the address of a folder: https"):
        in_process(project)


def test_the_address_of_a_page_is_refused(project):
    failed = build(project, SITE_URL="https://example.org/relu/index.html")
    assert failed.returncode == 1
    said = failed.stderr.strip().splitlines()
    assert any(
        line.startswith("sphinx.errors.ConfigError: SITE_URL is 'https://example.org/relu/index.html'") for line in said
    )
    assert len(said) <= 3


def test_a_repository_that_is_none_is_refused(project, monkeypatch):
    monkeypatch.setenv("REPOSITORY", "relu")
    with pytest.raises(ConfigError, match="REPOSITORY is 'relu'; expected owner/name"):
        in_process(project)
