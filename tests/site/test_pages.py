"""The built pages, as a reader and a linking lecturer will find them."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from _ext.chapters import read
from bs4 import BeautifulSoup, Tag
from builds import ROOT, soup

from reluapprox import TARGETS, best_broken_line
from reluapprox.figures import PALETTE

CHAPTERS = tuple(read((ROOT / "book" / "chapters.yml").read_text(encoding="utf-8"))[0].chapters)
BESIDE = ("why-it-works", "commonly-stated-wrongly", "notation", "api", "api-experiments", "measurements", "history")
PAGES = ("index", *CHAPTERS, *BESIDE, "further-reading", "references")


def article(site: Path, page: str) -> Tag:
    found = soup(site / f"{page}.html").select_one("article.bd-article")
    assert found is not None
    return found


def prose(site: Path, page: str) -> str:
    """What is read as text: without code, its output and rendered formulas."""
    copy = BeautifulSoup(str(article(site, page)), "html.parser")
    for part in copy.select("pre, code, .katex, script, style"):
        part.decompose()
    return " ".join(copy.get_text(" ").split())


def everything(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_the_promised_addresses_exist(site):
    assert {f"{page}.html" for page in PAGES} <= {path.name for path in everything(site)}


def test_no_page_asks_a_third_party(site):
    for path in everything(site):
        for tag in soup(path).select("script[src], img[src], iframe, source, video, object, embed, link[href]"):
            if tag.name == "link" and not {"stylesheet", "preload", "icon", "preconnect"} & set(tag.get("rel") or []):
                continue
            address = str(tag.get("src") or tag.get("href") or tag.get("data") or "")
            assert not urlsplit(address).netloc, f"{path.name} loads {address}"
    for sheet in site.rglob("*.css"):
        loaded = re.findall(r"(?:url\(|@import\s*)[\"']?(https?:[^\"')]+)", sheet.read_text(encoding="utf-8"))
        assert not loaded, f"{sheet.name} loads {loaded}"


def test_every_link_inside_the_site_leads_somewhere(site):
    for path in everything(site):
        for link in soup(path).select("a[href]"):
            parts = urlsplit(str(link["href"]))
            if parts.scheme or parts.netloc or not (parts.path or parts.fragment):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), f"{path.name} links to {link['href']}"
            if parts.fragment and target.suffix == ".html":
                anchor = unquote(parts.fragment)
                assert soup(target).find(id=anchor), f"{path.name} links to {link['href']}"


@pytest.mark.parametrize("page", PAGES)
def test_pictures_carry_words_and_a_size(site, page):
    for image in article(site, page).select("img"):
        alt = str(image.get("alt", ""))
        assert len(alt) > 30, f"{page}: {image['src']}"
        assert not re.search(r"\.(svg|png)$", alt)
        assert int(str(image["width"])) > 100
        assert int(str(image["height"])) > 50


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_have_a_name_a_caption_and_a_number(site, page):
    figures = article(site, page).select("figure")
    text = article(site, page).get_text(" ")
    assert figures
    for figure in figures:
        assert str(figure["id"]).startswith("fig-")
        caption = figure.select_one("figcaption")
        assert caption is not None
        number = caption.select_one(".caption-number").get_text().strip()
        assert len(caption.get_text()) > len(number) + 20
        assert text.count(number) >= 2, f"{page}: {number} is never mentioned"


@pytest.mark.parametrize("page", PAGES)
def test_sections_and_equations_have_lasting_addresses(site, page):
    for section in article(site, page).select("section"):
        if section.find_parent(class_=["admonition", "proof"]):
            continue
        names = [str(section.get("id"))] + [str(span.get("id")) for span in section.find_all("span", recursive=False)]
        assert any(name == page or name.startswith(f"{page}-") for name in names), f"{page}: {names}"
    for display in article(site, page).select("div.math"):
        assert str(display.get("id")).startswith("equation-eq-"), f"{page}: {display.get_text()[:60]}"
    for exercise in article(site, page).select("div.exercise"):
        assert str(exercise["id"]).startswith("ex-")


@pytest.mark.parametrize("page", CHAPTERS)
def test_exercises_have_executed_hidden_solutions(site, page):
    exercises, solutions = article(site, page).select("div.exercise"), article(site, page).select("details.solution")
    assert len(exercises) >= 2
    assert len(solutions) == len(exercises)
    for solution in solutions:
        assert "dropdown" in solution["class"]
        assert solution.select(".cell_output")


def test_mathematics_is_rendered_in_the_page(site):
    for page in CHAPTERS:
        assert article(site, page).select(".katex-html")
        assert not article(site, page).select(".katex-error")
        assert not re.search(r"\\\(|\\\[|\$", prose(site, page)), page


@pytest.mark.parametrize("page", PAGES)
def test_no_machinery_shows_in_the_prose(site, page):
    text = prose(site, page)
    for leak in ("np.", "glue", "nan ", "{", "}", "None", "Traceback", "ref:"):
        shown = leak in text and not page.startswith("api")
        assert not shown, f"{page}: {leak} in …{text[max(0, text.find(leak) - 60) :][:120]}…"
    long = re.findall(r"\d+\.\d{7,}", text)
    assert not long, f"{page}: {long}"


def test_the_numbers_of_the_argument_are_on_the_pages(site):
    table = [cell.get_text(strip=True) for cell in article(site, "a-parabola-by-hand").select("table td")]
    assert table[1::6] == ["101.0", "59.8", "59.8", "16.3"]
    assert table[3::6] == ["50.0", "5.6", "4.7", "2.0"]
    assert table[4::6] == ["0.7", "0.9", "0.9", "1.8"]
    trained = prose(site, "a-parabola-by-training")
    worth = re.search(r"What it makes of them is worth (\d\.\d)", trained)
    assert worth is not None
    assert 4 <= float(worth[1]) <= 5
    assert re.search(r"It says 2[56]\d ?\.", trained)


def test_every_figure_reads_on_light_and_dark_pages(site):
    figures = sorted((site / "_images").glob("*.svg"))
    assert len(figures) >= 24
    for figure in figures:
        text = figure.read_text(encoding="utf-8")
        assert "prefers-color-scheme:dark" in text
        assert "<metadata" not in text
        assert "<image" not in text
        # Tiles have colours of their own, and an outline that can be seen on any of them.
        body = re.sub(r'<path[^>]* class="ra-stroke-ink"/>', "", text.split("</style>")[-1])
        drawn = set(re.findall(r'(?:fill|stroke)[=:]"?\s*(#[0-9a-f]{6})', body))
        assert drawn <= {light for light, _ in PALETTE.values()}, f"{figure.name}: {drawn}"


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_in_figures_can_be_read_on_both_pages():
    style = (ROOT / "book/_static/book.css").read_text(encoding="utf-8")
    pages = re.findall(r"--pst-color-background: (#[0-9a-f]{6})", style)
    assert len(pages) == 2
    for role, colours in PALETTE.items():
        for colour, page in zip(colours, pages, strict=True):
            if role not in ("paper", "faint"):
                assert contrast(colour, page) >= 4.5, f"{role} on {page}"


def numbers(svg: str) -> np.ndarray:
    # Names are hashes; numbers move a little from one processor's arithmetic to another's.
    text = re.sub(r'(id|href|clip-path|class)="[^"]*"', "", svg)
    return np.array([float(n) for n in re.findall(r"-?\d+\.\d+", text)])


def test_the_readmes_picture_is_the_front_pages_figure(site):
    """Where the figure has changed, copy the file that is named."""
    shown = site / str(article(site, "index").select_one("figure#fig-cover img")["src"])
    committed, built = (numbers(path.read_text("utf-8")) for path in (ROOT / "book" / "cover.svg", shown))
    assert committed.shape == built.shape, f"cp {shown} book/cover.svg"
    np.testing.assert_allclose(committed, built, atol=0.5, err_msg=f"cp {shown} book/cover.svg")


@pytest.mark.parametrize("name", ["logo", "favicon"])
def test_the_logo_is_the_best_line_of_three_pieces_to_a_parabola(name):
    svg = (ROOT / "book" / "_static" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = re.search(r'class="line" d="M([^"]*)"', svg)[1]
    points = np.array([[float(n) for n in point.split(",")] for point in drawn.split("L")])
    line = best_broken_line(TARGETS["square"], (-1.0, 1.0), pieces=3).line
    for across, wanted in ((0, line.knots), (1, line.values)):
        shares = (points[:, across] - points[0, across]) / (points[2, across] - points[0, across])
        np.testing.assert_allclose(shares, (wanted - wanted[0]) / (wanted[2] - wanted[0]), atol=0.01)
    circles = np.array([[float(n) for n in pair] for pair in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)])
    np.testing.assert_allclose(circles, points[1:-1], atol=0.01)


def test_code_fits_the_column():
    for path in sorted((ROOT / "book").glob("*.md")):
        for cell in re.findall(
            r"^```\{code-cell\}.*?^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            wide = [line for line in cell.splitlines() if len(line) > 84 and not line.startswith(":")]
            assert not wide, f"{path.name}: {wide}"


def test_movable_figures_have_a_picture_their_data_and_a_light_script(site):
    found = {}
    for page in ("index", *CHAPTERS):
        for data in article(site, page).select("script[data-movable]"):
            name = str(data["data-movable"])
            found[name] = page
            place = json.loads(data.get_text()).get("place", name)
            figure = article(site, page).select_one(f"figure#fig-{place}")
            assert figure is not None
            assert figure.select_one("img") is not None
            assert json.loads(data.get_text())
    assert sorted(found) == sorted(path.stem for path in (ROOT / "book" / "_movable" / "figures").glob("*.ts"))
    for page in PAGES:
        loaded = [str(tag["src"]) for tag in soup(site / f"{page}.html").select('script[src*="movable/"]')]
        names = sorted(name for name, its_page in found.items() if its_page == page)
        assert [Path(urlsplit(src).path).stem for src in loaded] == (["d3", *names] if names else [])
        for tag in soup(site / f"{page}.html").select('script[src*="movable/"]'):
            assert tag.has_attr("defer")
            assert not tag.get("type")
    for name in found:
        script = (site / "_static" / "movable" / f"{name}.js").read_bytes()
        assert len(gzip.compress(script)) <= 40_000
