"""The whole site in a browser: under its policy, from a folder too, for every eye, and without a jump."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page
from reader import BLOCKED, FIGURES, SITE, complaints_and_requests

PAGES = sorted(path.name for path in SITE.glob("*.html"))
AXE = SITE.parents[1] / "book" / "_movable" / "node_modules" / "axe-core" / "axe.min.js"

#: Adds up the layout shifts that no hand has caused.
SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_without_a_complaint_and_asks_nobody_else(context: BrowserContext, site: str, name: str):
    """The console tells of every violation of the page's policy."""
    page = context.new_page()
    complaints, requests = complaints_and_requests(page)
    page.goto(f"{site}/{name}")
    page.wait_for_load_state("networkidle")
    assert complaints == []
    assert [request for request in requests if not request.startswith((site, "data:"))] == []
    assert context.cookies() == []
    # What is shown is set in the book's own font, already at the first visit.
    assert page.evaluate("document.fonts.check('16px \"Source Serif 4\"')")
    assert page.evaluate("getComputedStyle(document.body).visibility") == "visible"


def test_a_script_that_is_not_the_pages_own_does_not_run(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/index.html")
    page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'window.intruder = 1';"
        "document.body.append(script); }"
    )
    assert page.evaluate("window.intruder") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Browser, server: str, name: str, scheme: str):
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server}/{name}")
    page.locator("html.laid-out").wait_for()
    # Open what is hidden, which is looked at as well, once it has faded in.
    page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
    page.wait_for_timeout(700)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    assert found == []
    context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", [*PAGES, *(f"{page}.html#fig-{figure}" for figure, page in FIGURES.items())])
def test_nothing_jumps_while_a_page_loads(browser: Browser, server: str, address: str, width: int):
    # On a machine so busy that the page is shown before its scripts have run (early.js), another try is made.
    for _ in range(5):
        context = browser.new_context(viewport={"width": width, "height": 850})
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.goto(f"{server}/{address}")
        page.wait_for_timeout(500)
        ready, shift = page.evaluate("[performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, shift]")
        context.close()
        if ready < 3000:
            break
    assert shift < 0.001


@pytest.mark.parametrize("figure", FIGURES)
def test_a_link_lands_on_its_figure(context: BrowserContext, site: str, figure: str):
    page = context.new_page()
    page.goto(f"{site}/{FIGURES[figure]}.html#fig-{figure}")
    page.wait_for_timeout(500)
    top = page.evaluate(f"document.getElementById('fig-{figure}').getBoundingClientRect().top")
    assert -5 < top < 200


def test_a_link_to_a_solution_opens_it(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/the-hinge.html")
    assert not page.locator("#sol-read p").first.is_visible()
    page.goto(f"{site}/the-hinge.html#sol-read")
    assert page.locator("#sol-read p").first.is_visible()


def search(page: Page, address: str, words: str) -> list[str]:
    page.goto(f"{address}/search.html?q={words}")
    page.locator("#search-results li a").first.wait_for()
    return [str(link.get_attribute("href")) for link in page.locator("#search-results li a").all()]


def test_the_search_finds_over_http_and_in_a_folder(context: BrowserContext, site: str):
    page = context.new_page()
    complaints, _ = complaints_and_requests(page)
    assert any("the-best-broken-line.html" in link for link in search(page, site, "alternation"))
    assert any("api.html" in link for link in search(page, site, "best_broken_line"))
    # From another page, by the keyboard.
    page.goto(f"{site}/the-hinge.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("universal")
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.wait_for()
    assert "search.html?q=universal" in page.url
    assert complaints == []


def test_a_heading_offers_its_link_and_copies_it(browser: Browser, server: str):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    for kind, anchor in (("h2", "the-hinge-relu"), ("figcaption", "fig-relu"), (".exercise p", "ex-read")):
        link = page.locator(f'{kind} a.headerlink[href="#{anchor}"]')
        link.locator("xpath=..").hover()
        assert float(link.evaluate("node => getComputedStyle(node).opacity")) > 0
        link.click()
        assert page.evaluate("navigator.clipboard.readText()") == f"{server}/the-hinge.html#{anchor}"
    context.close()


def test_links_for_instructors_are_absolute_where_the_page_is_read(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/for-instructors.html")
    texts = page.locator("details.links pre").all_text_contents()
    assert len(texts) % 3 == 0
    assert len(texts) > 0
    assert all(server in text for text in texts)
    assert "](./" not in "".join(texts)


def test_an_exponent_is_small_and_raised(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/a-parabola-by-hand.html")
    formula = page.locator(".katex", has=page.locator("annotation", has_text=re.compile(r"^x\^2$"))).first
    sizes = formula.locator(".katex-html .mord:not(:has(*))").evaluate_all(
        "nodes => nodes.map(node => [parseFloat(getComputedStyle(node).fontSize), node.getBoundingClientRect().bottom])"
    )
    (base, foot), (exponent, exponent_foot) = sizes
    assert exponent == pytest.approx(0.7 * base, rel=0.01)
    assert exponent_foot < foot


def test_the_menu_takes_a_chapter_along(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    page.get_by_role("button", name="Download this chapter").click()
    for name in ("Notebook to work in", "Notebook, solved"):
        link = page.get_by_role("link", name=name)
        assert link.is_visible()
        assert page.request.get(f"{server}/{link.get_attribute('href')}").ok


def test_without_scripts_everything_can_be_read(browser: Browser, site: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/the-hinge.html")
    assert page.locator("article h1").is_visible()
    page.locator("#sol-read summary").click()
    assert page.locator("#sol-read p").first.is_visible()
    assert not page.get_by_role("button", name="Search").is_visible()
    context.close()


def contrast(page: Page | Frame, selector: str) -> float:
    """Of the words against the page, as WCAG has it."""
    words = page.evaluate("(selector) => getComputedStyle(document.querySelector(selector)).color", selector)
    colours = words, page.evaluate("getComputedStyle(document.body).backgroundColor")
    lights = []
    for colour in colours:
        channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    low, high = sorted(lights)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("how", ["site data blocked", "sandboxed frame", "no JavaScript"])
def test_the_systems_colours_decide_and_all_can_be_read(browser: Browser, server: str, scheme: str, how: str):
    """Where nothing can be remembered, in a frame as learning platforms make it, and where no script runs."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=how != "no JavaScript")  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    shown: Page | Frame = page
    if how == "sandboxed frame":
        frame = f'<iframe sandbox="allow-scripts" width="900" height="900" src="{server}/the-hinge.html"></iframe>'
        page.set_content(frame)
        page.wait_for_timeout(1500)
        shown = page.frames[1]
    else:
        if how == "site data blocked":
            page.add_init_script(BLOCKED)
        page.goto(f"{server}/the-hinge.html")
        page.wait_for_timeout(500)
    for selector in ("article p", "article h1", ".highlight .n", "figcaption", "nav.bd-docs-nav a"):
        assert contrast(shown, selector) >= 4.5, selector
    dark = shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 20, 22)"
    assert dark == (scheme == "dark")
    # The figures, which are images, follow the colour scheme of the page.
    assert shown.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
    if how != "no JavaScript":
        shown.locator("#fig-move-a-hinge").scroll_into_view_if_needed()
        shown.locator("#fig-move-a-hinge .movable").wait_for()
        assert shown.locator("#fig-move-a-hinge .movable").count() == 1
        assert complaints == []
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(browser: Browser, server: str, width: int):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in sorted(SITE.rglob("*.html")):
        page.goto(f"{server}/{path.relative_to(SITE).as_posix()}")
        # What lies below would be laid out a little later.
        page.evaluate("document.documentElement.classList.remove('by-parts')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    context.close()


def test_solutions_are_open_on_paper(context: BrowserContext, server: str, tmp_path: Path):
    from pypdf import PdfReader

    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    solution = " ".join(page.locator("#sol-read p").first.text_content().split())
    page.pdf(path=tmp_path / "page.pdf")
    printed = " ".join("".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages).split())
    # A formula's signs come out of a PDF in another order than out of a page.
    words = max(re.findall(r"[A-Za-z ,]{12,}", solution), key=len).strip()
    assert words in printed


def test_an_excerpt_is_the_pages_text_with_each_formula_once(context: BrowserContext, server: str):
    page = context.new_page()
    search(page, server, "multiply stack")
    page.goto(f"{server}/search.html?q=matrix")
    page.locator("#search-results p.context").nth(2).wait_for()
    excerpts = page.locator("#search-results p.context").all_text_contents()
    assert len(excerpts) >= 3
    for text in excerpts:
        assert not re.search("System Settings|Light|Dark|Contents", text), text
    once = page.evaluate(
        """async () => {
          const html = await (await fetch("the-hinge.html")).text();
          return [Search.htmlToText(html, "#the-hinge-relu"), Search.htmlToText(html, null)];
        }"""
    )
    assert once[0].startswith("The function itself The rectified linear unit")
    assert "relu(x)=max(0,x)={x0" in once[0].replace("\u200b", "").replace(" ", "").replace("⎩⎨⎧", "{")
    assert "operatorname" not in once[1]


def test_words_found_can_be_hidden_and_only_where_there_are_some(context: BrowserContext, server: str):
    page = context.new_page()
    search(page, server, "hinge")
    page.goto(f"{server}/the-hinge.html")
    page.locator("article .highlighted").first.wait_for()
    page.get_by_role("link", name="Hide Search Matches").click()
    assert page.locator(".highlighted").count() == 0
    search(page, server, "alternation")
    page.goto(f"{server}/404.html")
    page.wait_for_timeout(300)
    assert page.get_by_text("Hide Search Matches").count() == 0


def test_a_moved_page_leads_on(context: BrowserContext, server: str):
    """The script of a redirection, on a page of its own: what follows the # goes along."""
    page = context.new_page()
    html = f'<p class="moved"><a href="{server}/the-hinge.html">moved</a></p>'
    html += f'<script src="{server}/_static/moved.js"></script>'
    page.route("**/former.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{server}/former.html#the-hinge-shift")
    page.wait_for_url("**/the-hinge.html#the-hinge-shift")


def test_the_pdf_is_tagged_and_has_its_parts(tmp_path: Path):
    """Made by `make pdf`, which the tests in the browser are run after."""
    from pypdf import PdfReader

    reader = PdfReader(SITE.parent / "book.pdf")
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert "/StructTreeRoot" in catalogue
    assert len(reader.pages) > 60

    def titles(marks: list) -> list[str]:
        return [title for mark in marks for title in (titles(mark) if isinstance(mark, list) else [mark.title])]

    marks = titles(reader.outline)
    for wanted in ("2. One neuron is one hinge", "Moving the kink: shift and bias are one thing", "Notation"):
        assert wanted in marks
    assert "Version" in reader.pages[0].extract_text()
    # The contents tell the page on which a chapter begins.
    contents = reader.pages[1].extract_text()
    for mark in reader.outline[3:]:
        if not isinstance(mark, list):
            assert re.search(rf"{re.escape(mark.title)}\s+{reader.get_destination_page_number(mark) + 1}\b", contents)
    text = "".join(page.extract_text() for page in reader.pages)
    for wanted in ("Fig. 2.1", "(3.1)", "Exercise 7.3", "Theorem 3.1", "Solution"):
        assert wanted in text
    inside = sum(
        "/Dest" in mark.get_object() or "/D" in mark.get_object().get("/A", {})
        for page in reader.pages
        for mark in page.get("/Annots", [])
    )
    assert inside > 100
