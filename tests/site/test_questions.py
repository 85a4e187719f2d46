"""Questions, cards of links, quizzes, figures to take along, handouts: what the finished site says of them."""

from __future__ import annotations

import ast
import json
import re
import zipfile
from xml.etree import ElementTree as ET

import nbformat
import numpy as np
import pytest
from _ext.chapters import read
from _ext.questions import split, written_out
from bs4 import BeautifulSoup
from builds import ROOT, soup
from test_arithmetic import answers
from test_pages import CHAPTERS, PAGES, article

QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


def asked(site, page):
    """label → what the page tells its script."""
    found = {}
    for question in article(site, page).select("div.question"):
        script = question.find("script", recursive=False)
        assert script is not None
        found[str(question["id"])] = json.loads(script.get_text())
    return found


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_asks_before_it_shows_and_at_its_end(site, page):
    text = article(site, page)
    assert [told for told in asked(site, page).values() if told["predicts"]]
    recall = text.select_one(f"section#{page}-questions")
    assert recall is not None
    assert 3 <= len(recall.select("div.question")) <= 5
    for question in text.select("div.question"):
        assert question.select_one("details.answer").get_text(strip=True) != "Answer"
    # What a prediction covers comes after it.
    order = [str(tag["id"]) for tag in text.select("div.question, figure") if tag.get("id")]
    for label, told in asked(site, page).items():
        assert "veils" not in told or order.index(label) < order.index(told["veils"])


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_key_is_computed_by_a_cell_and_no_mistake_is_right(page):
    source = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    cells = "\n".join(re.findall(r"^```\{code-cell\}.*?$\n(.*?)^```$", source, re.DOTALL | re.MULTILINE))
    for block in re.findall(r"^```\{(?:question|prediction)\}.*?^```$", source, re.DOTALL | re.MULTILINE):
        names = re.findall(r"^:answer: (\w+)$", block, re.MULTILINE)
        names += [name for name in split(block.splitlines()[5:])[2] if not name.isdigit() and name != "right"]
        for name in (name for name in names if name not in ("within", "range", "figure", "veils", "answer", "kind")):
            assert re.search(rf'glue\(\s*"{name}"', cells), f"{page}: {name}"


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_script_takes_the_key_and_refuses_each_mistake(site, page):
    kinds = ("number", "choice", "interval", "numbers")
    questions = []
    for told in asked(site, page).values():
        if told["kind"] in kinds:
            for answered in (told["key"], *told["mistakes"]):
                questions.append(
                    {"ask": "meets", "answered": answered, **{k: told[k] for k in ("kind", "key", "within")}}
                )
        if told["kind"] == "formula":
            # The key's points joined, and those of each mistake, as a function of x.
            for points in (told["key"], *told["mistakes"]):
                questions.append({"ask": "meetsPoints", "points": points, "key": told["key"], "within": told["within"]})
    wanted = [
        number == 0
        for told in asked(site, page).values()
        if told["kind"] in (*kinds, "formula")
        for number in range(1 + len(told["mistakes"]))
    ]
    assert answers(questions) == wanted


def test_formulas_and_numbers_are_read_as_they_are_meant():
    x = np.linspace(-3, 3, 13)
    relu = np.maximum
    formulas = {
        "2*relu(x - 3) - x^2": 2 * relu(0, x - 3) - x**2,
        "y = −1.5 relu(3−x)": -1.5 * relu(0, 3 - x),
        "|x| + |x − 1|/2": np.abs(x) + np.abs(x - 1) / 2,
        "3x² − 2(x+1)x": 3 * x**2 - 2 * (x + 1) * x,
        "-x^2": -(x**2),
        "max(0, min(1, x)) · 2": 2 * np.clip(x, 0, 1),
        "sin(pi x) + 1e-1": np.sin(np.pi * x) + 0.1,
        "2**-2 x": x / 4,
    }
    said = answers([{"ask": "formula", "text": text, "x": x.tolist()} for text in formulas])
    for text, one, values in zip(formulas, said, formulas.values(), strict=True):
        np.testing.assert_allclose(one, values, atol=1e-12, err_msg=text)
    numbers = {
        "1/3": 1 / 3,
        " −0.5 ": -0.5,
        "sqrt(2)": 2**0.5,
        "2e3": 2000,
        "": None,
        "x": None,
        "1 +": None,
        "2)": None,
    }
    for text, one in zip(numbers, answers([{"ask": "number", "text": text} for text in numbers]), strict=True):
        assert one == numbers[text] if numbers[text] is None else abs(one - numbers[text]) < 1e-12, text
    lists = {"(1, 2)": [1, 2], "[-1; 1/2]": [-1, 0.5], "3 and 7": [3, 7], "{1,2,3}": [1, 2, 3]}
    assert answers([{"ask": "numbers", "text": text} for text in lists]) == list(lists.values())


def test_a_question_is_read_into_its_parts():
    text = ["One,", "two?", "", "- yes,", "  really", "- no", "", ":2: Why", "  not?", ":right: So."]
    assert split(text) == ("One,\ntwo?", ["yes,\nreally", "no"], {"2": "Why\nnot?", "right": "So."})
    assert written_out((0.5, -2.0), "interval") == "0.5, −2"
    assert written_out([3, 1.23456], "numbers") == "3, 1.235"


# Words and cards


@pytest.mark.parametrize("page", CHAPTERS)
def test_terms_are_linked_once_from_their_first_use(site, page):
    text = article(site, page)
    links = [str(link["href"]) for link in text.select('a[href*="notation.html#term-"]')]
    assert links or len(text.get_text()) < 5000
    assert len(links) == len(set(links))


def test_every_term_is_used_or_a_synonym(site):
    known = {str(term["id"]) for term in article(site, "notation").select("dl.glossary dt")}
    used = {str(a["href"]).partition("#")[2] for page in PAGES for a in article(site, page).select('a[href*="#term-"]')}
    assert used <= known
    assert known - used <= {"term-breakpoint", "term-minimax", "term-touch-point", "term-best-possible"}


@pytest.mark.parametrize("page", PAGES)
def test_every_reference_of_a_page_has_its_card(site, page):
    script = (site / "_static" / "previews" / f"{page}.js").read_text(encoding="utf-8")
    cards = json.loads(script.removeprefix("bookPreviews = ").rstrip(";\n"))
    for link in article(site, page).select("p a.reference.internal:not(.headerlink), li a.reference.internal"):
        address, _, anchor = str(link["href"]).partition("#")
        target = address.removesuffix(".html") or page
        if "/" in target or not (site / f"{target}.html").is_file() or target in ("genindex", "search"):
            continue
        assert f"{target}#{anchor}" in cards or target in cards, link
    for key, card in cards.items():
        shown = BeautifulSoup(card, "html.parser")
        assert shown.get_text(strip=True), key
        assert not shown.select("[id], script, details, a.headerlink"), key
        for image in shown.select("img"):
            assert (site / str(image["src"])).is_file(), key


# For lecturers


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_quiz_asks_what_the_page_asks_and_has_its_keys(site, page):
    """Read back from the archive: answers and what is right."""
    with zipfile.ZipFile(site / "quizzes" / f"{page}.zip") as packed:
        assert packed.testzip() is None
        path = next(name for name in packed.namelist() if name.endswith(".xml") and "meta" not in name and "/" in name)
        items = ET.fromstring(packed.read(path)).findall(".//q:item", QTI)
    told = [it for it in asked(site, page).values() if it["kind"] in ("number", "choice") and not it["predicts"]]
    assert len(items) == len(told) >= 2
    for item, one in zip(items, told, strict=True):
        right = item.find(".//q:respcondition[q:setvar]/q:conditionvar", QTI)
        right = right if right is not None else item.find(".//q:resprocessing", QTI)
        if one["kind"] == "choice":
            choices = [label.get("ident") for label in item.findall(".//q:response_label", QTI)]
            correct = next(
                condition.find(".//q:varequal", QTI).text
                for condition in item.findall(".//q:respcondition", QTI)
                if condition.find("q:setvar", QTI) is not None
            )
            assert choices.index(correct) + 1 == one["key"]
        else:
            # To four decimals.
            low = float(item.find(".//q:vargte", QTI).text)
            high = float(item.find(".//q:varlte", QTI).text)
            assert low <= one["key"] <= high
            assert abs((high - low) / 2 - one["within"]) <= 1e-4


def test_every_figure_can_be_taken_along(site):
    figures = [str(figure["id"]) for page in ("index", *CHAPTERS) for figure in article(site, page).select("figure")]
    with zipfile.ZipFile(site / "figures" / "figures.zip") as packed:
        assert set(packed.namelist()) == {"figures.txt"} | {
            f"{it}.{k}" for it in figures for k in ("svg", "pdf", "png")
        }
        told = packed.read("figures.txt").decode()
        for name in packed.namelist()[:-1]:
            assert packed.read(name) == (site / "figures" / name).read_bytes()
    for figure in figures:
        assert f"{figure}\n" in told
        assert (site / "figures" / f"{figure}.pdf").read_bytes().startswith(b"%PDF")
        assert (site / "figures" / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
        assert (site / "figures" / f"{figure}.svg").read_text(encoding="utf-8").startswith("<svg")
    for page in CHAPTERS:
        for figure in article(site, page).select("figure"):
            assert [a["href"] for a in figure.select("details.figure-menu a")] == [
                f"figures/{figure['id']}.{kind}" for kind in ("svg", "pdf", "png")
            ]


def test_a_handout_has_its_sections_alone_in_order_and_leads_nowhere_else(site):
    routes = read((ROOT / "book" / "chapters.yml").read_text(encoding="utf-8"))[0].paths
    assert len(routes) == 5
    for route in routes.values():
        name = "handout-" + re.sub(r"\W+", "-", route.name.lower())
        page = soup(site / f"{name}.html").select_one("article.bd-article")
        assert page is not None
        here = [str(tag["id"]) for tag in page.select("[id]")]
        assert len(here) == len(set(here))
        places = [here.index(step.link) for step in route.steps]
        assert places == sorted(places)
        for link in page.select("a[href]"):
            assert str(link["href"]).startswith(("#", "http")), link
            assert not str(link["href"]).startswith("#") or str(link["href"])[1:] in here, link
        assert not page.select("details.solution, details.answer, script")


def test_links_to_copy_have_no_numbers_and_name_the_chapter(site):
    page = soup(site / "for-instructors.html")
    lines = [line for pre in page.select("details.links pre") for line in pre.get_text().splitlines()]
    assert len(lines) > 300
    for line in lines:
        assert not re.search(r"(Figure|Exercise|Theorem|Equation|Table) \d", line), line
    equations = [line for line in lines if "#equation-" in line]
    assert equations
    assert all(": equation in " in line for line in equations)


# The notebooks to work in


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_notebook_to_work_in_asks_checks_and_tells_no_solution(site, page):
    book = nbformat.read(site / "notebooks" / f"{page}-to-work-in.ipynb", 4)
    tags = [tag for cell in book.cells for tag in cell.metadata.get("tags", [])]
    askable = [told for told in asked(site, page).values() if not told["predicts"] and told["kind"] != "network"]
    assert tags == ["stub", "check"] * len(askable)
    for cell in book.cells:
        if cell.cell_type == "code" and "import" not in cell.source:
            ast.parse(cell.source)
    assert not [cell for cell in book.cells if re.search(r"^#+ (Solution|Answer)", cell.source, re.MULTILINE)]
    solved = nbformat.read(site / "notebooks" / f"{page}.ipynb", 4)
    assert [cell for cell in solved.cells if re.search(r"^#+ Solution", cell.source, re.MULTILINE)]
