import json
import re

import matplotlib as mpl
import numpy as np
import pytest
from problems import by_hand

from reluapprox import TARGETS, Network, broken_line, linear_regions, worst_point
from reluapprox.figures import (
    PALETTE,
    Movable,
    canvas,
    colour,
    draw_band,
    draw_boundary,
    draw_classes,
    draw_data,
    draw_error,
    draw_line,
    draw_losses,
    draw_neurons,
    draw_rate,
    draw_regions,
    draw_side,
    draw_slope,
    draw_target,
    draw_terms,
    draw_touches,
    draw_worst,
    label,
    to_svg,
)

SQUARE = TARGETS["square"]


def drawn_with_everything():
    fig, axes = canvas(2, 2)
    draw_target(axes[0, 0], SQUARE)
    draw_line(axes[0, 0], broken_line(by_hand(4), SQUARE.domain))
    draw_terms(axes[0, 0], by_hand(4), SQUARE.domain)
    draw_worst(axes[0, 0], SQUARE, worst_point(by_hand(4), SQUARE))
    draw_data(axes[0, 0], [0, 1], [0, 1])
    draw_error(axes[0, 1], [0, 1, 2], [0, -1, 1])
    draw_band(axes[0, 1], (0, 2), 0.5)
    draw_touches(axes[0, 1], [0, 1], [-0.5, 0.5])
    draw_rate(axes[1, 0], [1, 2, 4], [1, 0.25, 0.1])
    draw_slope(axes[1, 0], (1, 1), 4, -2)
    label(axes[1, 0], 1, 1, "here", "best")
    axes[1, 1].set_xlim(-12, 12)
    draw_neurons(axes[1, 1], by_hand(4).hinges(SQUARE.domain), SQUARE.domain)
    return fig


def test_drawing_changes_no_global_setting():
    before = dict(mpl.rcParams)
    to_svg(drawn_with_everything())
    assert dict(mpl.rcParams) == before


def test_the_svg_is_the_same_each_time_and_has_both_palettes():
    svg = to_svg(drawn_with_everything())
    assert svg == drawn_with_everything()._repr_svg_()
    assert svg.startswith("<svg")
    assert "<metadata" not in svg
    for role in ("target", "network", "hinge", "best", "error", "ink"):
        light, dark = PALETTE[role]
        assert light in svg
        assert f".ra-stroke-{role}{{stroke:{dark}}}" in svg
        assert re.search(rf'stroke="{light}"[^>]*class="[^"]*ra-stroke-{role}', svg)
    # No colour is left where the dark page could not override it, and no text asks for the reader's fonts.
    assert not re.search(r'style="[^"]*(fill|stroke): #', svg)
    assert "<text" not in svg


def test_lines_are_drawn_from_their_knots():
    _fig, ax = canvas()
    line = broken_line(by_hand(4), SQUARE.domain)
    draw_line(ax, line)
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), line.knots)
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), line.kinks)
    draw_line(ax, line, kinks=False, role="best")
    assert len(ax.lines) == 3
    assert ax.lines[2].get_color() == colour("best")


def test_each_neuron_has_a_term():
    _fig, ax = canvas()
    network = by_hand(3)
    draw_terms(ax, network, SQUARE.domain, kinks=False)
    assert len(ax.lines) == 3
    for drawn, i in zip(ax.lines, range(3), strict=True):
        np.testing.assert_allclose(drawn.get_ydata(), network.terms(drawn.get_xdata())[:, i], atol=1e-12)


def test_the_worst_gap_is_drawn_between_target_and_fit():
    _fig, ax = canvas()
    x, error = worst_point(by_hand(1), SQUARE)
    draw_worst(ax, SQUARE, (x, error))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [100, -1])


def test_a_slope_is_a_slope():
    _fig, ax = canvas()
    draw_rate(ax, [1, 10, 100], [1, 0.1, 0.01])
    draw_slope(ax, (1, 2.0), 100, -0.5)
    x, y = ax.lines[-1].get_data()
    assert np.log(y[1] / y[0]) / np.log(x[1] / x[0]) == pytest.approx(-0.5)
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_losses_and_planes():
    fig, (left, right) = canvas(1, 2)
    draw_losses(left, [3.0, 2.0, 1.0])
    np.testing.assert_array_equal(left.lines[0].get_xdata(), [0, 1, 2])
    draw_side(right, lambda p: p[..., 0], (-1, 1), (-1, 1), above=0.0)
    draw_classes(right, [[0, 0], [1, 1]], [0, 1])
    assert right.lines[0].get_markerfacecolor() == colour("paper")
    assert right.lines[1].get_markerfacecolor() == colour("target")
    assert "ra-fill-network" in to_svg(fig)


def test_regions_are_tiles_and_their_boundary_is_drawn():
    rng = np.random.default_rng(0)
    network = Network([rng.normal(size=(8, 2)), rng.normal(size=(1, 8))], [rng.normal(size=8), [0]])
    regions = linear_regions(network, ((-2, 2), (-1, 1)))
    fig, (left, right) = canvas(1, 2)
    draw_regions(left, regions)
    draw_boundary(left, regions, 0.5)
    draw_regions(right, regions, by="value")
    tiles, boundary = left.collections
    assert len(tiles.get_paths()) == len(regions)
    assert len(boundary.get_segments()) == len(regions.level_set(0.5)) > 0
    # One colour for one direction, grey for none; and by value, the brightest where the network is highest.
    colours = tiles.get_facecolors()
    flat = np.hypot(*regions.gradients.T) < 1e-12
    assert all(len(set(c[:3])) == 1 for c in colours[flat])
    brightness = right.collections[0].get_facecolors()[:, :3].sum(axis=1)
    assert brightness.argmax() == np.argmax([values.mean() for values in regions.values])
    assert (left.get_xlim(), left.get_ylim()) == ((-2, 2), (-1, 1))
    assert "ra-stroke-error" in to_svg(fig)
    with pytest.raises(ValueError, match='by must be "direction" or "value", got \'height\''):
        draw_regions(left, regions, by="height")


def test_a_movable_figures_data_are_json_that_ends_nowhere_else():
    shown = Movable("the-name", a=np.arange(3), b={"c": [np.float64(0.1), "</script>"]})
    text = shown._repr_html_()
    assert repr(shown) == "Movable('the-name')"
    assert text.startswith('<script type="application/json" data-movable="the-name">')
    assert text.count("</script>") == 1
    inside = text[text.index(">") + 1 : text.rindex("<")]
    assert json.loads(inside) == {"a": [0, 1, 2], "b": {"c": [0.1, "</script>"]}}


def test_a_movable_figure_is_not_told_what_is_no_number():
    with pytest.raises(ValueError, match="not JSON compliant"):
        Movable("the-name", a=float("nan"))
    with pytest.raises(TypeError, match="data must be numbers, strings, arrays, lists or dicts, got <object"):
        Movable("the-name", a=object())
