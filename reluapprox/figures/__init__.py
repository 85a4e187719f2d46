"""The drawing vocabulary: how a target, a broken line, a hinge, an error and a rate look, here and on every page.

Needs matplotlib: ``pip install 'reluapprox[figures]'``. Each ``draw_…(ax, …)`` only draws, on axes that the
caller arranged; :func:`canvas` makes the figure.
"""

try:
    import matplotlib as _matplotlib  # noqa: F401
except ImportError as error:
    raise ImportError(
        f"figures need matplotlib ({error}); install it with: pip install 'reluapprox[figures]'"
    ) from error

from .curves import draw_band, draw_data, draw_error, draw_line, draw_target, draw_terms, draw_touches, draw_worst
from .diagrams import draw_losses, draw_neurons, draw_rate, draw_slope
from .movable import Movable
from .plane import draw_classes, draw_side
from .regions import draw_boundary, draw_regions
from .style import PALETTE, BookFigure, canvas, colour, label, to_svg

__all__ = [
    "PALETTE",
    "BookFigure",
    "Movable",
    "canvas",
    "colour",
    "draw_band",
    "draw_boundary",
    "draw_classes",
    "draw_data",
    "draw_error",
    "draw_line",
    "draw_losses",
    "draw_neurons",
    "draw_rate",
    "draw_regions",
    "draw_side",
    "draw_slope",
    "draw_target",
    "draw_terms",
    "draw_touches",
    "draw_worst",
    "label",
    "to_svg",
]
