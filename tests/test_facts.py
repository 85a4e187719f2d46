"""What is said of the chapters: what is wrong with it is named."""

from __future__ import annotations

import pytest
from conftest import ROOT, build

from bookbuild.facts import Address, facts

GOOD = (ROOT / "book" / "chapters.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    minutes: {read: 15, do: 30}",
            "    minutes: {read: 0, do: 30}",
            "why-nonlinearity: minutes: read: 0; expected",
        ),
        ("    minutes: {read: 15, do: 30}", "    minutes: {read: 15}", r"has the entries \['read'\]; expected"),
        ("{ex-count: 1,", "{ex-count: 4,", "ex-count is 4; expected one of"),
        ("    card: fig-line-and-bend\n", "", "why-nonlinearity: has the entries"),
        ("    outcomes:\n      - multiply", "    outcomes: []\n    others:\n      - multiply", "has the entries"),
        ("pages:", "sites:", "chapters.yml: has the entries"),
        ("{link: why-nonlinearity-five-layers, minutes: 10}", "{link: [], minutes: 10}", "link: .*expected a str"),
    ],
)
def test_a_fault_is_named(tmp_path, old, new, said):
    assert old in GOOD
    path = tmp_path / "chapters.yml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        facts(path)


def test_the_books_own_are_read():
    read = facts(ROOT / "book" / "chapters.yml")
    assert len(read.chapters) == 7
    assert read.chapters["the-hinge"].exercises == {"ex-read": 1, "ex-write": 1, "ex-inside": 2}
    assert [route.name for route in read.routes] == ["One lecture", "One week", "A seminar on theory"]
    assert sum(step.minutes for step in read.routes[0].steps) <= 90


@pytest.mark.parametrize("site", ["example.org", "ftp://example.org/", "https://", "https://a.org/?x=1"])
def test_an_address_that_is_none_is_refused(site):
    with pytest.raises(ValueError, match=r"SITE_URL is .*expected an address such as"):
        Address(site, "")


def test_a_repository_that_is_none_is_refused():
    with pytest.raises(ValueError, match="REPOSITORY is 'relu'; expected owner/name"):
        Address("", "relu")


def test_a_chapter_without_a_page_stops_the_build(project):
    text = GOOD.split("  the-hinge:")[0] + "paths: []\n"
    (project / "book" / "chapters.yml").write_text(text, encoding="utf-8")
    failed = build(project)
    assert failed.returncode == 1
    assert "chapters.yml: chapters: why-nonlinearity: there is no such page" in failed.stderr


def test_a_wrong_address_stops_the_build(project):
    failed = build(project, SITE_URL="example.org")
    assert failed.returncode == 1
    assert "SITE_URL is 'example.org/'; expected an address" in failed.stderr
    assert "Traceback" not in failed.stderr
