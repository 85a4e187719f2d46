"""The contract of addresses: what was published is there, or leads to where it went."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, build
from test_book import everything, soup

from bookbuild.site.addresses import addresses, kept, published

PAGE = '<html><head></head><body><article class="bd-article">{}</article></body></html>'
OLD = PAGE.format('<section id="old"><figure class="a" id="fig-one"></figure></section>')
NEW = PAGE.format('<section id="new"><figure class="a" id="fig-one"></figure><p id="nothing"></p></section>')


def book(folder, inventory="", moved=""):
    (folder / "addresses.txt").write_text(inventory, encoding="utf-8")
    (folder / "moved.yml").write_text(moved, encoding="utf-8")
    return folder


def test_the_inventory_is_what_the_site_has(site):
    texts = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in everything(site)}
    new = sorted(addresses(texts) - published(ROOT / "book"))
    assert not new, "make addresses records them"
    assert len(addresses(texts)) > 290


def test_every_address_in_it_is_a_name_that_one_can_read():
    for address in published(ROOT / "book"):
        page, _, anchor = address.partition("#")
        assert page.endswith(".html")
        assert not anchor or anchor.startswith("reluapprox.") or anchor.replace("-", "").isalnum(), address
        assert not anchor.removeprefix("id").isdigit(), address


def test_every_named_thing_of_the_pages_is_in_it(site):
    """By another way: a parser of HTML instead of a pattern."""
    known = published(ROOT / "book")
    kinds = "section, figure, table, div.math, div.proof, div.exercise, details.solution, dt.sig, div.citation"
    for path in site.glob("*.html"):
        for element in soup(path).select(f"article {kinds.replace(', ', ', article ')}"):
            if element.name == "section" and element.find_parent(class_=["exercise", "solution", "proof"]):
                continue
            if element.name in ("table", "dt") and not element.get("id"):
                continue
            assert f"{path.name}#{element.get('id')}" in known, f"{path.name}: {str(element)[:100]}"


def test_what_is_pointed_at_offers_its_link(site):
    for path in site.glob("*.html"):
        for element in soup(path).select("article figure, article div.math, article div.exercise, article div.theorem"):
            link = element.select_one("a.headerlink")
            assert link is not None, f"{path.name}: {element.get('id')}"
            assert link["href"] == f"#{element['id']}"
            assert link["title"]
        for heading in soup(path).select("article h1, article h2, article h3"):
            if path.name not in ("genindex.html", "search.html"):
                assert heading.select_one("a.headerlink") is not None, f"{path.name}: {heading}"


def test_a_missing_address_stops_the_build(tmp_path):
    inventory = "a.html\na.html#old\na.html#fig-one\n"
    pages = {"a.html": OLD}
    assert kept(book(tmp_path, inventory), pages) == pages
    with pytest.raises(ValueError, match=r"a\.html#old was published and is missing"):
        kept(book(tmp_path, inventory), {"a.html": NEW})
    with pytest.raises(ValueError, match=r"a\.html was published and is missing"):
        kept(book(tmp_path, inventory), {"b.html": OLD})


def test_a_section_with_a_new_name_keeps_the_old_one(tmp_path):
    moved = kept(book(tmp_path, "a.html#old\n", "a.html#old: a.html#new\n"), {"a.html": NEW})
    element = BeautifulSoup(moved["a.html"], "html.parser").find(id="old")
    assert element.find_next_sibling()["id"] == "new"
    # With that, the address is there again.
    assert "a.html" in kept(book(tmp_path, "a.html\n"), moved)


def test_a_section_on_another_page_is_led_to(tmp_path):
    pages = {"a.html": NEW, "b.html": OLD}
    moved = kept(book(tmp_path, "a.html#old\n", "a.html#old: b.html#old\n"), pages)
    notice = BeautifulSoup(moved["a.html"], "html.parser").find(id="old")
    assert notice.select_one("a")["href"] == "b.html#old"
    assert 'location.replace("b.html#old")' in moved["a.html"]


def test_a_page_with_a_new_name_takes_its_anchors_along(tmp_path):
    inventory = "a.html\na.html#old\na.html#fig-one\n"
    moved = kept(book(tmp_path, inventory, "a.html: b.html\n"), {"b.html": OLD})
    page = BeautifulSoup(moved["a.html"], "html.parser")
    assert page.select_one("meta[http-equiv=refresh]")["content"] == "0; url=b.html"
    assert page.select_one("a")["href"] == "b.html"
    assert "location.hash" in page.script.string
    # But not one that is not there.
    with pytest.raises(ValueError, match=r"a\.html#old was published"):
        kept(book(tmp_path, inventory, "a.html: b.html\n"), {"b.html": NEW})


def test_a_redirection_to_nowhere_stops_the_build(tmp_path):
    with pytest.raises(ValueError, match=r"a\.html#old is said to have moved to b\.html#new, which is not there"):
        kept(book(tmp_path, "a.html#old\n", "a.html#old: b.html#new\n"), {"a.html": NEW})


def test_the_build_says_what_would_break_and_keeps_the_site(project):
    assert build(project).returncode == 0
    good = (project / "_build" / "html" / "index.html").read_bytes()
    (project / "book" / "addresses.txt").write_text("index.html#gone\n", encoding="utf-8")
    failed = build(project)
    assert failed.returncode == 1
    assert "index.html#gone was published and is missing" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (project / "_build" / "html" / "index.html").read_bytes() == good
