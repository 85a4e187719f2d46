"""The contract of addresses: what was published is there, or leads to where it went."""

from __future__ import annotations

import zlib

import pytest
from _ext.addresses import faults, published
from builds import ROOT, build, edit, in_process, soup

HERE = {"a.html", "a.html#new", "a.html#fig-one", "b.html", "b.html#old"}


def test_every_address_in_the_inventory_is_a_name_that_one_can_read():
    for address in published(ROOT / "book"):
        page, _, anchor = address.partition("#")
        assert page.endswith(".html")
        assert (
            not anchor or anchor.removeprefix("module-").startswith("reluapprox.") or anchor.replace("-", "").isalnum()
        ), address
        assert not anchor.removeprefix("id").isdigit(), address


def with_addresses(site):
    """The pages whose parts have addresses: not the handouts, made of parts of others, nor the list of changes."""
    return [path for path in site.glob("*.html") if not path.name.startswith(("handout-", "changes."))]


def test_every_named_thing_of_the_pages_is_in_it(site):
    """By another way than the build's: a parser of the finished pages."""
    known = published(ROOT / "book")
    kinds = "section, figure, table, div.math, div.proof, div.exercise, details.solution, dt.sig, div.citation, "
    kinds += "div.question, dl.glossary dt"
    for path in with_addresses(site):
        assert path.name in known, "make addresses records it"
        for element in soup(path).select(f"article {kinds.replace(', ', ', article ')}"):
            if element.name == "section" and element.find_parent(class_=["exercise", "solution", "proof"]):
                continue
            if element.name in ("table", "dt") and not element.get("id"):
                continue
            assert f"{path.name}#{element.get('id')}" in known, f"{path.name}: make addresses records {element['id']}"


def test_what_is_pointed_at_offers_its_link(site):
    for path in with_addresses(site):
        for element in soup(path).select("article figure, article div.math, article div.exercise, article div.theorem"):
            link = element.select_one("a.headerlink")
            assert link is not None, f"{path.name}: {element.get('id')}"
            assert link["href"] == f"#{element['id']}"
            assert link["title"]
        for heading in soup(path).select("article h1, article h2, article h3"):
            if path.name not in ("genindex.html", "search.html"):
                assert heading.select_one("a.headerlink") is not None, f"{path.name}: {heading}"


@pytest.mark.parametrize(
    ("known", "moved", "said"),
    [
        ({"a.html", "a.html#fig-one"}, {}, []),
        ({"a.html#old"}, {}, ["a.html#old was published and is missing"]),
        ({"c.html"}, {}, ["c.html was published and is missing"]),
        ({"a.html#old"}, {"a.html#old": "a.html#new"}, []),
        ({"a.html#old"}, {"a.html#old": "b.html#old"}, []),
        # A page that has moved takes its anchors along, but not one that is not there.
        ({"c.html", "c.html#old"}, {"c.html": "b.html"}, []),
        ({"c.html", "c.html#gone"}, {"c.html": "b.html"}, ["c.html#gone was published and is missing"]),
        ({"a.html#old"}, {"a.html#old": "b.html#no"}, ["a.html#old is said to have moved to b.html#no, which is not"]),
    ],
)
def test_what_would_break_is_said(known, moved, said):
    found = list(faults(known, HERE, moved))
    assert len(found) == len(said)
    assert all(fault.startswith(start) for fault, start in zip(found, said, strict=True))


def test_the_build_says_what_would_break_and_keeps_the_site(built):
    project = built
    good = (project / "_build" / "html" / "index.html").read_bytes()
    (project / "book" / "addresses.txt").write_text("index.html#gone\n", encoding="utf-8")
    failed = build(project)
    assert failed.returncode == 1
    assert "book/moved.yml:1: WARNING: index.html#gone was published and is missing; say where it went" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (project / "_build" / "html" / "index.html").read_bytes() == good


def test_moved_addresses_lead_to_where_they_went(project):
    """A section with a new name, a section on another page, and a page with a new name."""
    (project / "book" / "addresses.txt").write_text(
        "index.html#old\nindex.html#gone\nformer.html\nformer.html#more\n", encoding="utf-8"
    )
    (project / "book" / "moved.yml").write_text(
        "index.html#old: index.html#index\nindex.html#gone: more.html#fig-one\nformer.html: more.html\n", "utf-8"
    )
    status, warnings = in_process(project, "html")
    assert (status, warnings) == (0, "")
    out = project / "_build" / "html"
    index = soup(out / "index.html")
    assert index.select_one("section#index #old, #old + section#index, section#old, span#old") is not None
    assert index.select_one("p.moved#gone a")["href"] == "more.html#fig-one"
    former = soup(out / "former.html")
    assert former.select_one("meta[http-equiv=refresh]")["content"].endswith("url=more.html")
    assert former.select_one("p.moved a")["href"] == "more.html"
    assert "moved.js" in former.script["src"]
    inventory = zlib.decompress((out / "objects.inv").read_bytes().split(b"zlib.\n", 1)[1]).decode()
    assert "gone std:label -1 more.html#fig-one Figure 1: A hinge\n" in inventory.replace("$", "fig-one")


def test_new_addresses_are_recorded_by_command(built):
    project = built
    edit(project / "book" / "index.md", "Some text.", "(index-new)=\n## New\n\nSome text.")
    assert build(project, "-D", "record_addresses=1").returncode == 0
    known = published(project / "book")
    assert {"index.html", "index.html#index-new", "more.html#fig-one"} <= known
    # That name is made from the title, which may change.
    assert "index.html#new" not in known
