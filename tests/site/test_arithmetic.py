"""The movable figures' arithmetic, in JavaScript, against the package's and PyTorch's: random cases, to 1e-9."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from _ext.assets import NODE

from reluapprox import (
    TARGETS,
    BrokenLine,
    Network,
    best_broken_line,
    best_network,
    broken_line,
    deep_square,
    kink_velocity,
    linear_regions,
    parabola_floor,
    rms_error,
    sup_error,
    tent,
    train,
    worst_point,
)

NAMES = ("square", "sine", "square root", "Runge")
CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-9}


def answers(questions: list[dict[str, Any]]) -> list[Any]:
    """What the JavaScript says to each."""
    script = Path(__file__).with_name("answers.ts")
    run = [NODE, "--no-warnings", str(script)]
    said = subprocess.run(run, input=json.dumps(questions), capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def random_neurons(rng: np.random.Generator, width: int) -> dict[str, Any]:
    w, b, a = rng.normal(size=(3, width))
    return {"neurons": [{"w": w[i], "b": b[i], "a": a[i]} for i in range(width)], "offset": rng.normal()}


def as_network(said: dict[str, Any]) -> Network:
    w, b, a = ([neuron[name] for neuron in said["neurons"]] for name in "wba")
    return Network.from_hinges(w, b, a, said["offset"])


def random_line(rng: np.random.Generator, domain: tuple[float, float], most: int = 9, size: float = 1.0) -> BrokenLine:
    knots = np.sort(rng.uniform(*domain, rng.integers(0, most)))
    return BrokenLine([domain[0], *knots, domain[1]], rng.normal(size=len(knots) + 2) * size)


def as_json(line: BrokenLine) -> dict[str, list[float]]:
    return {"knots": line.knots.tolist(), "values": line.values.tolist()}


def drawing(rng: np.random.Generator, count: int) -> BrokenLine:
    """What a reader may draw: a wave, a walk, or steps, on even columns."""
    x = np.linspace(-1, 1, count)
    y = [
        lambda: np.sin(rng.uniform(1, 6) * x + rng.uniform(0, 6)) * rng.uniform(0.2, 1),
        lambda: np.cumsum(rng.normal(size=count)) / np.sqrt(count),
        lambda: np.round(np.sin(5 * x + rng.uniform(0, 6)), 1),
    ][rng.integers(3)]()
    return BrokenLine(x, np.round(y, 2))


@pytest.mark.parametrize("name", NAMES)
def test_targets(name):
    target = TARGETS[name]
    x = np.linspace(*target.domain, 1001)
    (said,) = answers([{"ask": "target", "target": name, "x": x[1:].tolist()}])
    assert said["domain"] == list(target.domain)
    np.testing.assert_allclose(said["values"], target(x[1:]), **CLOSE)
    np.testing.assert_allclose(said["slopes"], target.slope(x[1:]), **CLOSE)
    np.testing.assert_allclose(said["cuts"], target.cuts(target.domain)[1:-1], **CLOSE)


def test_networks_and_their_lines():
    rng = np.random.default_rng(1)
    networks = [random_neurons(rng, int(width)) for width in rng.integers(1, 65, 2000)]
    x = np.linspace(-3, 3, 41)
    values = answers([{"ask": "evaluate", "network": network, "x": x.tolist()} for network in networks])
    lines = answers([{"ask": "line", "network": network, "domain": [-3, 3]} for network in networks])
    for network, value, line in zip(networks, values, lines, strict=True):
        ours = as_network(network)
        np.testing.assert_allclose(value, ours(x), **CLOSE)
        exact = broken_line(ours, (-3, 3))
        said = BrokenLine(line["knots"], line["values"])
        np.testing.assert_allclose(said(exact.knots), exact.values, **CLOSE)
        np.testing.assert_allclose(said.values, exact(said.knots), **CLOSE)


@pytest.mark.parametrize("name", NAMES)
def test_errors_against_the_targets(name):
    rng = np.random.default_rng(2)
    target = TARGETS[name]
    size = float(np.ptp(target(np.linspace(*target.domain, 9))))
    lines = [random_line(rng, target.domain, size=size) for _ in range(300)]
    # And near the target, where little is left of the error.
    for count in rng.integers(2, 12, 300):
        x = np.unique(np.concatenate([target.domain, rng.uniform(*target.domain, count)]))
        lines.append(BrokenLine(x, target(x) + rng.normal(size=len(x)) * size * 1e-3))
    said = answers([{"ask": "errors", "target": name, "line": as_json(line)} for line in lines])
    for line, answer in zip(lines, said, strict=True):
        assert abs(answer["error"]) == pytest.approx(sup_error(line, target), rel=1e-9)
        assert line(answer["x"]) - target(answer["x"]) == pytest.approx(answer["error"], rel=1e-9)
        assert answer["rms"] == pytest.approx(rms_error(line, target), rel=1e-9)


def test_errors_against_a_drawn_curve():
    rng = np.random.default_rng(3)
    drawings = [drawing(rng, 33) for _ in range(300)]
    lines = [random_line(rng, (-1, 1)) for _ in drawings]
    said = answers(
        [
            {"ask": "errors", "target": as_json(curve), "line": as_json(line)}
            for curve, line in zip(drawings, lines, strict=True)
        ]
    )
    for curve, line, answer in zip(drawings, lines, said, strict=True):
        x, error = worst_point(line, curve)
        assert (answer["x"], answer["error"]) == pytest.approx((x, error), rel=1e-9, abs=1e-12)
        assert answer["rms"] == pytest.approx(rms_error(line, curve), rel=1e-9)


def test_the_floor_of_a_drawn_curve():
    rng = np.random.default_rng(4)
    curves = [drawing(rng, int(count)) for count in rng.integers(5, 34, 120)]
    counts = [int(count) for count in rng.integers(1, 10, len(curves))]
    said = answers(
        [
            {"ask": "leastError", "line": as_json(curve), "pieces": count}
            for curve, count in zip(curves, counts, strict=True)
        ]
    )
    for curve, count, error in zip(curves, counts, said, strict=True):
        best = best_broken_line(curve, pieces=count)
        assert error == pytest.approx(best.error, rel=1e-9, abs=1e-12)


def test_the_best_with_a_flat_piece():
    rng = np.random.default_rng(5)
    curves = [drawing(rng, 17) for _ in range(50)]
    counts = [int(count) for count in rng.integers(1, 9, len(curves))]
    said = answers(
        [
            {"ask": "bestFlat", "line": as_json(curve), "neurons": count}
            for curve, count in zip(curves, counts, strict=True)
        ]
    )
    for curve, count, answer in zip(curves, counts, said, strict=True):
        line = BrokenLine(answer["line"]["knots"], answer["line"]["values"])
        assert sup_error(line, curve) == pytest.approx(answer["error"], rel=1e-9, abs=1e-12)
        # So many neurons draw it, and it is between the best of one piece more and the best of as many pieces.
        assert line.to_network().widths[0] <= count
        assert answer["error"] >= best_broken_line(curve, pieces=count + 1).lower_bound * (1 - 1e-9) - 1e-12
        assert answer["error"] <= best_broken_line(curve, pieces=count).error * (1 + 1e-9) + 1e-12


def test_the_best_with_a_flat_piece_beside_the_packages_search():
    rng = np.random.default_rng(10)
    curves = [drawing(rng, 7) for _ in range(3)]
    said = answers([{"ask": "bestFlat", "line": as_json(curve), "neurons": 3} for curve in curves])
    for curve, answer in zip(curves, said, strict=True):
        # It tries the same by linear programs, and finds less only where the slopes cancel without a flat piece.
        best = best_network(curve, neurons=3)
        if "= 0" not in best.case and "cancel" not in best.case:
            assert answer["error"] <= best.error * (1 + 1e-9) + 1e-12


def test_points_become_hinges():
    rng = np.random.default_rng(6)
    questions = []
    for _ in range(1000):
        count = int(rng.integers(1, 9))
        knots = np.sort(rng.uniform(-1, 1, count))
        left = int(rng.integers(0, count + 1))
        faces = np.where(np.arange(count) < left, -1, 1)
        if rng.random() < 0.5:
            faces = rng.choice([-1, 1], count)
        points = {"knots": [-1.0, *knots, 1.0], "values": rng.normal(size=count + 2).tolist()}
        questions.append({"ask": "placed", "points": points, "faces": faces.tolist()})
    for question, answer in zip(questions, answers(questions), strict=True):
        points, faces = question["points"], np.array(question["faces"])
        network = as_network(answer["network"])
        assert network.widths == (len(faces),)
        drawn = network(points["knots"])
        # All points are met but the left end of the tied piece, which is flat if no hinge beyond it faces left.
        tied = int((np.cumprod(faces == -1)).sum())
        others = np.arange(len(drawn)) != tied
        np.testing.assert_allclose(drawn[others], np.array(points["values"])[others], rtol=1e-7, atol=1e-7)
        if (faces[tied:] > 0).all():
            assert drawn[tied] == pytest.approx(drawn[tied + 1], abs=1e-7)
        np.testing.assert_array_equal(network.hinges((-1, 1)).faces, faces)


def test_a_moved_point_goes_where_it_is_put():
    rng = np.random.default_rng(7)
    questions = []
    for _ in range(1000):
        count = int(rng.integers(1, 9))
        kinks = np.sort(rng.uniform(-1, 1, count))
        left = int(rng.integers(0, count + 1))
        hinges = [
            {"kink": float(kink), "jump": float(rng.normal()), "face": -1 if i < left else 1}
            for i, kink in enumerate(kinks)
        ]
        index = int(rng.integers(0, count + 2))
        knots = [-1.0, *kinks.tolist(), 1.0]
        x = knots[index] if index in (0, count + 1) else float(rng.uniform(knots[index - 1], knots[index + 1]))
        question = {"placing": {"hinges": hinges, "offset": float(rng.normal())}, "domain": [-1, 1]}
        question |= {"faces": [hinge["face"] for hinge in hinges], "index": index, "x": x, "y": float(rng.normal())}
        questions.append({"ask": "moved"} | question)
    for question, answer in zip(questions, answers(questions), strict=True):
        assert float(as_network(answer)(question["x"])) == pytest.approx(question["y"], abs=1e-6)


@pytest.mark.parametrize("how", ["default", "he", "spread"])
def test_training_starts_where_pytorch_starts(how):
    x = np.arange(-10, 11)
    cases = [(width, seed) for width in (1, 2, 3, 8, 17, 64, 128, 256) for seed in (*range(20), 2**32 - 1)]
    said = answers([{"ask": "initial", "width": w, "seed": s, "how": how, "x": x.tolist()} for w, s in cases])
    for (width, seed), (w, b, a, c) in zip(cases, said, strict=True):
        network = train(x, x**2, width=width, epochs=0, seed=seed, initialization=how).network
        np.testing.assert_array_equal(w, network.weights[0][:, 0])
        np.testing.assert_array_equal(b, network.biases[0])
        np.testing.assert_array_equal(a, network.weights[1][0])
        np.testing.assert_array_equal(c, [network.offset])


def test_adam_is_pytorchs():
    rng = np.random.default_rng(8)
    questions = []
    for _ in range(60):
        width, samples = int(rng.integers(1, 40)), int(rng.integers(1, 30))
        start = [rng.normal(size=n).tolist() for n in (width, width, width, 1)]
        x = rng.normal(size=samples)
        question = {"ask": "train", "x": x.tolist(), "y": np.sin(3 * x).tolist(), "start": start}
        questions.append(question | {"rate": float(10 ** rng.uniform(-4, -1)), "steps": int(rng.integers(1, 60))})
    for question, answer in zip(questions, answers(questions), strict=True):
        x, y = (torch.tensor(question[name], dtype=torch.float64) for name in "xy")
        w, b, a, c = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in question["start"])
        optimizer = torch.optim.Adam([w, b, a, c], lr=question["rate"])
        losses = []
        for step in range(question["steps"] + 1):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(torch.relu(x[:, None] * w + b) @ a + c, y)
            losses.append(loss.item())
            if step < question["steps"]:
                loss.backward()
                optimizer.step()
        np.testing.assert_allclose(answer["losses"], losses, **CLOSE)
        for ours, theirs in zip(answer["parameters"], (w, b, a, c), strict=True):
            np.testing.assert_allclose(ours, theirs.detach().numpy(), **CLOSE)


def test_a_step_is_pytorchs():
    rng = np.random.default_rng(10)
    questions = []
    for _ in range(60):
        w, b, a = rng.normal(size=3)
        x, y = rng.normal(size=(2, int(rng.integers(1, 9))))
        neuron = {"w": w, "b": b, "a": a}
        questions.append({"ask": "step", "neuron": neuron, "x": x.tolist(), "y": y.tolist(), "rate": rng.uniform(0, 1)})
    for question, said in zip(questions, answers(questions), strict=True):
        x, y = (torch.tensor(question[name], dtype=torch.float64) for name in "xy")
        parts = [torch.tensor(question["neuron"][name], dtype=torch.float64, requires_grad=True) for name in "wba"]
        w, b, a = parts
        loss = torch.nn.functional.mse_loss(a * torch.relu(w * x + b), y)
        loss.backward()
        assert said["loss"] == pytest.approx(loss.item())
        assert said["sees"] == int((w * x + b > 0).sum())
        torch.optim.SGD(parts, lr=question["rate"]).step()
        assert [said["after"][name] for name in "wba"] == pytest.approx([part.item() for part in parts], abs=1e-12)
        net = Network.from_hinges(*([question["neuron"][name]] for name in "wba"))
        moves = kink_velocity(net, question["x"], question["y"])
        assert [said["kink"], said["jump"]] == pytest.approx([moves.kinks[0], moves.jumps[0]], rel=1e-9, abs=1e-9)


def test_a_rounded_table_is_the_pages():
    rng = np.random.default_rng(11)
    questions, tables = [], []
    for _ in range(40):
        line, bits = random_line(rng, (-2.0, 2.0)), int(rng.integers(3, 17))
        unit = 2.0**-bits
        lefts = np.unique(np.floor(line.knots / unit + 0.5)) * unit
        values = np.floor(line(np.clip(lefts, -2, 2)) / unit + 0.5) * unit
        slopes = np.floor(np.diff(values) / np.diff(lefts) / unit + 0.5) * unit
        tables.append(np.column_stack([lefts[:-1], values[:-1], slopes]))
        x = rng.uniform(-2, 2, 20)
        questions.append({"ask": "table", "line": as_json(line), "bits": bits, "x": x.tolist()})
    for question, table, said in zip(questions, tables, answers(questions), strict=True):
        np.testing.assert_allclose(said["rows"], table, atol=1e-12)
        left, value, slope = table[np.searchsorted(table[:, 0], question["x"], side="right") - 1].T
        np.testing.assert_allclose(said["values"], value + slope * (np.array(question["x"]) - left), atol=1e-9)


def test_a_folded_line_is_the_deep_parabolas():
    square = TARGETS["square"]
    for folds, said in enumerate(answers([{"ask": "folds", "folds": k} for k in range(1, 11)]), start=1):
        knots, values = said["line"]["knots"], said["line"]["values"]
        assert knots == np.linspace(-1, 1, 2**folds + 1).tolist()
        inner = np.abs(knots) if folds == 1 else tent(folds - 1)(np.abs(knots))
        assert values == inner.tolist()
        once_more = tent(folds)(np.abs(said["next"]["knots"]))
        assert said["next"]["values"] == once_more.tolist()
        # Before it begins, the line is as it was.
        assert said["begun"]["values"] == np.interp(said["begun"]["knots"], knots, values).tolist()
        if folds > 1:
            deep = deep_square((-1, 1), tents=folds - 1)
            assert said["neurons"] == sum(deep.widths)
            assert said["error"] == sup_error(deep, square, (-1, 1)) == parabola_floor((-1, 1), pieces=2**folds)
        assert said["oneLayer"] == pytest.approx(best_network(square, neurons=folds, domain=(-1, 1)).error, rel=1e-9)


def random_planar(rng: np.random.Generator) -> Network:
    widths = [2, *rng.integers(1, 9, rng.integers(1, 4)).tolist(), 1]
    shapes = list(pairwise(widths))
    return Network([rng.normal(size=(m, n)) for n, m in shapes], [rng.normal(size=m) for _, m in shapes])


def as_layers(network: Network) -> dict[str, Any]:
    return {"weights": [w.tolist() for w in network.weights], "biases": [b.tolist() for b in network.biases]}


def test_tiles_are_the_packages_on_a_thousand_networks():
    rng = np.random.default_rng(17)
    box = ((-1.5, 1.0), (-1.0, 2.0))
    networks = [random_planar(rng) for _ in range(1000)]
    points = rng.uniform((-1.5, -1), (1, 2), (20, 2))
    shown = [{"ask": "tiles", "network": as_layers(net), "box": box, "points": points.tolist()} for net in networks]
    for net, said in zip(networks, answers(shown), strict=True):
        regions = linear_regions(net, box)
        names = ["".join(map(str, pattern)) for pattern in regions.patterns.astype(int)]
        found = {tile["pattern"]: tile for tile in said["tiles"]}
        assert len(found) == len(said["tiles"]) == len(regions)
        assert found.keys() == set(names)
        for i, name in enumerate(names):
            assert found[name]["area"] == pytest.approx(regions.areas[i], rel=1e-6, abs=1e-9)
            plane = [*regions.gradients[i], regions.offsets[i]]
            np.testing.assert_allclose(found[name]["plane"], plane, **CLOSE)
        assert said["at"] == [names[i] for i in regions.at(points)]
        theirs = np.diff(regions.level_set(), axis=1)
        ours = np.array([tile["zero"] for tile in said["tiles"] if tile["zero"]]).reshape(-1, 2, 2)
        length = np.hypot(*np.diff(ours, axis=1)[:, 0].T).sum()
        assert length == pytest.approx(np.hypot(*theirs[:, 0].T).sum(), rel=1e-7, abs=1e-9)


def test_a_training_goes_back_to_a_moment():
    rng = np.random.default_rng(9)
    start = [rng.normal(size=n).tolist() for n in (8, 8, 8, 1)]
    x = np.linspace(-1, 1, 11)
    case = {"ask": "rewind", "x": x.tolist(), "y": (x**2).tolist(), "rate": 0.01, "start": start}
    (said,) = answers([case | {"steps": 80, "back": 33}])
    assert said["once"] == said["again"]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_training_ends_where_pytorchs_ends(seed):
    # There in single precision, here in double: the same film, to four digits.
    x = np.arange(-10, 11)
    run = train(x, x**2, width=64, seed=seed)
    (start,) = answers([{"ask": "initial", "width": 64, "seed": seed, "how": "default", "x": x.tolist()}])
    case = {"ask": "train", "x": x.tolist(), "y": (x**2).tolist(), "rate": 0.01, "start": start, "steps": 1000}
    (said,) = answers([case])
    np.testing.assert_allclose(said["losses"], run.losses, rtol=1e-3)
    w, b, a, c = said["parameters"]
    network = Network.from_hinges(w, b, a, c[0])
    square = TARGETS["square"]
    assert sup_error(network, square) == pytest.approx(sup_error(run.network, square), rel=2e-4)
