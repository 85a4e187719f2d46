"""The site as it is served: what it loads, what may run in it, what it says of itself, what one can take along."""

from __future__ import annotations

import ast
import base64
import copy
import csv
import datetime
import gzip
import hashlib
import io
import json
import re
import struct
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import jsonschema
import nbformat
import pytest
from conftest import ADDRESS, REPOSITORY, ROOT, build, contents
from test_book import CHAPTERS, PAGES, everything, soup

from bookbuild.pages.notebooks import without_the_page
from bookbuild.site.policy import with_policy


def test_two_clean_builds_are_the_same_bytes(site, elsewhere):
    one = contents(site)
    # The other folder is built once more, with an address, where some test wants that; this is its first state.
    first = elsewhere.with_name("without-address")
    other = contents(first if first.is_dir() else elsewhere)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert len(one) > 80


def test_no_file_knows_when_it_was_made(site):
    today = datetime.date.today()
    if today.isoformat() in (ROOT / "book" / "benchmarks.json").read_text(encoding="utf-8"):
        pytest.skip("the comparison, which tells its date, was measured today")
    for name, content in contents(site).items():
        for form in ("%Y-%m-%d", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"):
            assert today.strftime(form).encode() not in content, name


# What a page loads, and what may run in it


def policy(path: Path) -> dict[str, list[str]]:
    tag = soup(path).select_one('meta[http-equiv="Content-Security-Policy"]')
    assert tag is not None, path
    rules = (rule.split() for rule in str(tag["content"]).split(";"))
    return {rule[0]: rule[1:] for rule in rules}


def test_each_page_has_a_policy_that_allows_its_own_scripts_alone(site):
    for path in everything(site):
        rules = policy(path)
        assert rules["default-src"] == ["'none'"]
        allowed = set(rules["script-src"])
        assert not {"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "https:", "data:"} & allowed
        inline = [tag for tag in soup(path).select("script") if not tag.get("src") and not tag.get("type")]
        hashes = {
            f"'sha256-{base64.b64encode(hashlib.sha256(tag.decode_contents().encode()).digest()).decode()}'"
            for tag in inline
        }
        assert allowed == hashes | {"'self'"}, path.name
        # It holds only for what comes after it.
        head = path.read_text(encoding="utf-8").partition("Content-Security-Policy")[0]
        assert "<script" not in head
        assert "<link" not in head
        assert not [tag for tag in soup(path).find_all(True) if any(name.startswith("on") for name in tag.attrs)]


def test_a_script_in_an_attribute_is_refused():
    with pytest.raises(ValueError, match="script in an attribute"):
        with_policy('<meta charset="utf-8"/><button onclick="print()">x</button>')


@pytest.mark.parametrize("page", PAGES)
def test_a_page_weighs_at_most_300_kilobytes(site, page):
    """Everything that it can load on a first visit, compressed as a host does it."""
    text = (site / f"{page}.html").read_bytes()
    parts = {f"{page}.html": len(gzip.compress(text))}
    wanted = {str(tag.get("src") or tag.get("href")) for tag in soup(site / f"{page}.html").select("[src], link[href]")}
    for address in wanted:
        parsed = urlsplit(address)
        path = site / unquote(parsed.path)
        if not parsed.netloc and path.is_file() and path.suffix in (".js", ".css", ".svg", ".png", ".woff2"):
            content = path.read_bytes()
            parts[parsed.path] = len(gzip.compress(content)) if path.suffix != ".png" else len(content)
    assert sum(parts.values()) <= 300_000, parts
    assert any(name.endswith("all.css") for name in parts)
    assert any(name.endswith("all.js") for name in parts)


def test_the_style_sheet_brings_the_fonts_and_loads_nothing(site):
    style = (site / "_static" / "all.css").read_text(encoding="utf-8")
    faces = re.findall(r"@font-face\{.*?\}", style)
    families = {re.search(r'font-family:"?([\w\s\\]+)', face)[1] for face in faces}
    assert {"Source Serif 4", "KaTeX_Main", "KaTeX_Math"} <= families
    assert all("url(data:font/woff2" in face and "font-display:block" in face for face in faces)
    assert not re.findall(r"url\((?!\"?data:)[^)]*\)", style)
    # Rules that scripts or the reader's choice of colours bring into play.
    for rule in (".movable", "[data-theme=dark]", ".dropdown-menu", ".fa-bars", ".coming body", ".katex"):
        assert rule in style, rule


def test_no_file_is_published_that_no_page_needs(site):
    names = {path.relative_to(site).parts[0] for path in site.iterdir()}
    known = {f"{page}.html" for page in (*PAGES, "404", "genindex", "search", "for-instructors")}
    known |= {"_images", "_modules", "_sources", "_static", "notebooks", "objects.inv", "searchindex.js"}
    assert names == known | {"syllabus.json", "syllabus.csv", "syllabus.schema.json"}


# What it says of itself


@pytest.mark.parametrize("page", [*PAGES, "for-instructors"])
def test_each_page_describes_itself(site, page):
    head = soup(site / f"{page}.html").head
    descriptions = [str(tag["content"]) for tag in head.select('meta[name="description"]')]
    assert len(descriptions) == 1
    assert 40 < len(descriptions[0]) < 200
    assert len(head.select("title")) == 1
    assert not head.select('link[rel="canonical"], meta[property="og:image"]'), "there is no address to say"


def test_descriptions_differ(site):
    texts = {soup(path).head.select_one('meta[name="description"]')["content"] for path in site.glob("*.html")}
    assert len(texts) == len(list(site.glob("*.html")))


@pytest.mark.parametrize("page", ["index", *CHAPTERS])
def test_a_card_for_who_shares_the_link(published, page):
    head = soup(published / f"{page}.html").head
    image = head.select_one('meta[property="og:image"]')["content"]
    assert image == f"{ADDRESS}_static/cards/{page}.png"
    png = (published / "_static" / "cards" / f"{page}.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1200, 630)
    assert head.select_one('meta[property="og:url"]')["content"] == f"{ADDRESS}{page}.html"
    assert head.select_one('link[rel="canonical"]')["href"] == f"{ADDRESS}{page}.html"


def test_the_cards_differ(site):
    cards = [path.read_bytes() for path in sorted((site / "_static" / "cards").glob("*.png"))]
    assert len(set(cards)) == len(cards) == len(CHAPTERS) + 1


def test_schema_org_knows_the_book_and_its_chapters(published):
    def data(page: str) -> dict:
        return json.loads(soup(published / f"{page}.html").select_one('script[type="application/ld+json"]').string)

    book = data("index")
    assert book["@type"] == "Book"
    assert [part["url"] for part in book["hasPart"]] == [f"{ADDRESS}{page}.html" for page in CHAPTERS]
    for number, page in enumerate(CHAPTERS, start=1):
        chapter = data(page)
        assert "Chapter" in chapter["@type"]
        assert chapter["position"] == number
        assert chapter["isPartOf"]["name"] == book["name"]
        assert len(chapter["teaches"]) >= 3
        assert re.fullmatch(r"PT\d+M", chapter["timeRequired"])


def test_how_to_cite_a_chapter(site, published):
    for page in CHAPTERS:
        entry = soup(published / f"{page}.html").select_one("details.cite pre").get_text()
        fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))
        assert entry.startswith(f"@misc{{reluapprox-{page},")
        assert set(fields) == {"author", "title", "howpublished", "year", "version", "url"}
        assert fields["url"] == f"{ADDRESS}{page}.html"
        heading = soup(site / f"{page}.html").select_one("h1").get_text()
        assert fields["title"].strip("{}") in heading
        assert "url" not in soup(site / f"{page}.html").select_one("details.cite pre").get_text()


def test_the_sitemap_lists_what_is_to_be_found(site, published):
    assert not (site / "sitemap.xml").exists()
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [loc.text for loc in ET.parse(published / "sitemap.xml").iter(f"{space}loc")]
    assert sorted(listed) == sorted(f"{ADDRESS}{page}.html" for page in (*PAGES, "for-instructors"))


def test_the_page_for_wrong_addresses_works_at_any_depth(published):
    page = soup(published / "404.html")
    for tag in page.select("[href], [src], [action]"):
        address = str(tag.get("href") or tag.get("src") or tag.get("action"))
        assert address.startswith(("/relu/", "#", "https://")), address
        if address.startswith("/relu/"):
            assert (published / urlsplit(address).path.removeprefix("/relu/")).is_file(), address


# What one can take along


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_notebook_is_the_chapter_with_its_outputs(site, page):
    book = nbformat.read(site / "notebooks" / f"{page}.ipynb", 4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    words = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    for cell in code:
        ast.parse(cell.source)
        assert "myst_nb" not in cell.source
        assert "glue(" not in cell.source
        assert "Movable(" not in cell.source
    figures = soup(site / f"{page}.html").select("article figure")
    drawn = [output for cell in code for output in cell.outputs if "image/svg+xml" in output.get("data", {})]
    assert len(drawn) == len(figures) >= 2
    for figure in figures:
        assert figure.select_one(".caption-number").get_text().strip() in words
    # As in the page, and in Markdown.
    heading = soup(site / f"{page}.html").select_one("h1").get_text().rstrip("#")
    assert heading.split(maxsplit=1)[1] in book.cells[0].source
    assert "{ref}" not in words
    assert "{glue" not in words
    assert "katex" not in words
    assert words.count("$") >= 10
    assert not re.search(r"reluapproxcell", words)
    for target in re.findall(r"\]\(([^)\s]+)\)", words):
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            linked = (site / "notebooks" / path).resolve()
            assert linked.is_file(), target
            assert not anchor or soup(linked).find(id=anchor), target


def test_lines_that_hand_numbers_to_the_text_are_taken_out():
    source = "import numpy as np\nfrom myst_nb import glue\n\nx = 1\nglue(\n    'x',\n    x,\n)\n"
    source += "for k in y:\n    glue(k, 1)\n"
    assert without_the_page(source) == "import numpy as np\n\nx = 1"
    assert without_the_page("for k in y:\n    z = k\n    glue('k', k)\nz") == "for k in y:\n    z = k\nz"


def test_the_wheel_lies_beside_the_notebooks(site):
    names = [path.name for path in (site / "notebooks").glob("*.whl")]
    assert len(names) == 1
    for page in CHAPTERS:
        said = nbformat.read(site / "notebooks" / f"{page}.ipynb", 4).cells[0].source
        assert names[0] in said


def test_buttons_to_run_elsewhere_only_where_the_repository_is_known(site, published):
    for page in CHAPTERS:
        assert not soup(site / f"{page}.html").select('a[href*="colab"], a[href*="binder"]')
        assert soup(site / f"{page}.html").select_one(f'a[href$="notebooks/{page}.ipynb"]')
        links = [str(a["href"]) for a in soup(published / f"{page}.html").select('a[href*="colab"], a[href*="binder"]')]
        assert links == [
            f"https://colab.research.google.com/github/{REPOSITORY}/blob/notebooks/{page}.ipynb",
            f"https://mybinder.org/v2/gh/{REPOSITORY}/notebooks?labpath={page}.ipynb",
        ]
        cells = nbformat.read(published / "notebooks" / f"{page}.ipynb", 4).cells
        install = next(cell.source for cell in cells if cell.cell_type == "code")
        wheel = next((published / "notebooks").glob("*.whl")).name
        assert f"{ADDRESS}notebooks/{wheel}" in install
        assert "except ModuleNotFoundError" in install


# For lecturers' programs


@pytest.fixture(scope="module", params=["without address", "with address"])
def syllabus(request, site, published):
    folder = published if request.param == "with address" else site
    return folder, json.loads((folder / "syllabus.json").read_text(encoding="utf-8"))


def test_the_syllabus_is_as_its_schema_says(syllabus):
    folder, data = syllabus
    schema = json.loads((folder / "syllabus.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(data)) == []
    wrong = copy.deepcopy(data)
    wrong["chapters"][0]["minutes"]["read"] = "long"
    assert list(checker.iter_errors(wrong)), "the schema would let anything pass"


def everything_listed(data: dict) -> list[dict]:
    kinds = ("sections", "figures", "theorems", "exercises")
    return [item for chapter in data["chapters"] for item in (chapter, *(i for kind in kinds for i in chapter[kind]))]


def test_the_syllabus_has_all_that_is_on_the_pages(syllabus):
    folder, data = syllabus
    assert [chapter["label"] for chapter in data["chapters"]] == list(CHAPTERS)
    for chapter in data["chapters"]:
        article = soup(folder / f"{chapter['label']}.html").select_one("article.bd-article")
        for kind, selector in (("figures", "figure"), ("exercises", "div.exercise"), ("theorems", "div.proof.theorem")):
            assert [item["label"] for item in chapter[kind]] == [tag["id"] for tag in article.select(selector)]
        sections = [tag["id"] for tag in article.select("section[id]") if tag["id"] != chapter["label"]]
        assert [item["label"] for item in chapter["sections"]] == sections
    for item in everything_listed(data):
        path, _, anchor = item["url"].removeprefix(ADDRESS).partition("#")
        assert (anchor or item["label"]) == item["label"]
        assert soup(folder / path).find(id=item["label"]), item
    for path in data["paths"]:
        for step in path["steps"]:
            page, _, anchor = step["url"].removeprefix(ADDRESS).partition("#")
            assert not anchor or soup(folder / page).find(id=anchor)


def test_titles_are_words_for_any_program(syllabus):
    """No TeX, no number that may change, and not the half of a figure."""
    _, data = syllabus
    for item in everything_listed(data):
        assert not re.search(r"[\\$<>{}]|^(Figure|Exercise|Theorem) \d", item["title"]), item["title"]
        if item["title"].startswith(("Left", "Above")):
            assert re.search("[Rr]ight|[Bb]elow", item["title"]), item["title"]


def test_the_spreadsheet_has_the_same_facts(syllabus):
    folder, data = syllabus
    rows = list(csv.DictReader(io.StringIO((folder / "syllabus.csv").read_text(encoding="utf-8"))))
    addressed = [(row["label"], row["title"], row["url"]) for row in rows if row["label"] and row["kind"] != "step"]
    assert addressed == [(item["label"], item["title"], item["url"]) for item in everything_listed(data)]
    exercises = [item for chapter in data["chapters"] for item in chapter["exercises"]]
    graded = {row["label"]: int(row["difficulty"]) for row in rows if row["kind"] == "exercise"}
    assert graded == {item["label"]: item["difficulty"] for item in exercises}
    for chapter in data["chapters"]:
        mine = [row for row in rows if row["chapter"] == chapter["label"]]
        assert [row["title"] for row in mine if row["kind"] == "outcome"] == chapter["outcomes"]
        assert [row["title"] for row in mine if row["kind"] == "prerequisite"] == chapter["prerequisites"]
        minutes = [(int(r["minutes_read"]), int(r["minutes_do"])) for r in mine if r["kind"] == "chapter"]
        assert minutes == [tuple(chapter["minutes"].values())]
    steps = [(row["details"], row["label"]) for row in rows if row["kind"] == "step"]
    assert steps == [(path["name"], step["label"]) for path in data["paths"] for step in path["steps"]]


def test_the_page_for_instructors_offers_every_link_in_three_forms(syllabus):
    folder, data = syllabus
    page = soup(folder / "for-instructors.html")
    start = "" if data["url"].startswith("http") else "./"
    for chapter, box in zip(data["chapters"], page.select("details.links"), strict=True):
        markdown, marked, plain = (pre.get_text() for pre in box.select("pre"))
        kinds = ("sections", "figures", "theorems", "exercises")
        for item in (chapter, *(item for kind in kinds for item in chapter[kind])):
            assert f"{item['title']}]({start}{item['url']})" in markdown
            assert f'href="{start}{item["url"]}"' in marked
            assert f"{item['title']}: {start}{item['url']}" in plain
    text = page.select_one("article").get_text()
    for chapter in data["chapters"]:
        for outcome in chapter["outcomes"]:
            assert outcome.replace("'", "’") in text
    for path in data["paths"]:
        assert path["name"] in text


def test_another_sphinx_project_can_refer_to_the_book(site, tmp_path):
    """A lecturer's syllabus, whose references are looked up in our objects.inv."""
    from sphinx.application import Sphinx

    (tmp_path / "conf.py").write_text(
        'extensions = ["sphinx.ext.intersphinx"]\n'
        f'intersphinx_mapping = {{"relu": ("{ADDRESS}", {str(site / "objects.inv")!r})}}\n',
        encoding="utf-8",
    )
    (tmp_path / "index.rst").write_text(
        "Course\n======\n\n"
        "Read :external+relu:ref:`the-hinge`, :external+relu:ref:`the-hinge-shift`, "
        ":external+relu:ref:`fig-relu`, :external+relu:doc:`universal-approximation`, "
        "and use :external+relu:py:func:`reluapprox.best_broken_line`.\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    app = Sphinx(tmp_path, tmp_path, out, tmp_path / "trees", "html", status=None, warningiserror=True)
    app.build()
    links = [str(link["href"]) for link in soup(out / "index.html").select("a.reference.external")]
    assert links[:4] == [
        f"{ADDRESS}the-hinge.html#the-hinge",
        f"{ADDRESS}the-hinge.html#the-hinge-shift",
        f"{ADDRESS}the-hinge.html#fig-relu",
        f"{ADDRESS}universal-approximation.html",
    ]
    assert links[4].startswith(f"{ADDRESS}api.html#reluapprox.")
    for link in links:
        page, _, anchor = link.removeprefix(ADDRESS).partition("#")
        assert (site / page).is_file()
        assert not anchor or soup(site / page).find(id=anchor)


def test_an_edit_of_one_page_gives_the_bytes_of_a_clean_build(published):
    """Other pages tell its titles, and the search index knows all pages."""
    project = published.parent.parent
    page = project / "book" / "the-hinge.md"
    before = page.read_text(encoding="utf-8")
    edits = (
        ("The last page found that", "The page before found that", "the-hinge.html"),
        ("# One neuron is one hinge", "# One neuron is a hinge", "the-final-hidden-layer.html"),
        ("{exercise} Read a neuron", "{exercise} Read one", "for-instructors.html"),
    )
    # Without an address: with one, every build is a whole one.
    assert build(project).returncode == 0
    for old, new, shown_on in edits:
        text = page.read_text(encoding="utf-8")
        assert text.count(old) == 1
        page.write_text(text.replace(old, new), encoding="utf-8")
        assert build(project).returncode == 0
        edited = contents(published)
        assert new.split("} ")[-1].removeprefix("# ").encode() in edited[shown_on]
        (project / "_build" / "work" / "done").unlink()
        assert build(project).returncode == 0
        clean = contents(published)
        assert sorted(clean) == sorted(edited)
        assert [name for name in clean if clean[name] != edited[name]] == []
    page.write_text(before, encoding="utf-8")
    assert build(project, SITE_URL=ADDRESS, REPOSITORY=REPOSITORY).returncode == 0
