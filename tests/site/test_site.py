"""The site as it is served: what it loads, what may run in it, what it says of itself, what one can download."""

from __future__ import annotations

import ast
import base64
import datetime
import gzip
import hashlib
import json
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import nbformat
import pytest
from _ext.csp import policy
from _ext.notebooks import without_the_page
from builds import ADDRESS, REPOSITORY, ROOT, contents, copied, settings, soup, with_cells_of
from test_pages import CHAPTERS, PAGES, everything


def test_two_clean_builds_are_the_same_bytes(site, elsewhere):
    one, other = contents(site), contents(elsewhere)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert len(one) > 80


def test_plain_sphinx_gives_the_same_site(site, tmp_path):
    """`sphinx-build -c . book out`, in a folder and with a seed of its own."""
    project = with_cells_of(site, tmp_path / "project")
    run = [sys.executable, "-m", "sphinx", "-q", "-c", ".", "book", "out"]
    subprocess.run(run, cwd=project, env=settings(project) | {"PYTHONHASHSEED": "7"}, check=True, capture_output=True)
    plain = contents(project / "out")
    records = {".buildinfo", *(name for name in plain if name.startswith(".doctrees/"))}
    made = contents(site)
    assert set(plain) - records == set(made)
    assert [name for name in made if made[name] != plain[name]] == []


def test_no_file_knows_when_it_was_made(site):
    today = datetime.date.today()
    if any(today.isoformat() in stored.read_text(encoding="utf-8") for stored in (ROOT / "book").glob("*.json")):
        pytest.skip("what a page loads, and tells the date of, was measured today")
    for name, content in contents(site).items():
        for form in ("%Y-%m-%d", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"):
            assert today.strftime(form).encode() not in content, name


# What a page loads, and what may run in it


def rules_of(path: Path) -> dict[str, list[str]]:
    tag = soup(path).select_one('meta[http-equiv="Content-Security-Policy"]')
    assert tag is not None, path
    rules = (rule.split() for rule in str(tag["content"]).split(";"))
    return {rule[0]: rule[1:] for rule in rules}


def test_each_page_has_a_policy_that_allows_its_own_scripts_alone(site):
    for path in everything(site):
        rules = rules_of(path)
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


def test_the_policy_names_the_script_by_its_hash():
    digest = base64.b64encode(hashlib.sha256(b"one()").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy("one()")


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
    assert any(name.endswith("site.css") for name in parts)
    assert any(name.endswith("site.js") for name in parts)


def test_the_style_sheet_brings_the_fonts_and_loads_nothing(site):
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    faces = re.findall(r"@font-face\{.*?\}", style)
    families = {re.search(r'font-family:"?([\w\s\\]+)', face)[1] for face in faces}
    assert {"Source Serif 4", "KaTeX_Main", "KaTeX_Math"} <= families
    assert all("url(data:font/woff2" in face and "font-display:block" in face for face in faces)
    assert not re.findall(r"url\((?!\"?data:)[^)]*\)", style)
    # Rules that scripts or the reader's choice of colours bring into play.
    for rule in (".movable", "[data-theme=dark]", ".dropdown-menu", ".fa-bars", ".coming body", ".katex", ".copybtn"):
        assert rule in style, rule
    # Where no script chooses a theme, the system does.
    for scheme in ("light", "dark"):
        assert re.search(rf"@media\(prefers-color-scheme:{scheme}\){{html\[data-theme=auto\]", style), scheme


def test_no_file_is_published_that_no_page_needs(site):
    names = {path.name for path in site.iterdir() if path.suffix != ".html"}
    assert names == {"_images", "_modules", "_sources", "_static", "notebooks", "objects.inv", "searchindex.js"} | {
        "figures",
        "quizzes",
    }
    static = {path.name for path in (site / "_static").iterdir() if path.suffix != ".svg"}
    search = {"searchtools.js", "language_data.js", "base-stemmer.js", "english-stemmer.js"}
    assert static == {"site.css", "site.js", "moved.js", "movable", "previews", "cards", "licences.txt"} | search


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
    assert sorted(listed) == sorted(f"{ADDRESS}{page}.html" for page in (*PAGES, "for-instructors", "changes"))


def test_the_page_for_wrong_addresses_works_at_any_depth(published):
    page = soup(published / "404.html")
    for tag in page.select("[href], [src], [action]"):
        address = str(tag.get("href") or tag.get("src") or tag.get("action"))
        assert address.startswith(("/relu/", "#", "https://")), address
        address = address.removeprefix("https://example.org")
        if address.startswith("/relu/"):
            assert (published / urlsplit(address).path.removeprefix("/relu/")).is_file(), address


# What one can download


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_notebook_is_the_chapter_with_its_outputs(site, page):
    book = nbformat.read(site / "notebooks" / f"{page}.ipynb", 4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    words = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert code[0].source.splitlines()[-1].strip().startswith("%pip install")
    for cell in code:
        ast.parse(cell.source.replace("%pip", "# %pip").replace("except ModuleNotFoundError:", "except: pass"))
        assert "myst_nb" not in cell.source
        assert "glue(" not in cell.source
        assert "Movable(" not in cell.source
    figures = soup(site / f"{page}.html").select("article figure")
    drawn = [output for cell in code for output in cell.outputs if "image/svg+xml" in output.get("data", {})]
    assert len(drawn) == len(figures) >= 1
    for figure in figures:
        assert figure.select_one(".caption-number").get_text().strip() in words
    # As in the page, and in Markdown.
    heading = soup(site / f"{page}.html").select_one("h1").get_text().rstrip("#")
    assert heading.split(maxsplit=1)[1] in book.cells[0].source
    assert "{ref}" not in words
    assert "{glue" not in words
    assert "katex" not in words
    formulas = soup(site / f"{page}.html").select("article span.math")
    assert words.count("$") >= 2 * sum(not tag.find_parent(["pre", "template"]) for tag in formulas)
    assert not re.search(r"reluapprox[\w-]+place", words)
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
        assert f"./{names[0]}[train,figures]" in nbformat.read(site / "notebooks" / f"{page}.ipynb", 4).cells[1].source


def test_the_wheel_is_the_one_that_build_makes(site, tmp_path):
    copied(tmp_path)
    run = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path / "dist"),
        str(tmp_path),
    ]
    subprocess.run(run, check=True, capture_output=True)
    built = zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl")))
    offered = zipfile.ZipFile(next((site / "notebooks").glob("*.whl")))
    assert offered.namelist() == built.namelist()
    assert all(offered.read(name) == built.read(name) for name in built.namelist())


def test_buttons_to_run_elsewhere_only_where_the_repository_is_known(site, published):
    for page in CHAPTERS:
        assert not soup(site / f"{page}.html").select('a[href*="colab"], a[href*="binder"]')
        assert soup(site / f"{page}.html").select_one(f'a[href$="notebooks/{page}.ipynb"]')
        links = [str(a["href"]) for a in soup(published / f"{page}.html").select('a[href*="colab"], a[href*="binder"]')]
        assert links == [
            f"https://colab.research.google.com/github/{REPOSITORY}/blob/notebooks/{page}.ipynb",
            f"https://mybinder.org/v2/gh/{REPOSITORY}/notebooks?labpath={page}.ipynb",
        ]
        assert soup(published / f"{page}.html").select_one('a[href$="book.pdf"]')
        cells = nbformat.read(published / "notebooks" / f"{page}.ipynb", 4).cells
        install = next(cell.source for cell in cells if cell.cell_type == "code")
        wheel = next((published / "notebooks").glob("*.whl")).name
        assert f"{ADDRESS}notebooks/{wheel}" in install
        assert "except ModuleNotFoundError" in install


# For other Sphinx projects


def test_another_sphinx_project_can_refer_to_everything(site, tmp_path):
    """A lecturer's syllabus, whose references are looked up in our objects.inv."""
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    wanted = {
        "ref:the-hinge": ("the-hinge.html", "One neuron is one hinge"),
        "ref:the-hinge-shift": ("the-hinge.html#the-hinge-shift", "Moving the kink: shift and bias are one thing"),
        "ref:fig-relu": ("the-hinge.html#fig-relu", r"Figure 2\.\d+: The ReLU at the integers from .*meet at 0"),
        "ref:tab-symbols": ("notation.html#tab-symbols", r"Table [\d.]*: Symbols|Table: Symbols"),
        "ref:eq-relu": ("the-hinge.html#equation-eq-relu", r"Equation 2\.1: The function itself"),
        "ref:thm-universal": ("universal-approximation.html#thm-universal", r"Theorem 3\.1: Universal approximation"),
        "ref:ex-read": ("the-hinge.html#ex-read", r"Exercise 2\.1: Read a neuron"),
        "ref:source-cybenko1989": ("references.html#source-cybenko1989", r"Cybenko \(1989\)"),
        "term:hinge": ("notation.html#term-hinge", "hinge"),
        "doc:universal-approximation": ("universal-approximation.html", "Enough hinges come near any continuous curve"),
        "py:func:reluapprox.best_broken_line": ("api.html#reluapprox.best_broken_line", r".*best_broken_line\(\)"),
    }
    (tmp_path / "conf.py").write_text(
        'extensions = ["sphinx.ext.intersphinx"]\n'
        f'intersphinx_mapping = {{"relu": ("{ADDRESS}", {str(site / "objects.inv")!r})}}\n',
        encoding="utf-8",
    )
    roles = (name.rpartition(":") for name in wanted)
    lines = "\n".join(f"* :external+relu:{role}:`{target}`" for role, _, target in roles)
    (tmp_path / "index.rst").write_text(f"Course\n======\n\n{lines}\n", encoding="utf-8")
    # What extensions register in docutils would be there for the next test.
    with patch_docutils(str(tmp_path)), docutils_namespace():
        app = Sphinx(tmp_path, tmp_path, tmp_path / "out", tmp_path / "t", "html", status=None, warningiserror=True)
        app.build()
    assert app.statuscode == 0
    links = soup(tmp_path / "out" / "index.html").select("a.reference.external")
    for link, (address, text) in zip(links, wanted.values(), strict=True):
        assert str(link["href"]).removesuffix("#the-hinge") == ADDRESS + address
        assert re.fullmatch(text, link.get_text()), link.get_text()
        page, _, anchor = address.partition("#")
        assert not anchor or soup(site / page).find(id=anchor), address


def test_the_page_for_instructors_offers_every_link_in_three_forms(site, published):
    for folder, start in ((site, "./"), (published, ADDRESS)):
        page = soup(folder / "for-instructors.html")
        boxes = page.select("details.links")
        assert len(boxes) == len(CHAPTERS)
        for chapter, box in zip(CHAPTERS, boxes, strict=True):
            article = soup(folder / f"{chapter}.html").select_one("article.bd-article")
            named = article.select("section[id], figure, table[id], div.exercise, div.proof[id^=thm-], div.math[id]")
            anchors = [str(tag["id"]) for tag in named if tag["id"] != chapter and not tag.find_parent(class_="proof")]
            for form in box.select("pre"):
                offered = re.findall(rf"{re.escape(start)}{chapter}\.html(?:#([\w-]+))?", form.get_text())
                assert offered[0] == ""
                assert set(anchors) <= set(offered)
                assert all(article.find(id=anchor) for anchor in offered[1:])
        assert not re.search(r"[\\$]", "".join(pre.get_text() for pre in page.select("details.links pre")))


def test_the_page_for_instructors_tells_what_chapters_yml_says(site):
    import yaml

    text = " ".join(soup(site / "for-instructors.html").select_one("article").get_text().split())
    said = yaml.safe_load((ROOT / "book" / "chapters.yml").read_text(encoding="utf-8"))
    for chapter in said["chapters"].values():
        for outcome in chapter["outcomes"]:
            assert outcome.replace("'", "’") in text
        assert f"{chapter['minutes']['read']} minutes to read, {chapter['minutes']['do']} for the exercises" in text
    for path in said["paths"]:
        assert path["name"] in text


# What tools find


def test_other_builders_come_to_an_end(site, tmp_path):
    """Where images, scripts and theorems are not what they are in HTML."""
    project = with_cells_of(site, tmp_path / "project")
    for builder, kind in (("text", "*.txt"), ("latex", "*.tex")):
        run = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-c", ".", "book", builder]
        done = subprocess.run(run, cwd=project, env=settings(project), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), builder
        assert list((project / builder).glob(kind))
    shutil.rmtree(project)
