"""The movable figures of Part III: what they say is what the package computes for the same parameters."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from reader import Reader, handle, number, numbers, scores

from reluapprox import (
    TARGETS,
    Network,
    best_network,
    broken_line,
    deep_square,
    linear_regions,
    most_regions,
    sup_error,
)

SQUARE = TARGETS["square"]


# Folds.


def folds_say(figure: Locator, state: dict[str, str]) -> None:
    folds = int(state["folds"])
    said = scores(figure)
    if folds == 1:
        neurons, pieces, error = 2, 2, best_network(SQUARE, neurons=2, domain=(-1, 1)).error
        # Two neurons make |x|; lowered, that is the best of two pieces, and the best two neurons have three.
        assert number(said["Error for x²"]) == pytest.approx(error * 9 / 4, rel=0.06)
    else:
        deep = deep_square((-1, 1), tents=folds - 1)
        neurons, pieces = sum(deep.widths), len(broken_line(deep, (-1, 1)))
        assert number(said["Error for x²"]) == pytest.approx(sup_error(deep, SQUARE, (-1, 1)), rel=0.06)
    assert number(said["Pieces"]) == pieces
    assert number(said["Hidden neurons"]) == neurons
    assert number(said["One layer needs"].removesuffix(" neurons")) == pieces


def test_a_line_is_folded(reader: Reader, server: str):
    figure = reader.open(server, "fold-the-line")
    for folds in range(2, 5):
        reader.press(figure.get_by_role("button", name="Fold"))
        expect(figure.get_by_label("Folds")).to_have_value(str(folds))
        folds_say(figure, reader.state())
    figure.get_by_label("Folds").fill("10")
    folds_say(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Fold"))
    expect(figure.locator(".notice")).to_contain_text("Ten folds")
    folds_say(figure, reader.state())


# Tiles.


def told(figure: Locator, name: str) -> dict[str, Any]:
    """What the page's cell told the figure."""
    return json.loads(figure.page.locator(f'script[data-movable="{name}"]').inner_text())


def tiles_say(figure: Locator, state: dict[str, str]) -> None:
    x, y, turn = np.array(numbers(state["creases"])).reshape(-1, 3).T
    above, point = int(state["above"]), numbers(state["point"])
    ways = np.stack([np.cos(np.radians(turn)), np.sin(np.radians(turn))], axis=1)
    weights, biases = [ways], [-(ways[:, 0] * x + ways[:, 1] * y)]
    if above:
        second = told(figure, "tile-the-plane")["second"][:above]
        weights.append(np.array([neuron["weights"][: len(x)] for neuron in second]))
        biases.append(np.array([neuron["bias"] for neuron in second]))
    net = Network([*weights, [[(-1.0) ** i for i in range(above or len(x))]]], [*biases, [0.0]])
    regions = linear_regions(net, ((-1, 1), (-1, 1)))
    here = regions.at(point)
    said = scores(figure)
    assert number(said["Tiles"]) == len(regions)
    assert number(said["At most"]) == most_regions(len(x), 2) * (most_regions(above, 2) if above else 1)
    assert said["Active here"].replace(" ", "") == "".join(map(str, regions.patterns[here].astype(int)))
    plane = said["The plane here"].replace("−", "-").replace("- ", "-").replace("+ ", "")
    p, q, r = (float(part.rstrip("xy")) for part in plane.split(" "))
    np.testing.assert_allclose([p, q, r], [*regions.gradients[here], regions.offsets[here]], atol=0.0051)


def test_creases_are_moved_and_turned(reader: Reader, server: str):
    figure = reader.open(server, "tile-the-plane")
    reader.move(handle(figure, "Crease 2").first, right=40, up=-30)
    tiles_say(figure, reader.state())
    reader.move(handle(figure, "Crease 2: the side where it is active"), right=30, up=30)
    tiles_say(figure, reader.state())
    reader.move(handle(figure, "The point whose tile is read"), right=-50, up=20)
    tiles_say(figure, reader.state())
    for neurons, above in ((8, 0), (5, 2), (8, 3), (1, 1)):
        figure.get_by_label("Neurons").fill(str(neurons))
        figure.get_by_label("In a second layer").fill(str(above))
        tiles_say(figure, reader.state())


def test_a_tile_that_is_touched_is_read(reader: Reader, server: str):
    figure = reader.open(server, "tile-the-plane")
    if reader.device == "keyboard":
        pytest.skip("it moves the point")
    box = figure.locator(".tiles").bounding_box()
    assert box is not None
    place = box["x"] + 0.85 * box["width"], box["y"] + 0.85 * box["height"]
    if reader.device == "touch":
        reader.page.touchscreen.tap(*place)
    else:
        reader.page.mouse.click(*place)
    state = reader.state()
    np.testing.assert_allclose(numbers(state["point"]), [0.7, -0.7], atol=0.03)
    tiles_say(figure, state)


# Two moons.


def moons_say(figure: Locator, state: dict[str, str]) -> None:
    data = told(figure, "watch-two-moons")
    frame = data["frames"][int(state["moment"])]
    net = Network([np.array(w) for w in frame["network"]["weights"]], [np.array(b) for b in frame["network"]["biases"]])
    regions = linear_regions(net, tuple(map(tuple, data["box"])))
    points, classes = np.array(data["points"]), np.array(data["classes"])
    said = scores(figure)
    assert number(said["Epoch"]) == frame["epoch"]
    assert number(said["Tiles"]) == len(regions)
    assert number(said["with data"]) == len(np.unique(regions.at(points)))
    assert number(said["on the boundary"]) == len(regions.level_set())
    assert number(said["Points misjudged"]) == ((net(points).ravel() > 0) != (classes == 1)).sum()


def test_a_training_is_scrubbed_and_played(reader: Reader, server: str):
    figure = reader.open(server, "watch-two-moons")
    for moment in (0, 5, 12):
        figure.get_by_label("Moment").fill(str(moment))
        moons_say(figure, reader.state())
    reader.press(figure.get_by_role("button", name="Play"))
    expect(figure.get_by_role("button", name="Play")).to_be_visible(timeout=10_000)
    assert reader.state()["moment"] == str(len(told(figure, "watch-two-moons")["frames"]) - 1)
    moons_say(figure, reader.state())


# From a 3 to an 8.


def digits_say(figure: Locator, state: dict[str, str]) -> None:
    data, here = told(figure, "walk-between-digits"), float(state["at"])
    outputs = np.array([np.interp(here, data["knots"], values) for values in data["outputs"]])
    chances = np.exp(outputs - outputs.max())
    chances /= chances.sum()
    said = scores(figure)
    assert number(said["The network says"]) == chances.argmax()
    assert number(said["with probability"]) == pytest.approx(100 * chances.max(), abs=0.06)
    assert number(said["Kinks passed"]) == (np.array(data["kinks"]) <= here).sum()
    pixels = figure.locator(".picture rect").evaluate_all(
        "all => all.map(it => Number(it.getAttribute('fill-opacity')))"
    )
    start, end = np.array(data["start"]), np.array(data["end"])
    np.testing.assert_allclose(pixels, start + here * (end - start), atol=0.001)


def test_a_digit_becomes_another(reader: Reader, server: str):
    figure = reader.open(server, "walk-between-digits")
    assert scores(figure)["The network says"] == "3"
    place = handle(figure, "How far from the 3 to the 8")
    for _ in range(2):
        reader.move(place, right=200)
        digits_say(figure, reader.state())
    place.focus()
    reader.page.keyboard.press("End")
    digits_say(figure, reader.state())
    assert scores(figure)["The network says"] == "8"
