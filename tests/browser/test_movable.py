"""The movable figures in a real browser: what they say is what the package computes for the same parameters."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from reader import FIGURES, Reader, complaints_and_requests, handle, number, numbers, scores
from test_movable_part_three import digits_say, folds_say, moons_say, tiles_say
from test_movable_part_two import accounts_say, beyond_says, drops_say, step_says, table_says

from reluapprox import (
    TARGETS,
    BrokenLine,
    Network,
    Target,
    best_broken_line,
    best_network,
    broken_line,
    pieces_worth,
    rms_error,
    sup_error,
    train,
    worst_point,
)
from reluapprox.figures import PALETTE

ROOT = Path(__file__).resolve().parents[2]


# One hinge.


def hinge_says(figure: Locator, state: dict[str, str]) -> None:
    """Formula and sentence are those of the neuron in the address."""
    w, b, a = (float(state[name]) for name in "wba")
    seen = Network.from_hinges([w], [b], [a]).hinges((-10, 10))
    facts = figure.locator(".facts").inner_text()
    kink = re.search(r"= (\S+),", facts)
    assert kink is not None
    assert number(kink[1]) == pytest.approx(seen.kinks[0], abs=0.006)
    assert ("its right" in facts) == (seen.faces[0] > 0)
    if round(float(seen.jumps[0]), 2):
        by = re.search(r"by (\S+) in slope", facts)
        assert by is not None
        assert number(by[1]) == pytest.approx(abs(seen.jumps[0]), abs=0.006)
        assert ("bends up" in facts) == (seen.jumps[0] > 0)
    formula = figure.locator(".formula").inner_text().replace("−", "-").replace(" ", "")
    scale = re.match(r"y=([-\d.]+)·relu", formula)
    assert scale is not None
    assert float(scale[1]) == pytest.approx(a, rel=0.01)
    shown = [number(text) for text in figure.locator("output").all_inner_texts()]
    assert shown == pytest.approx([w, b, a], abs=0.006)


def test_a_hinge_is_moved_by_its_kink_and_by_its_arm(reader: Reader, server: str):
    figure = reader.open(server, "move-a-hinge")
    expect(figure.locator(".formula")).to_have_text("y = 0.5 · relu(2x − 6)")
    reader.move(handle(figure, "The neuron: kink"), right=-60)
    state = reader.state()
    assert float(state["w"]) == 2
    assert float(state["a"]) == 0.5
    assert float(state["b"]) > -6
    hinge_says(figure, state)

    # Below the axis: a < 0. On the other side of the kink: w < 0.
    reader.move(handle(figure, "The neuron: arm"), up=-110)
    down = reader.state()
    assert float(down["a"]) < 0 < float(down["w"])
    hinge_says(figure, down)
    if reader.device == "keyboard":
        handle(figure, "The neuron: arm").focus()
        for _ in range(10):
            reader.page.keyboard.press("ArrowLeft")
    else:
        reader.move(handle(figure, "The neuron: arm"), right=-170)
    turned = reader.state()
    assert float(turned["w"]) < 0
    hinge_says(figure, turned)
    expect(figure.get_by_role("button", pressed=True)).to_contain_text("a < 0, w < 0")

    reader.press(figure.get_by_role("button", name="a > 0, w > 0"))
    chosen = reader.state()
    assert float(chosen["a"]) > 0
    assert float(chosen["w"]) > 0
    hinge_says(figure, chosen)


def test_a_slider_obeys_all_its_keys(browser: Browser, server: str):
    context = browser.new_context()
    reader = Reader(context.new_page(), "keyboard")
    figure = reader.open(server, "move-a-hinge")
    kink = handle(figure, "The neuron: kink")
    figure.locator("svg").first.scroll_into_view_if_needed()
    kink.focus()
    expect(kink).to_have_attribute("aria-valuenow", "3")
    for keys, value in (
        ("ArrowRight", 3.1),
        ("ArrowUp", 3.2),
        ("Shift+ArrowLeft", 2.2),
        ("ArrowDown", 2.1),
        ("Home", -9),
        ("End", 9),
        ("PageDown", 8),
    ):
        reader.page.keyboard.press(keys)
        reader.page.wait_for_timeout(60)
        now = kink.get_attribute("aria-valuenow")
        assert now is not None
        assert float(now) == pytest.approx(value)
    expect(kink).to_have_attribute("aria-valuetext", "bends at 8")
    # And Tab leads from handle to handle.
    reader.page.keyboard.press("Tab")
    expect(handle(figure, "The neuron: arm")).to_be_focused()
    reader.page.wait_for_timeout(700)
    expect(figure.locator('[role="status"]').last).to_contain_text("Kink at −b/w = 8.00")
    context.close()


# The sum of hinges.


def sum_says(figure: Locator, state: dict[str, str]) -> None:
    kinks, jumps, faces = (numbers(state[name]) for name in ("kinks", "weights", "faces"))
    network = Network.from_hinges(faces, [-f * t for f, t in zip(faces, kinks, strict=True)], jumps)
    line = broken_line(network, (-10, 10))
    said = figure.locator(".facts").inner_text().replace("−", "-")
    found = re.match(r"Kinks at (.*); slopes from left to right (.*)\.$", said)
    assert found is not None
    # Hinges that do nothing are left out by neither.
    np.testing.assert_allclose(numbers(found[1]), np.unique(kinks), atol=0.006, rtol=0.006)
    middles = (np.array([-10, *np.unique(kinks)]) + np.array([*np.unique(kinks), 10])) / 2
    slopes = line.slopes[np.searchsorted(line.knots, middles, side="right") - 1]
    np.testing.assert_allclose(numbers(found[2]), slopes, atol=0.006, rtol=0.006)


def test_hinges_are_moved_added_and_removed(reader: Reader, server: str):
    figure = reader.open(server, "add-hinges")
    expect(figure.locator(".facts")).to_have_text("Kinks at 0, 2, 3; slopes from left to right 0, 1, 2, −1.")
    reader.move(handle(figure, "Hinge 1 of 3: kink"), right=-70)
    state = reader.state()
    assert numbers(state["kinks"])[0] < -0.3
    assert numbers(state["kinks"])[1:] == [2, 3]
    sum_says(figure, state)
    reader.move(handle(figure, "Hinge 3 of 3: arm"), up=40)
    state = reader.state()
    assert numbers(state["weights"])[2] > -3
    sum_says(figure, state)
    for _ in range(5):
        reader.press(figure.get_by_role("button", name="Add a hinge"))
    state = reader.state()
    assert len(numbers(state["kinks"])) == 8
    sum_says(figure, state)
    expect(figure.get_by_role("button", name="Add a hinge")).to_be_disabled()
    expect(figure.get_by_role("slider", name="Hinge")).to_have_count(16)
    for _ in range(7):
        reader.press(figure.get_by_role("button", name="Remove hinge"))
    state = reader.state()
    assert len(numbers(state["kinks"])) == 1
    sum_says(figure, state)
    expect(figure.get_by_role("button", name="Remove hinge")).to_be_disabled()


# Beat the best.


def placed(state: dict[str, str]) -> tuple[Network, Target]:
    kinks, jumps, faces = (numbers(state[name]) for name in ("kinks", "jumps", "faces"))
    biases = [-face * kink for face, kink in zip(faces, kinks, strict=True)]
    network = Network.from_hinges(faces, biases, jumps, float(state["offset"]))
    if state["curve"] != "drawn":
        return network, TARGETS[state["curve"]]
    heights = np.array(numbers(state["heights"])) / 100
    line = BrokenLine(np.linspace(-1, 1, len(heights)), heights)
    return network, Target.from_points(line.knots, line.values, "drawn")


def best_says(figure: Locator, state: dict[str, str]) -> float:
    """All four numbers are the package's; returns the score."""
    network, target = placed(state)
    count = network.widths[0]
    said = scores(figure)
    sup = sup_error(network, target)
    drawn = target.name == "drawn"
    if drawn:
        best, name = best_broken_line(target, pieces=count + 1).error, "No less than"
    else:
        found = best_network(target, neurons=count)
        best, name = found.error, "Best possible" if found.proved else "Best found"
    # Four digits are shown; the address holds a millionth.
    assert number(said["Sup error"]) == pytest.approx(sup, rel=6e-4, abs=2e-5)
    assert number(said["RMS error"]) == pytest.approx(rms_error(network, target), rel=6e-4, abs=2e-5)
    assert number(said[name]) == pytest.approx(best, rel=6e-4)
    score = 100 * best / max(sup, best)
    assert number(said["Score"]) == pytest.approx(score, abs=0.6)
    x, error = worst_point(network, target)
    facts = figure.locator(".facts").inner_text()
    at = re.search(r"x = (\S+),", facts)
    assert at is not None
    here = float(network(number(at[1]))) - float(target(number(at[1])))
    assert abs(here) == pytest.approx(abs(error), rel=0.02, abs=2e-3 * abs(x) + 1e-3)
    return score


def test_the_hand_picked_hinges_are_moved(reader: Reader, server: str):
    figure = reader.open(server, "beat-the-best")
    assert scores(figure)["Sup error"] == "16.26"
    assert scores(figure)["Score"] == "12 %"
    reader.move(handle(figure, "Left end"), up=20)
    state = reader.state()
    first = best_says(figure, state)
    assert first > 12
    reader.move(handle(figure, "Hinge 4 of 4"), right=40, up=30)
    moved = reader.state()
    assert moved["kinks"] != state["kinks"]
    best_says(figure, moved)


def test_the_optimum_is_shown(reader: Reader, server: str):
    figure = reader.open(server, "beat-the-best")
    for curve in ("square", "sine", "square root", "Runge"):
        figure.get_by_role("combobox", name="Curve").select_option(curve)
        best_says(figure, reader.state())
        reader.press(figure.get_by_role("button", name="Show me the best"))
        state = reader.state()
        assert state["curve"] == curve
        assert len(numbers(state["kinks"])) == 4
        assert best_says(figure, state) == pytest.approx(100, abs=0.1)
        assert scores(figure)["Score"] == "100 %"


def test_hinges_come_and_go(reader: Reader, server: str):
    figure = reader.open(server, "beat-the-best")
    before = sup_error(*placed(reader_state_after(reader, figure, "Add a hinge")))
    # A new hinge changes nothing yet.
    assert before == pytest.approx(16.26, abs=0.01)
    for count in (6, 7, 8):
        state = reader_state_after(reader, figure, "Add a hinge")
        assert len(numbers(state["kinks"])) == count
    best_says(figure, state)
    expect(figure.get_by_role("button", name="Add a hinge")).to_be_disabled()
    best_says(figure, reader_state_after(reader, figure, "Turn hinge"))
    for count in range(7, 0, -1):
        state = reader_state_after(reader, figure, "Remove hinge")
        assert len(numbers(state["kinks"])) == count
        best_says(figure, state)
    expect(figure.get_by_role("button", name="Remove hinge")).to_be_disabled()


def reader_state_after(reader: Reader, figure: Locator, button: str) -> dict[str, str]:
    reader.press(figure.get_by_role("button", name=button))
    return reader.state()


def test_a_curve_is_drawn(reader: Reader, server: str):
    figure = reader.open(server, "beat-the-best")
    figure.get_by_role("combobox", name="Curve").select_option("drawn")
    before = reader.state()
    best_says(figure, before)
    pen = handle(figure, "Pen on the curve")
    if reader.device == "keyboard":
        pen.focus()
        for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Shift+ArrowDown"):
            reader.page.keyboard.press(key)
    else:
        # On the paper, away from all handles.
        reader.move(pen, right=0, up=60)
        box = figure.locator(".paper rect").bounding_box()
        assert box is not None
        if reader.device == "pointer":
            reader.page.mouse.move(box["x"] + 20, box["y"] + 30)
            reader.page.mouse.down()
            reader.page.mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
            reader.page.mouse.up()
    state = reader.state()
    assert state["heights"] != before["heights"]
    best_says(figure, state)
    reader.press(figure.get_by_role("button", name="Show me the best"))
    shown = reader.state()
    # Four neurons reach at least what four pieces do.
    network, target = placed(shown)
    assert sup_error(network, target) <= best_broken_line(target, pieces=4).error * (1 + 1e-4) + 1e-5
    best_says(figure, shown)


def test_a_hinge_at_the_end_counts(context: BrowserContext, server: str):
    state = {"curve": "square", "kinks": "-5,10", "jumps": "15,0", "faces": "-1,1", "offset": "21.875"}
    query = "&".join(f"{key}={value}" for key, value in state.items())
    figure = Reader(context.new_page(), "pointer").open(server, "beat-the-best", f"?figure=beat-the-best&{query}")
    best_says(figure, state)


def test_a_curve_that_can_be_met_is_met(context: BrowserContext, server: str):
    heights = ",".join(str(max(0, 10 * (8 - abs(i - 16)))) for i in range(33))
    state = {"curve": "drawn", "kinks": "-0.9,-0.1,0.8", "jumps": "0,0,0", "faces": "-1,1,1", "offset": "0"}
    query = "&".join(f"{key}={value}" for key, value in (state | {"heights": heights}).items())
    reader = Reader(context.new_page(), "pointer")
    reader.page.emulate_media(reduced_motion="reduce")
    figure = reader.open(server, "beat-the-best", f"?figure=beat-the-best&{query}")
    figure.get_by_role("button", name="Show me the best").click()
    expect(figure.locator("dl.scores dd").nth(2)).to_have_text("100 %")
    assert scores(figure)["Sup error"] == scores(figure)["No less than"] == "0"


# The cover.


def cover_says(figure: Locator, state: dict[str, str]) -> None:
    kink, level, end = (float(state[name]) for name in ("kink", "level", "end"))
    square, said = TARGETS["square"], scores(figure)
    assert number(said["Sup error"]) == pytest.approx(
        sup_error(BrokenLine([-10, kink, 10], [level, level, end]), square), abs=0.006
    )
    assert number(said["Best possible"]) == pytest.approx(best_network(square, neurons=1).error, abs=0.006)


def test_one_hinge_is_placed_and_sixty_four_are_shown(reader: Reader, server: str):
    figure = reader.open(server, "cover")
    square = TARGETS["square"]
    figure.locator("svg").first.scroll_into_view_if_needed()
    reader.move(handle(figure, "The hinge’s kink"), right=-40, up=40)
    reader.move(handle(figure, "The hinge’s arm"), up=40)
    state = reader.state()
    assert float(state["kink"]) < 2
    assert float(state["level"]) > 20
    assert float(state["end"]) > 60
    cover_says(figure, state)
    reader.press(figure.get_by_role("button", name="Sixty-four, trained"))
    x = np.arange(-10, 11)
    sup = sup_error(train(x, x**2, width=64, seed=0).network, square)
    expect(figure.locator("dd").first).to_have_text(f"{sup:.2f}")
    assert scores(figure)["Worth in pieces"] == f"{pieces_worth(sup, square):.1f} of 65"
    expect(handle(figure, "The hinge’s kink")).not_to_be_visible()


# Hinge by hinge.


def construction_says(figure: Locator, state: dict[str, str]) -> None:
    target, pieces, hinges = TARGETS[state["curve"]], int(state["pieces"]), int(state["hinges"])
    knots = np.linspace(*target.domain, pieces + 1)
    slopes = np.diff(target(knots)) / np.diff(knots)
    scales = np.append(slopes[0], np.diff(slopes))[:hinges]
    network = Network.from_hinges(np.ones(hinges), -knots[:hinges], scales, float(target(knots[0])))
    sup = sup_error(network, target)
    said = scores(figure)
    assert said["Hinges"] == f"{hinges} of {pieces}"
    assert number(said["Sup error"]) == pytest.approx(sup, rel=6e-3)
    if hinges == pieces:
        assert number(said["Error × N²"]) == pytest.approx(sup * pieces**2, abs=0.006)
    else:
        assert said["Error × N²"] == "–"


def test_hinges_are_added_and_their_number_is_dragged(reader: Reader, server: str):
    figure = reader.open(server, "hinge-by-hinge")
    reader.press(figure.get_by_role("button", name="Add the next hinge"))
    state = reader.state()
    assert (state["hinges"], state["pieces"]) == ("2", "8")
    construction_says(figure, state)
    reader.press(figure.get_by_role("button", name="All of them"))
    construction_says(figure, reader.state())
    pieces = figure.get_by_role("slider", name="Pieces, N")
    pieces.focus()
    reader.page.keyboard.press("End")
    state = reader.state()
    assert (state["hinges"], state["pieces"]) == ("64", "64")
    construction_says(figure, state)


# Train it.


def training_says(figure: Locator, state: dict[str, str]) -> None:
    said = scores(figure)
    epoch, width = int(state["epoch"]), int(state["width"])
    x = np.arange(-10, 11)
    run = train(
        x,
        x**2,
        width=width,
        epochs=epoch,
        learning_rate=float(state["rate"]),
        seed=int(state["seed"]),
        initialization=state["start"],  # type: ignore[arg-type]
    )
    square = TARGETS["square"]
    sup = sup_error(run.network, square)
    expect(figure.locator("output")).to_have_text(str(epoch))
    assert number(said["Loss"]) == pytest.approx(run.losses[-1], rel=0.01)
    assert number(said["Sup error"]) == pytest.approx(sup, rel=2e-3, abs=0.01)
    assert number(said["Worth in pieces"]) == pytest.approx(pieces_worth(sup, square), abs=0.06)
    inside = len(np.unique(run.network.hinges((-10, 10)).kinks[run.network.hinges((-10, 10)).bent]))
    assert abs(number(said["Kinks inside"]) - inside) <= 1


def test_the_pages_own_training_is_wound_back(reader: Reader, server: str):
    figure = reader.open(server, "train-it")
    x = np.arange(-10, 11)
    run = train(x, x**2, width=64, seed=0)
    said = scores(figure)
    expect(figure.locator("output")).to_have_text("1000")
    assert number(said["Sup error"]) == pytest.approx(sup_error(run.network, TARGETS["square"]), abs=0.006)
    assert number(said["Loss"]) == pytest.approx(run.losses[-1], rel=0.01)
    epochs = figure.get_by_role("slider", name="Epoch", exact=True)
    if reader.device == "keyboard":
        epochs.focus()
        for _ in range(3):
            reader.page.keyboard.press("PageDown")
    else:
        box = epochs.bounding_box()
        assert box is not None
        point = box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2
        reader.page.mouse.click(*point) if reader.device == "pointer" else reader.page.touchscreen.tap(*point)
    state = reader.state()
    assert 0 < int(state["epoch"]) < 1000
    training_says(figure, state)
    reader.press(figure.get_by_role("button", name="Step"))
    stepped = reader.state()
    assert int(stepped["epoch"]) == int(state["epoch"]) + 1
    training_says(figure, stepped)


def test_the_pages_own_training_is_played_from_its_start(context: BrowserContext, server: str):
    figure = Reader(context.new_page(), "pointer").open(server, "train-it")
    figure.get_by_label("Speed").select_option("60")
    figure.get_by_role("button", name="Play").click()
    figure.page.wait_for_timeout(400)
    figure.get_by_role("button", name="Pause").click()
    assert 0 < int(figure.locator("output").inner_text()) < 200


def test_another_training_is_played(reader: Reader, server: str):
    figure = reader.open(server, "train-it")
    figure.get_by_label("Neurons").select_option("16")
    figure.get_by_label("Start").select_option("spread")
    figure.get_by_label("Seed").fill("3")
    figure.get_by_label("Seed").press("Enter")
    assert reader.state()["epoch"] == "0"
    training_says(figure, reader.state())
    figure.get_by_label("Speed").select_option("1500")
    reader.press(figure.get_by_role("button", name="Play"))
    reader.page.wait_for_timeout(400)
    reader.press(figure.get_by_role("button", name="Pause"))
    state = reader.state()
    assert (state["width"], state["seed"], state["start"]) == ("16", "3", "spread")
    assert int(state["epoch"]) > 20
    training_says(figure, state)


def test_a_seed_that_is_none_is_refused(context: BrowserContext, server: str):
    figure = Reader(context.new_page(), "pointer").open(server, "train-it")
    figure.get_by_label("Seed").fill("-4")
    figure.get_by_label("Seed").press("Enter")
    expect(figure.locator(".notice")).to_have_text("The seed must be a whole number from 0 to 9999.")
    expect(figure.get_by_label("Seed")).to_have_value("0")


# Every figure.

SET_UPS = {
    "accounts": {"changes": "time,data,heights"},
    "take-a-step": {"w": "-1.5", "b": "0.75", "a": "0.5", "y": "3,1,0,-1,2", "rate": "0.2"},
    "drop-kinks": {"start": "spread", "seed": "7", "epoch": "120"},
    "beyond-the-data": {"kink": "14.5", "end": "800"},
    "round-a-table": {"curve": "tanh", "pieces": "12", "bits": "8"},
    "fold-the-line": {"folds": "6"},
    "tile-the-plane": {"creases": "0.3,-0.2,45,-0.5,0.4,200", "above": "1", "point": "-0.5,0.25"},
    "watch-two-moons": {"moment": "7"},
    "walk-between-digits": {"at": "0.55"},
    "hinge-by-hinge": {"curve": "square root", "pieces": "12", "hinges": "5"},
    "cover": {"shown": "hinge", "kink": "-3.5", "level": "30", "end": "75"},
    "move-a-hinge": {"w": "-1.5", "b": "3", "a": "2"},
    "add-hinges": {"kinks": "-4,1,5.5", "weights": "2,-3,0.5", "faces": "1,-1,1"},
    "beat-the-best": {
        "curve": "sine",
        "kinks": "0.2,0.3,0.7",
        "jumps": "-8,-3,9",
        "faces": "1,1,-1",
        "offset": "0.25",
    },
    "train-it": {"width": "32", "rate": "0.03", "seed": "7", "start": "he", "epoch": "250"},
}
SAYS = {
    "accounts": accounts_say,
    "take-a-step": step_says,
    "drop-kinks": drops_say,
    "beyond-the-data": beyond_says,
    "round-a-table": table_says,
    "fold-the-line": folds_say,
    "tile-the-plane": tiles_say,
    "watch-two-moons": moons_say,
    "walk-between-digits": digits_say,
    "cover": cover_says,
    "hinge-by-hinge": construction_says,
    "move-a-hinge": hinge_says,
    "add-hinges": sum_says,
    "beat-the-best": best_says,
    "train-it": training_says,
}


@pytest.mark.parametrize("name", FIGURES)
def test_an_address_restores_the_state(context: BrowserContext, site: str, name: str):
    reader = Reader(context.new_page(), "pointer")
    query = "&".join(f"{key}={value}" for key, value in SET_UPS[name].items())
    figure = reader.open(site, name, f"?figure={name}&{query}")
    SAYS[name](figure, SET_UPS[name])
    # And the state that a button puts into the address is the same.
    figure.get_by_role("button", name="Copy link").click()
    state = reader.state()
    assert state.pop("figure") == name
    assert state == SET_UPS[name]
    expect(figure.locator(".notice")).to_contain_text("in the address bar")
    assert reader.page.url.endswith(f"#fig-{name}")


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("fault", ["", "1e999"])
def test_an_address_that_is_wrong_is_said_to_be(context: BrowserContext, server: str, name: str, fault: str):
    reader = Reader(context.new_page(), "pointer")
    plain = reader.open(server, name).locator(".reading").inner_text()
    for key in SET_UPS[name]:
        wrong = SET_UPS[name] | {key: fault}
        figure = reader.open(server, name, f"?figure={name}&" + "&".join(f"{k}={v}" for k, v in wrong.items()))
        expect(figure.locator(".notice")).to_contain_text("could not be read")
        assert figure.locator(".reading").inner_text() == plain


@pytest.mark.parametrize("name", FIGURES)
def test_without_scripts_and_on_paper_the_picture_stands(browser: Browser, site: str, name: str):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{FIGURES[name]}.html")
    expect(page.locator(f"#fig-{name} img")).to_be_visible()
    expect(page.locator(f"#fig-{name} .movable")).to_have_count(0)
    context.close()
    context = browser.new_context()
    page = context.new_page()
    figure = Reader(page, "pointer").open(site, name)
    expect(figure.locator("img")).to_be_hidden()
    page.emulate_media(media="print")
    expect(figure.locator("img")).to_be_visible()
    expect(figure.locator(".movable")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("name", FIGURES)
def test_colours_follow_the_page(browser: Browser, server: str, name: str):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    figure = Reader(page, "pointer").open(server, name)

    def ink() -> str:
        colour: str = figure.locator(".axes text").first.evaluate("node => getComputedStyle(node).fill")
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour))

    assert ink() == PALETTE["ink"][0]
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert ink() == PALETTE["ink"][1]
    # The cell that holds the figure's data shows nothing, where the theme gives outputs a light box.
    heights = "nodes => nodes.map(node => node.getBoundingClientRect().height)"
    assert set(page.locator(".text_html:has(> script)").evaluate_all(heights)) == {0}
    context.close()


@pytest.mark.parametrize("name", FIGURES)
def test_a_small_screen_has_room_for_fingers(browser: Browser, server: str, name: str):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    figure = Reader(context.new_page(), "touch").open(server, name)
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    for box in figure.evaluate(
        "figure => [...figure.querySelectorAll('.handle:not([display=none]) .reach, button, select, input, summary')]"
        ".map(node => node.getBoundingClientRect()).map(box => [box.width, box.height, box.left, box.right])"
    ):
        width, height, left, right = box
        # Less the rounding of a place on the screen.
        assert height > 43.99
        assert width > 43.99
        assert left >= -22
        assert right <= 382
    context.close()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_little_at_first_and_says_what_to_do(context: BrowserContext, site: str, name: str):
    page = context.new_page()
    figure = Reader(page, "pointer").open(site, name)
    figure.locator(".more > summary").click()
    assert figure.locator("button, select, input").filter(visible=True).count() <= 3
    task = figure.locator(".movable > .task")
    expect(task).to_be_visible()
    assert len(task.inner_text()) <= 100
    # Every curve has its name beside it, inside the picture.
    assert figure.locator(".label text").filter(visible=True).count() >= 2
    for left, right in figure.evaluate(
        "figure => [...figure.querySelectorAll('.label text:not([display=none])')].map(text => {"
        "const [box, all] = [text, text.ownerSVGElement].map(node => node.getBoundingClientRect());"
        "return [box.left - all.left, all.right - box.right]; })"
    ):
        assert left >= 0
        assert right >= 0


@pytest.mark.parametrize("name", FIGURES)
def test_on_a_phone_the_picture_is_seen_while_a_control_is_used(browser: Browser, site: str, name: str):
    context = browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    figure = Reader(page, "touch").open(site, name)
    for control in figure.locator("button, select, input").all():
        # At the foot of the screen, where a thumb is.
        control.evaluate("node => node.scrollIntoView({ block: 'end', behavior: 'instant' })")
        top, bottom = figure.locator("svg").first.evaluate(
            "node => [node.getBoundingClientRect().top, node.getBoundingClientRect().bottom]"
        )
        assert top >= 0
        assert bottom < page.evaluate("innerHeight")
        # Not under the picture, either.
        assert control.evaluate("node => node.getBoundingClientRect().top") > bottom
    context.close()


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_asked_of_others_and_nothing_is_complained_of(context: BrowserContext, site: str, name: str):
    page = context.new_page()
    complaints, requests = complaints_and_requests(page)
    Reader(page, "pointer").open(site, name)
    page.wait_for_timeout(500)
    assert not complaints
    assert requests
    assert not [url for url in requests if not url.startswith((f"{site}/", "data:"))]
    scripts = [url for url in requests if "/movable/" in url and ".js" in url]
    assert any(f"/{name}.js" in url for url in scripts)
    # A script for each figure, and D3.
    assert len(scripts) == page.locator("script[data-movable]").count() + 1


def test_pages_without_a_movable_figure_load_no_script(context: BrowserContext, server: str):
    page = context.new_page()
    _, requests = complaints_and_requests(page)
    page.goto(f"{server}/why-nonlinearity.html")
    page.wait_for_timeout(300)
    assert requests
    assert not [url for url in requests if "/movable/" in url]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, server: str, name: str, scheme: str):
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    figure = Reader(page, "pointer").open(server, name)
    for button in ("Add a hinge", "Show me the best"):
        if figure.get_by_role("button", name=button).count():
            figure.get_by_role("button", name=button).click()
    page.wait_for_timeout(900)
    page.evaluate(
        (Path(__file__).resolve().parents[2] / "book/_movable/node_modules/axe-core/axe.min.js").read_text(
            encoding="utf-8"
        )
    )
    assert page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])") == []
    context.close()


def test_motion_is_smooth_only_for_who_likes_it(browser: Browser, server: str):
    for motion, fewest in (("no-preference", 5), ("reduce", 0)):
        context = browser.new_context(reduced_motion=motion)  # type: ignore[arg-type]
        page = context.new_page()
        # Its own clock: how many pictures a second a busy machine draws is not what is asked.
        page.clock.install(time=0)
        figure = Reader(page, "pointer").open(server, "beat-the-best")
        page.clock.pause_at(60_000)
        page.evaluate(
            "() => { window.seen = new Set(); const node = document.querySelector('#fig-beat-the-best dd');"
            "new MutationObserver(() => seen.add(node.textContent))"
            ".observe(node, { childList: true, characterData: true, subtree: true }); }"
        )
        figure.get_by_role("button", name="Show me the best").click()
        for _ in range(75):
            page.clock.run_for(16)
        shown = page.evaluate("[...seen]")
        assert shown[-1] == "2.000"
        assert (len(shown) > fewest) if fewest else (len(shown) == 1)
        context.close()
