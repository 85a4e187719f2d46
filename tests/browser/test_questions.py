"""Cards of links, guesses, checked answers and tasks: by mouse, finger and keyboard, wherever pages are read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, expect
from reader import BLOCKED, Reader, complaints_and_requests


def reach(reader: Reader, link: Locator) -> None:
    """Points at a link, taps it once, or comes to it by Tab."""
    link.scroll_into_view_if_needed()
    reader.page.wait_for_timeout(100)
    if reader.device == "touch":
        link.tap()
    elif reader.device == "pointer":
        link.hover()
    else:
        link.focus()
        reader.page.keyboard.press("Shift+Tab")
        reader.page.keyboard.press("Tab")


def apart(one: Locator, other: Locator) -> bool:
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None
    assert b is not None
    return a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


@pytest.mark.parametrize(
    ("page", "link", "said"),
    [
        ("a-parabola-by-training", "a[href*='#thm-parabola-floor']", "Theorem 5.1"),
        ("the-hinge", "p a[href*='#fig-shift']", "Left: the shift"),
        ("why-nonlinearity", "p a[href*='#equation-eq-two-hinges']", "(1.2)"),
        ("the-hinge", "a[href*='#term-neuron']", "a weighted sum of its inputs"),
        ("a-parabola-by-training", "a[href*='#source-kingma2015']", "Adam"),
        ("a-parabola-by-training", "a[href*='#ex-longer']", "Longer, or wider?"),
        ("the-hinge", "a[href*='#a-parabola-by-training-neurons']", "What the neurons have become"),
    ],
)
def test_a_link_shows_what_it_leads_to(reader: Reader, site: str, page: str, link: str, said: str):
    complaints, _ = complaints_and_requests(reader.page)
    reader.page.goto(f"{site}/{page}.html")
    # What a guess covers cannot be reached until then.
    reader.page.evaluate(
        "document.querySelectorAll('.veiled').forEach(it => { it.inert = false; it.classList.remove('veiled') })"
    )
    place = reader.page.locator("article.bd-article").locator(f"{link}:not(.headerlink)").first
    card = reader.page.locator(".preview")
    assert card.get_attribute("role") == "status"
    reach(reader, place)
    card.locator("> *").first.wait_for()
    assert said in card.inner_text().replace("\xa0", " ")
    assert apart(card, place)
    assert reader.page.url.partition("#")[0] == f"{site}/{page}.html"
    reader.page.keyboard.press("Escape")
    assert card.inner_text() == ""
    # A second tap, a click or Enter leads there.
    if reader.device == "touch":
        place.tap()
        place.tap()
    elif reader.device == "keyboard":
        reader.page.keyboard.press("Enter")
    else:
        place.click()
    reader.page.wait_for_url(lambda url: "#" in url)
    assert complaints == []


def test_a_card_closes_when_the_pointer_leaves_and_stays_while_it_is_on_it(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    link = page.locator("article a[href*='#term-neuron']").first
    card = page.locator(".preview")
    link.hover()
    card.locator("> *").first.wait_for()
    card.hover()
    page.wait_for_timeout(800)
    assert card.inner_text()
    page.mouse.move(5, 5)
    expect(card).to_be_empty()


def fill(reader: Reader, field: Locator, text: str) -> None:
    field.focus()
    field.fill("")
    reader.page.keyboard.type(text)


def test_answers_are_checked_and_mistakes_have_their_replies(reader: Reader, site: str):
    reader.page.goto(f"{site}/the-hinge.html#q-kink")
    question = reader.page.locator("#q-kink")
    said, check = question.locator(".said"), question.get_by_role("button", name="Check")
    for text, words in (("x", "is not a number"), ("3", "The sign is the wrong way round".lower()), ("99", "Not yet")):
        fill(reader, question.locator("input"), text)
        reader.press(check)
        assert words.lower() in said.inner_text().lower()
        assert not question.locator("details.answer").evaluate("it => it.open")
    fill(reader, question.locator("input"), "−12/4")
    reader.press(check)
    assert said.inner_text() == "Right."
    assert question.locator("details.answer").evaluate("it => it.open")


def test_a_right_answer_opens_the_solution_of_its_exercise(reader: Reader, server: str):
    reader.page.goto(f"{server}/the-hinge.html#ex-write")
    question = reader.page.locator("#a-write")
    fill(reader, question.locator("input"), "1.5*relu(x - 3)")
    reader.press(question.get_by_role("button", name="Check"))
    assert "faces right" in question.locator(".said").inner_text()
    assert not reader.page.locator("#sol-write").evaluate("it => it.open")
    fill(reader, question.locator("input"), "3/2 relu(3 - x)")
    reader.press(question.get_by_role("button", name="Check"))
    assert reader.page.locator("#sol-write").evaluate("it => it.open")


def test_a_network_is_placed_in_the_figure(reader: Reader, server: str):
    reader.page.goto(f"{server}/the-hinge.html#q-make")
    question = reader.page.locator("#q-make")
    check = question.get_by_role("button", name="Check")
    reader.press(check)
    assert "Move something" in question.locator(".said").inner_text()
    reader.page.goto(f"{server}/the-hinge.html?figure=move-a-hinge&w=1&b=0&a=2#fig-move-a-hinge")
    reader.press(check)
    assert "Not yet" in question.locator(".said").inner_text()
    # Ten steps of the kink's handle, from 0 to −1.
    kink = reader.page.locator("#fig-move-a-hinge").get_by_role("slider").first
    kink.focus()
    for _ in range(40):
        reader.page.keyboard.press("ArrowLeft")
        reader.page.wait_for_timeout(40)
        if (
            abs(
                float(
                    reader.page.evaluate("document.querySelector('#fig-move-a-hinge .facts').textContent")
                    .split("=")[1]
                    .split(",")[0]
                    .replace("−", "-")
                )
                + 1
            )
            < 0.05
        ):
            break
    reader.press(check)
    assert question.locator(".said").inner_text() == "Right."


@pytest.mark.parametrize(
    ("page", "label", "set_up", "said"),
    [
        ("the-hinge", "q-make", "move-a-hinge&w=-1&b=1&a=2", "active on the left"),
        ("the-hinge", "q-make", "move-a-hinge&w=1&b=-1&a=2", "kink is at"),
        ("the-hinge", "q-make", "move-a-hinge&w=2&b=2&a=1", "Right."),
        ("the-hinge", "a-stop", "add-hinges&kinks=0,2,3,6&weights=1,1,-3,1&faces=1,1,1,1", "Not yet"),
        ("the-hinge", "a-stop", "add-hinges&kinks=0,2,3,7&weights=1,1,-3,1&faces=1,1,1,1", "Right."),
        (
            "a-parabola-by-hand",
            "q-near",
            "beat-the-best&curve=square&kinks=-6,-2,2,6&jumps=8,8,8,8&faces=-1,-1,1,1&offset=4",
            "below the picture",
        ),
        (
            "a-parabola-by-hand",
            "q-near",
            "beat-the-best&curve=square&kinks=-6,-2,2,6&jumps=8,8,8,8&faces=-1,-1,1,1&offset=2",
            "Right.",
        ),
        (
            "a-parabola-by-hand",
            "a-best-three",
            "beat-the-best&curve=square&kinks=-3.33,3.33,8&jumps=13.33,13.33,2&faces=-1,1,1&offset=5.6",
            "Two hinges can do nearly that",
        ),
        (
            "a-parabola-by-hand",
            "a-best-three",
            "beat-the-best&curve=square&kinks=-3.846,2.308,8.462&jumps=12.308,12.308,13.846&faces=1,1,-1&offset=-160.36",
            "Right.",
        ),
    ],
)
def test_a_network_from_a_link_is_an_answer(
    context: BrowserContext, server: str, page: str, label: str, set_up: str, said: str
):
    tab = context.new_page()
    tab.goto(f"{server}/{page}.html?figure={set_up}#{label}")
    question = tab.locator(f"#{label}")
    question.get_by_role("button", name="Check").click()
    assert said in question.locator(".said").inner_text()


def test_a_guess_comes_before_the_truth(reader: Reader, site: str):
    reader.page.goto(f"{site}/the-hinge.html")
    figure = reader.page.locator("#fig-shift")
    covered = "document.querySelector('#fig-shift').closest('.veiled') !== null"
    assert reader.page.evaluate(covered)
    question = reader.page.locator("#guess-shift")
    question.scroll_into_view_if_needed()
    reader.press(question.get_by_role("button", name="That is my guess"))
    assert "Choose one" in question.locator(".said").inner_text()
    question.locator("input").nth(0).check()
    reader.press(question.get_by_role("button", name="That is my guess"))
    assert question.locator(".said").inner_text() == "Not that one."
    assert not reader.page.evaluate(covered)
    assert figure.is_visible()


def test_a_number_is_guessed_and_the_distance_told(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/a-parabola-by-training.html#guess-outside")
    question = page.locator("#guess-outside")
    question.locator("input[type=range]").fill("400")
    question.get_by_role("button", name="That is my guess").click()
    assert question.locator(".said p").inner_text().startswith("You said 400; it is 257: 143 away.")
    assert question.locator(".scale .truth").is_visible()


def test_one_key_skips(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    page.locator("#guess-shift").scroll_into_view_if_needed()
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('#fig-shift').closest('.veiled') !== null")


def test_a_link_to_what_is_covered_uncovers_it(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/the-hinge.html#fig-shift")
    assert not page.evaluate("document.querySelector('#fig-shift').closest('.veiled') !== null")


def test_a_curve_is_drawn_and_then_shown(reader: Reader, site: str):
    reader.page.goto(f"{site}/a-parabola-by-training.html#fig-between")
    figure = reader.page.locator("#fig-between")
    figure.locator(".movable").wait_for()
    figure.scroll_into_view_if_needed()
    pen = figure.get_by_role("slider")
    if reader.device == "keyboard":
        pen.focus()
        for _ in range(10):
            reader.page.keyboard.press("ArrowUp")
    else:
        reader.move(pen, right=60, up=40)
    reader.press(figure.get_by_role("button", name="Show the truth"))
    reader.page.wait_for_timeout(200)
    assert "away on average" in figure.locator(".facts").inner_text()


def test_an_address_takes_controls_away(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/a-parabola-by-hand.html?figure=beat-the-best&hide=best,curve#fig-beat-the-best")
    figure = page.locator("#fig-beat-the-best")
    figure.locator(".movable").wait_for()
    assert figure.get_by_role("button", name="Show me the best").count() == 0
    assert figure.get_by_role("combobox").count() == 0
    assert figure.get_by_role("button", name="Add a hinge").count() == 1
    figure.get_by_role("button", name="Add a hinge").click()
    page.wait_for_timeout(500)
    assert "hide=best,curve" in page.url


def test_marks_are_kept_shown_and_cleared(context: BrowserContext, server: str):
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html#q-kink")
    page.locator("#q-kink input").fill("-3")
    page.locator("#q-kink button").click()
    page.goto(f"{server}/index.html")
    assert "1 solved" in page.locator(".bd-links").inner_text()
    page.goto(f"{server}/the-hinge.html#the-hinge-exercises")
    page.locator(".bd-links .mark", has_text="read").wait_for()
    assert "read, 1 solved" in page.locator(".bd-links").inner_text()
    page.get_by_role("button", name="Clear my marks").click()
    assert "✓" not in page.locator(".bd-links").inner_text()
    page.reload()
    assert "solved" not in page.locator(".bd-links").inner_text()
    assert context.cookies() == []


@pytest.mark.parametrize("how", ["site data blocked", "sandboxed frame", "360 pixels, dark"])
def test_all_of_it_works_where_little_is_allowed(browser: Browser, server: str, how: str):
    small = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"} if how.startswith("360") else {}
    page = browser.new_context(**small).new_page()  # type: ignore[arg-type]
    shown: Page | Frame = page
    if how == "sandboxed frame":
        frame = f'<iframe sandbox="allow-scripts" width="900" height="700" src="{server}/the-hinge.html"></iframe>'
        page.set_content(frame)
        page.wait_for_timeout(1500)
        shown = page.frames[1]
    else:
        if how == "site data blocked":
            page.add_init_script(BLOCKED)
        page.goto(f"{server}/the-hinge.html")
    shown.locator("article a[href*='#term-neuron']").first.hover()
    page.wait_for_timeout(900)
    assert "weighted sum" in shown.locator(".preview").inner_text()
    box = shown.locator(".preview").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= (360 if how.startswith("360") else 1280)
    shown.locator("#q-kink input").fill("-3")
    shown.locator("#q-kink button").click()
    assert shown.locator("#q-kink .said").inner_text() == "Right."
    page.context.close()


def test_without_scripts_there_are_links_figures_and_folded_answers(browser: Browser, site: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/the-hinge.html")
    question = page.locator("#q-kink")
    assert question.locator("form").count() == 0
    question.locator("summary").click()
    assert question.locator("details p").first.inner_text() == "−3"
    assert page.locator("#fig-shift img").is_visible()
    assert page.locator(".preview, .veiled").count() == 0
    context.close()


def test_copied_text_has_each_formula_once_as_tex(browser: Browser, server: str):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/the-hinge.html")
    page.evaluate(
        "() => { const range = document.createRange(); range.selectNode(document.querySelector('#equation-eq-shift'));"
        "getSelection().removeAllRanges(); getSelection().addRange(range); }"
    )
    page.keyboard.press("Control+c")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.count("relu") == 1
    assert "\\operatorname{relu}(x + h)" in text
    context.close()


def test_the_search_answers_while_one_types(context: BrowserContext, site: str):
    page = context.new_page()
    page.goto(f"{site}/search.html")
    page.locator(".bd-search-container input").click()
    page.keyboard.type("alternation")
    page.locator("#search-results li").first.wait_for()
    assert page.locator("#search-results li").count() > 0


def test_steps_are_shown_one_at_a_time_and_opened_by_links(reader: Reader, site: str):
    page = reader.page
    page.goto(f"{site}/a-parabola-by-hand.html")
    steps = page.locator("section.steps > section")
    shown = "[...document.querySelectorAll('section.steps > section')].map(step => step.hidden ? 0 : 1).join('')"
    assert page.evaluate(shown) == "1000"
    reader.press(page.get_by_role("button", name="Three hinges"))
    assert page.evaluate(shown) == "0010"
    expect(steps.nth(2).locator("figure")).to_be_visible()
    expect(steps.nth(0).locator("figure")).not_to_be_visible()
    # A link to one that is hidden opens it, within the page and from elsewhere.
    page.evaluate("location.hash = '#fig-four-hinges'")
    page.wait_for_function(f"{shown} === '0001'")
    expect(steps.nth(3).locator("figure")).to_be_in_viewport()
    page.goto(f"{site}/index.html")
    page.goto(f"{site}/a-parabola-by-hand.html#a-parabola-by-hand-two")
    assert page.evaluate(shown) == "0100"


def test_nothing_is_covered_on_paper(context: BrowserContext, site: str):
    page = context.new_page()
    for name in ("a-parabola-by-training", "what-training-finds", "what-a-step-does"):
        page.goto(f"{site}/{name}.html")
        page.locator(".veiled").first.wait_for(state="attached")
        page.emulate_media(media="print")
        pictures = page.locator(".veiled figure img, figure.veiled img").all()
        assert pictures
        for picture in pictures:
            expect(picture).to_be_visible()
        covered = "[...document.querySelectorAll('.veiled, .veiled > *')].map((it) => getComputedStyle(it).filter)"
        assert set(page.evaluate(covered)) == {"none"}
        page.emulate_media(media="screen")


def test_all_steps_are_there_without_scripts_and_on_paper(browser: Browser, site: str):
    for scripts in (False, True):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{site}/a-parabola-by-hand.html")
        if scripts:
            page.emulate_media(media="print")
        for figure in ("one-hinge", "two-hinges", "three-hinges-fit", "four-hinges"):
            expect(page.locator(f"#fig-{figure}")).to_be_visible()
        context.close()
