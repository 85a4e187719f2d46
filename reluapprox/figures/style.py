"""How every figure looks, on a light page and on a dark one, from one file.

A figure is a :class:`BookFigure`: an ordinary matplotlib figure that shows itself as an SVG in which each
role's colour (the target, the network, …) has a light and a dark value. No global setting is changed.
"""

from __future__ import annotations

import io
import re
from typing import Any, Literal, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

Role: TypeAlias = Literal["ink", "faint", "paper", "target", "network", "hinge", "best", "error"]

#: role → (on a light page, on a dark page). Text in each has a contrast of at least 4.5 : 1, faint lines 1.5 : 1.
PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1d2126", "#dfe3e8"),
    "faint": ("#c3c8ce", "#4a525c"),
    "paper": ("#fffffe", "#121214"),
    "target": ("#2b2f35", "#e9ecf0"),
    "network": ("#00629b", "#6cb8f0"),
    "hinge": ("#8e3b78", "#e3a0d2"),
    "best": ("#007a59", "#41d3a2"),
    "error": ("#b84a00", "#ff9b62"),
}

#: Inches. Narrow, so that on a phone 360 px wide the 10 pt of its words are still 10 px.
WIDTH = 4.6

_STYLE: Any = {
    "font.family": "STIXGeneral",
    "font.size": 10,
    "mathtext.fontset": "stix",
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.edgecolor": PALETTE["ink"][0],
    "axes.labelcolor": PALETTE["ink"][0],
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "xtick.color": PALETTE["ink"][0],
    "ytick.color": PALETTE["ink"][0],
    "lines.solid_capstyle": "round",
    "lines.solid_joinstyle": "round",
    "svg.fonttype": "path",
    "svg.hashsalt": "reluapprox",
}


def colour(role: Role) -> str:
    """The colour to give to matplotlib for a role; the dark page's is put in when the figure is shown."""
    if role not in PALETTE:
        raise ValueError(f"role must be one of {', '.join(PALETTE)}, got {role!r}")
    return PALETTE[role][0]


class BookFigure(Figure):
    """A figure that shows itself, in notebooks and in the book, as an SVG for light and dark pages."""

    def _repr_svg_(self) -> str:
        return to_svg(self)

    def _repr_pdf_(self) -> bytes:
        return to_pdf(self)


def canvas(rows: int = 1, columns: int = 1, *, height: float = 3.1, width: float = WIDTH, **options: Any) -> Any:
    """A new figure and its axes, as ``plt.subplots`` gives them, in the book's style.

    Parameters
    ----------
    rows, columns
        The grid of axes.
    height, width
        Of the whole figure, in inches.
    **options
        For ``Figure.subplots``: sharex, sharey, height_ratios, …

    Returns
    -------
    (BookFigure, Axes or array of Axes)
    """
    with mpl.rc_context(_STYLE):
        figure = BookFigure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(rows, columns, **options)
    return figure, axes


def label(ax: Axes, x: float, y: float, text: str, role: Role = "ink", **options: Any) -> None:
    """Words beside a curve, in the curve's colour. `options` go to ``Axes.annotate`` (ha, va, xytext in points)."""
    offset = options.pop("xytext", (0, 0))
    ax.annotate(text, (x, y), xytext=offset, textcoords="offset points", color=colour(role), **options)


def to_svg(figure: Figure) -> str:
    """The figure as one SVG for light and dark pages: deterministic, without date, its text drawn as paths.

    Sets the fonts of the figure's texts, and the colour of those that are black, to the book's.

    Colours stay in as plain attributes, for the many programs that read no CSS; a stylesheet of one
    media query overrides them where the page is dark.
    """
    _set_texts(figure)
    out = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' style="([^"]*)"', lambda match: _with_roles(match[1]), svg)
    rules = "".join(
        f".ra-{kind}-{role}{{{kind}:{dark}}}" for role, (_, dark) in PALETTE.items() for kind in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"
    return svg.replace("<defs>", style + "<defs>", 1)


def to_pdf(figure: Figure) -> bytes:
    """The figure as a PDF for light pages, with its fonts in it: deterministic, without date."""
    _set_texts(figure)
    out = io.BytesIO()
    with mpl.rc_context({**_STYLE, "pdf.fonttype": 42}):
        figure.savefig(out, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return out.getvalue()


def _set_texts(figure: Figure) -> None:
    """Sets the fonts of the figure's texts, and the colour of those that are black, to the book's."""
    for text in figure.findobj(Text):
        text.set_fontfamily("STIXGeneral")
        text.set_math_fontfamily("stix")
        if text.get_color() in ("black", "k"):
            text.set_color(colour("ink"))


_ROLES = {light: role for role, (light, _) in PALETTE.items()}


def _with_roles(style: str) -> str:
    """The attributes that replace a style: fill and stroke by role as attribute and class, the rest as it was."""
    rest, attributes, classes = [], "", []
    for declaration in filter(None, (part.strip() for part in style.split(";"))):
        kind, _, value = (part.strip() for part in declaration.partition(":"))
        if kind in ("fill", "stroke") and value in _ROLES:
            attributes += f' {kind}="{value}"'
            classes.append(f"ra-{kind}-{_ROLES[value]}")
        else:
            rest.append(declaration)
    if rest:
        attributes += f' style="{"; ".join(rest)}"'
    if classes:
        attributes += f' class="{" ".join(classes)}"'
    return attributes
