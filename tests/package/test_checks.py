"""Input that no function wants, given to those that pass it on."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from reluapprox import BrokenLine, Network, broken_line, interpolant, shifted_relu, sup_error, train

NET = Network.from_hinges([1], [0], [1])
USES = {
    "x": lambda bad: NET(bad),
    "knots": lambda bad: interpolant(np.cos, bad),
    "values": lambda bad: BrokenLine([0, 1], bad),
    "domain": lambda bad: broken_line(NET, bad),
    "weights": lambda bad: Network.from_hinges(bad, [0, 0], [1, 1]),
}
BAD = {
    "gradients": torch.ones(2, requires_grad=True),
    "meta": torch.ones(2, device="meta"),
    "complex": np.array([1j, 2]),
    "no complex": np.array([], dtype=complex),
    "objects": np.array([object(), None]),
    "fractions": [Fraction(1, 2), Fraction(3, 2)],
    "strings": ["1", "2"],
    "dates": np.array(["2026-01-01", "2026-01-02"], dtype="datetime64[D]"),
    "masked": np.ma.array([0.0, 1.0], mask=[False, True]),
    "a generator": (i for i in range(2)),
    "None": None,
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_array_of_real_numbers_is_named(use, bad):
    with pytest.raises(TypeError, match=f"^{use} must "):
        USES[use](BAD[bad])


def test_numbers_too_large_for_float64_are_named():
    with pytest.raises(ValueError, match="x must be finite numbers, got inf"):
        NET(np.longdouble("1e400"))


@pytest.mark.parametrize("bad", [float("nan"), None, 3, np.ones((1, 1, 1)), "ab"])
def test_layers_must_come_in_a_list(bad):
    with pytest.raises(TypeError, match="weights must be a list of one array for each layer"):
        Network(bad, [[0.0]])


def test_shapes_that_do_not_broadcast_are_named():
    for kind in (np.ones, torch.ones):
        with pytest.raises(ValueError, match=r"shift must broadcast against x, got shapes \(2,\) with \(3,\)"):
            shifted_relu(kind(3), kind(2))


def test_settings_of_training_are_checked_too():
    for changes in ({"snapshot_epochs": 3.0}, {"progress": "yes"}, {"width": "8"}):
        with pytest.raises(TypeError, match=f"{next(iter(changes))} must be"):
            train([0], [0], **({"width": 1, "epochs": 1, "seed": 0} | changes))
    with pytest.raises(ValueError, match="width must be at most"):
        train([0], [0], width=10**30, seed=0)


def test_no_input_is_changed():
    knots, values = np.array([0.0, 1.0]), np.array([0.0, 2.0])
    sup_error(BrokenLine(knots, values), np.cos, (0, 1))
    assert knots.flags.writeable
    np.testing.assert_array_equal(knots, [0, 1])
    np.testing.assert_array_equal(values, [0, 2])
