import copy
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from problems import broken_lines

from reluapprox import TARGETS, BrokenLine, broken_line, interpolant


def fewest_neurons(line):
    """By brute force over which hinges face left, in whole numbers; the lines here have slopes in multiples of 1/2⁷."""
    slopes = np.rint(line.slopes * 5040 * 2**7).astype(int)
    jumps = [jump for jump in np.diff(slopes) if jump]
    if not len(jumps):
        return 1
    subsets = itertools.chain.from_iterable(itertools.combinations(jumps, k) for k in range(len(jumps) + 1))
    return len(jumps) + (not any(sum(subset) == -slopes[0] for subset in subsets))


@settings(deadline=None)
@given(broken_lines())
def test_evaluation_is_linear_interpolation(shape):
    knots, values = shape
    line = BrokenLine(knots, values)
    assert len(line) == len(knots) - 1
    np.testing.assert_array_equal(line(knots), values)
    for i, slope in enumerate(line.slopes):
        x = knots[i] + 0.3 * (knots[i + 1] - knots[i])
        assert float(line(x)) == pytest.approx(values[i] + slope * (x - knots[i]), abs=1e-12)


@settings(deadline=None)
@given(broken_lines())
def test_the_network_is_the_line_with_as_few_neurons_as_brute_force_finds(shape):
    line = BrokenLine(*shape)
    network = line.to_network()
    x = np.linspace(*line.domain, 200)
    np.testing.assert_allclose(network(x), line(x), rtol=0, atol=1e-10)
    assert network.widths == (fewest_neurons(line),)


def test_there_and_back_again():
    for target in TARGETS.values():
        for n in (1, 2, 5, 40):
            line = interpolant(target, np.linspace(*target.domain, 2 * n + 1))
            if target.kinks:
                continue
            again = broken_line(line.to_network(), line.domain)
            # A knot at which the slope happens not to change is a piece of the line only.
            assert len(line) - 1 <= len(again) <= len(line)
            assert np.isin(again.knots.round(12), line.knots.round(12)).all()
            np.testing.assert_allclose(again(line.knots), line.values, rtol=0, atol=1e-10 * np.abs(line.values).max())


def test_a_flat_piece_saves_a_neuron_however_many_pieces():
    knots = np.linspace(-10, 10, 102)
    assert interpolant(TARGETS["square"], knots).to_network().widths == (100,)
    assert interpolant(TARGETS["exponential"], np.linspace(0, 1, 102)).to_network().widths == (101,)


def test_a_flat_first_or_last_piece_saves_one_too():
    assert BrokenLine([0, 1, 2], [1, 1, 2]).to_network().widths == (1,)
    assert BrokenLine([0, 1, 2], [2, 1, 1]).to_network().widths == (1,)
    assert BrokenLine([0, 1], [2, 2]).to_network().widths == (1,)
    assert BrokenLine([0, 1], [1, 2]).to_network().widths == (1,)


def test_a_cancelling_set_saves_one_without_a_flat_piece():
    # slopes 1, 3, 2: jumps 2, -1; turning the second to face left gives the first slope.
    line = BrokenLine([0, 1, 2, 3], [0, 1, 4, 6])
    network = line.to_network()
    assert network.widths == (2,)
    np.testing.assert_allclose(network(line.knots), line.values, atol=1e-14)


def test_what_it_says_of_itself():
    line = BrokenLine([0, 1, 3], [0, 2, 0])
    assert repr(line) == "broken line of 2 pieces on [0, 3]"
    assert repr(BrokenLine([0, 1], [0, 1])) == "broken line of 1 piece on [0, 1]"
    assert line.domain == (0, 3)
    np.testing.assert_array_equal(line.kinks, [1])
    np.testing.assert_array_equal(line.slopes, [2, -1])
    with pytest.raises(ValueError, match="read-only"):
        line.knots[0] = 5
    with pytest.raises(AttributeError):
        line.knots = [1, 2]


@pytest.mark.parametrize(
    ("knots", "values", "error", "message"),
    [
        ([0], [0], ValueError, "knots must be at least 2 numbers, got 1"),
        ([], [], ValueError, "knots must be at least 2 numbers, got 0"),
        ([0, 0], [0, 0], ValueError, "knots must increase strictly, got 0.0 then 0.0 at index 0"),
        ([0, 2, 1], [0, 0, 0], ValueError, "got 2.0 then 1.0 at index 1"),
        ([0, np.inf], [0, 0], ValueError, "knots must be finite numbers, got inf"),
        ([0, 1], [0, np.nan], ValueError, "values must be finite numbers, got nan"),
        ([0, 1], [0], ValueError, "values must be one for each of the 2 knots, got 1"),
        ([[0, 1]], [0, 1], ValueError, "knots must have 1 axes"),
        (["a", "b"], [0, 1], TypeError, "knots must be real numbers"),
    ],
)
def test_bad_lines_are_named(knots, values, error, message):
    with pytest.raises(error, match=message):
        BrokenLine(knots, values)


def test_outside_its_domain_a_line_says_so():
    with pytest.raises(ValueError, match=r"x must lie in the line's domain \[0\.0, 1\.0\], got 1\.5"):
        BrokenLine([0, 1], [0, 1])([0.5, 1.5])


def test_a_straight_line_costs_one_neuron_however_many_knots():
    assert BrokenLine(np.linspace(0, 1, 11), np.linspace(0, 1, 11)).to_network().widths == (1,)


def test_a_piece_that_only_looks_flat_beside_a_steep_one_is_not():
    line = BrokenLine([0, 1, 1 + 1e-8], [0, 1e-7, 1])
    np.testing.assert_allclose(line.to_network()(line.knots), line.values, rtol=0, atol=1e-15)


@pytest.mark.parametrize("offset", [0, 100, 1e4])
def test_cancelling_sets_are_found_whatever_the_height(offset):
    line = BrokenLine([0, 0.3, 0.7, 1.1], offset + np.array([0, 0.3, 1.5, 2.3]))
    assert line.to_network().widths == (2,)


def test_copies_are_read_only_too():
    line = pickle.loads(pickle.dumps(BrokenLine([0, 1], [0, 1])))
    network = copy.deepcopy(line.to_network())
    for array in (line.knots, line.values, network.weights[0]):
        assert not array.flags.writeable


def test_equal_by_value():
    line = BrokenLine([-1, 0, 2], [1, 0, 4])
    same = BrokenLine([-1.0, -0.0, 2.0], [1, -0.0, 4])
    assert line == same
    assert hash(line) == hash(same)
    assert len({line, same, BrokenLine([-1, 0, 2], [1, 0, 5]), BrokenLine([-1, 2], [1, 4])}) == 3
    assert line != BrokenLine([-1, 1, 2], [1, 0, 4])
    assert line != "a line"


def test_the_table_draws_the_line():
    rng = np.random.default_rng(0)
    line = BrokenLine(np.cumsum(rng.uniform(0.1, 1, 9)) - 3, rng.normal(size=9))
    table = line.table()
    assert table.dtype.names == ("left", "right", "slope", "intercept")
    for row in table:
        x = np.linspace(row["left"], row["right"], 5)
        np.testing.assert_allclose(row["slope"] * x + row["intercept"], line(x), rtol=1e-13, atol=1e-14)
    np.testing.assert_array_equal(table["right"][:-1], table["left"][1:])
    np.testing.assert_array_equal(table["intercept"], line.intercepts)
