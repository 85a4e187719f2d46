"""The movable figures of Part II: what they say is what the package computes for the same parameters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect
from reader import Reader, handle, number, numbers, scores

from reluapprox import (
    TARGETS,
    BrokenLine,
    Network,
    Target,
    best_broken_line,
    broken_line,
    kink_velocity,
    pieces_worth,
    sup_error,
    train,
    train_many,
)

ROOT = Path(__file__).resolve().parents[2]
SQUARE = TARGETS["square"]


# The accounts.

WORTH = json.loads((ROOT / "book" / "what-training-finds.json").read_text(encoding="utf-8"))["worth"]
CAUSES = ("data", "start", "scale", "time", "optimizer", "heights")


def accounts_say(figure: Locator, state: dict[str, str]) -> None:
    made = [cause for cause in state["changes"].split(",") if cause != "none"]
    runs, before = (WORTH[" + ".join(filter(some.__contains__, CAUSES))] for some in (made, made[:-1]))
    least, middle, most = np.percentile(runs, (0, 50, 100))
    said = scores(figure)
    assert number(said["Worth, median"]) == pytest.approx(middle, abs=0.1)
    assert [number(part) for part in said["of all seeds"].split(" to ")] == pytest.approx([least, most], abs=0.1)
    if made:
        by = middle / np.median(before)
        assert number(said["By the last change"].removeprefix("× ")) == pytest.approx(by, abs=0.03)
    pressed = figure.locator("button[aria-pressed=true]").all_inner_texts()
    assert sorted(text[0] for text in pressed) == [str(place + 1) for place in range(len(made))]


def test_changes_are_made_in_any_order_and_taken_back(reader: Reader, server: str):
    figure = reader.open(server, "accounts")
    for name in ("10 × the steps", "more data", "standardized"):
        reader.press(figure.get_by_role("button", name=name))
        accounts_say(figure, reader.state())
    assert reader.state()["changes"] == "time,data,scale"
    reader.press(figure.get_by_role("button", name="more data"))
    assert reader.state()["changes"] == "time,scale"
    accounts_say(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Start again"))
    accounts_say(figure, reader.state())
    expect(figure.locator("button[aria-pressed=true]")).to_have_count(0)


# A step.

SAMPLES = np.array([-4.0, -2, 0, 2, 4])


def step_says(figure: Locator, state: dict[str, str]) -> None:
    w, b, a, rate = (float(state[name]) for name in ("w", "b", "a", "rate"))
    heights = np.array(numbers(state["y"]))
    net = Network.from_hinges([w], [b], [a])
    said = scores(figure)
    seen = w * SAMPLES + b > 0
    assert said["Samples seen"] == (f"{seen.sum()} of 5" if seen.any() else "none: dead")
    residuals = net(SAMPLES) - heights
    assert number(said["Loss"]) == pytest.approx(np.mean(residuals**2), abs=0.0006)
    # The step itself, with the gradient of the theorem.
    p, q = (0.4 * (residuals * seen * factor).sum() for factor in (1, SAMPLES))
    after = w - rate * a * q, b - rate * a * p, a - rate * (w * q + b * p)
    if seen.any():
        small = kink_velocity(net, SAMPLES, heights).kinks[0]
        assert np.sign(number(said["Kink moves by"])) == np.sign(small) or abs(small) * rate < 0.01
    assert number(said["Kink moves by"]) == pytest.approx(-after[1] / after[0] + b / w, abs=0.006)
    jump = after[2] * abs(after[0]) - a * abs(w)
    assert number(said["Slope's jump changes by"]) == pytest.approx(jump, abs=0.006)


def test_only_what_is_seen_pulls(reader: Reader, server: str):
    figure = reader.open(server, "take-a-step")
    moves = scores(figure)["Kink moves by"]
    reader.move(handle(figure, "Sample at x = −4"), up=40)
    assert scores(figure)["Kink moves by"] == moves
    reader.move(handle(figure, "Sample at x = 4"), up=-60)
    assert scores(figure)["Kink moves by"] != moves
    step_says(figure, reader.state())
    reader.press(figure.get_by_role("button", name="One step"))
    step_says(figure, reader.state())


def test_a_learning_rate_that_is_too_large_kills(reader: Reader, server: str):
    figure = reader.open(server, "take-a-step")
    figure.get_by_label("Learning rate").fill("0.3")
    for _ in range(6):
        reader.press(figure.get_by_role("button", name="One step"))
    expect(figure.locator("dl.scores dd").first).to_have_text("none: dead")
    step_says(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Start again"))
    reader.press(figure.get_by_role("button", name="Play"))
    expect(figure.get_by_role("button", name="Play")).to_be_visible(timeout=60_000)
    expect(figure.locator("dl.scores dd").first).to_have_text("2 of 5")


# Where kinks start.


def drops_say(figure: Locator, state: dict[str, str]) -> None:
    x = np.arange(-10.0, 11)
    how, epoch = state["start"], int(state["epoch"])
    net = train_many(
        x,
        x**2,
        width=64,
        seeds=[int(state["seed"])],
        epochs=epoch,
        initialization=how,  # type: ignore[arg-type]
    ).networks[0]
    w, b = net.weights[0][:, 0], net.biases[0]
    said = scores(figure)
    assert said["Kinks inside"] == f"{(np.abs(b / w) <= 10).sum()} of 64"
    assert number(said["Neurons that see no sample"]) == (w[:, None] * x + b[:, None] <= 0).all(axis=1).sum()
    assert number(said["Epoch"]) == epoch
    worth = pieces_worth(sup_error(net, SQUARE), SQUARE)
    assert number(said["Worth in pieces"]) == pytest.approx(worth, abs=0.06)


def test_kinks_are_drawn_in_three_ways_and_trained(reader: Reader, server: str):
    figure = reader.open(server, "drop-kinks")
    for how in ("he", "spread", "default"):
        figure.get_by_label("Start").select_option(how)
        drops_say(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Draw again"))
    assert reader.state()["seed"] == "1"
    drops_say(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Train"))
    expect(figure.get_by_role("button", name="Train")).to_be_visible(timeout=60_000)
    state = reader.state()
    assert state["epoch"] == "1000"
    drops_say(figure, state)


def test_kinks_fall_where_motion_is_wanted(browser: Browser, server: str):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    figure = Reader(context.new_page(), "pointer").open(server, "drop-kinks")
    dots = "figure => [...figure.querySelectorAll('.dots.hinge circle')].map(dot => Number(dot.getAttribute('cy')))"
    figure.get_by_role("button", name="Draw again").click()
    figure.page.wait_for_timeout(150)
    early = figure.evaluate(dots)
    figure.page.wait_for_timeout(1500)
    late = figure.evaluate(dots)
    assert np.mean(early) < np.mean(late)
    context.close()


# Beyond the data.


def beyond_says(figure: Locator, state: dict[str, str]) -> None:
    x = np.arange(-10, 11)
    net = train(x, x**2, width=64, seed=0).network
    line = broken_line(net, (-10, 10))
    kink, end = float(state["kink"]), float(state["end"])
    at_kink = line.values[-1] + line.slopes[-1] * (kink - 10)
    said = scores(figure)
    for place in (20, 40):
        bent = at_kink + (end - at_kink) * (place - kink) / (30 - kink)
        straight = line.values[-1] + line.slopes[-1] * (place - 10)
        value = straight if place <= kink else bent
        assert number(said[f"Error at {place}"]) == pytest.approx(value - place**2, abs=0.6)
    assert number(said["Loss on the data"]) == pytest.approx(np.mean((net(x) - x**2) ** 2), rel=0.01)


def test_a_kink_outside_changes_nothing_inside(reader: Reader, server: str):
    figure = reader.open(server, "beyond-the-data")
    before = scores(figure)
    reader.move(handle(figure, "A kink beyond the data"), right=-20)
    reader.move(handle(figure, "The network at 30"), up=80)
    state = reader.state()
    beyond_says(figure, state)
    after = scores(figure)
    assert after["Loss on the data"] == before["Loss on the data"]
    assert after["Error at 20"] != before["Error at 20"]


# A table for a chip.

CURVES = {
    "sigmoid": Target(
        "sigmoid",
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2,
        (-8, 8),
        inflections=(0.0,),
    ),
    "tanh": Target("tanh", np.tanh, lambda x: np.cosh(x) ** -2.0, (-4, 4), inflections=(0.0,)),
    "exponential": Target("exp", np.exp, np.exp, (-1, 0), inflections=()),
}


def table_says(figure: Locator, state: dict[str, str]) -> None:
    target, pieces, bits = CURVES[state["curve"]], int(state["pieces"]), int(state["bits"])
    best = best_broken_line(target, pieces=pieces)
    unit = 2.0**-bits
    lefts = np.unique(np.floor(best.line.knots / unit + 0.5)) * unit
    values = np.floor(best.line(np.clip(lefts, *target.domain)) / unit + 0.5) * unit
    slopes = np.floor(np.diff(values) / np.diff(lefts) / unit + 0.5) * unit
    error = max(
        sup_error(BrokenLine([left, right], [value, value + slope * (right - left)]), target, (left, right))
        for left, right, value, slope in zip(lefts[:-1], lefts[1:], values[:-1], slopes, strict=True)
    )
    said = scores(figure)
    # Sampled there, exact here; and shown to two digits.
    assert number(said["Largest error"]) == pytest.approx(error, rel=0.06)
    assert number(said["Best possible"]) == pytest.approx(best.error, rel=0.06)
    worth = pieces_worth(error, target)
    if worth < 31:
        assert number(said["Worth in pieces"]) == pytest.approx(worth, rel=0.02, abs=0.06)


def test_pieces_and_bits_are_traded(reader: Reader, server: str):
    figure = reader.open(server, "round-a-table")
    for pieces, bits in ((16, 12), (3, 5), (32, 10)):
        figure.get_by_label("Pieces").fill(str(pieces))
        figure.get_by_label("Bits after the point").fill(str(bits))
        table_says(figure, reader.state())
    figure.get_by_label("Curve").select_option("exponential")
    table_says(figure, reader.state())
