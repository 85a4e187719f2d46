"""The logo, the favicon, the cover and the picture of the house: `make artwork`.

Logo and favicon are the best three pieces to a parabola, as the package finds them. The cover is the front
page's figure, taken from the built book.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
from bs4 import BeautifulSoup

from reluapprox import TARGETS, best_broken_line
from reluapprox.figures import PALETTE

from .house import house


def mark(width: float, height: float, stroke: float, *, curve: bool) -> str:
    """An SVG of the best three pieces to x², with its kinks and, if `curve`, the parabola, dashed."""
    square, domain = TARGETS["square"], (-1.0, 1.0)
    line = best_broken_line(square, domain, pieces=3).line
    margin = 2 * stroke

    def at(x: float, y: float) -> tuple[str, str]:
        across = width / 2 + (width / 2 - margin) * x
        return f"{across:.2f}", f"{height - margin - (height - 2 * margin) * y:.2f}"

    def path(kind: str, xs: np.ndarray, ys: np.ndarray, thick: float, rest: str = "") -> str:
        points = "L".join(",".join(at(x, y)) for x, y in zip(xs, ys, strict=True))
        return f'<path class="{kind}" d="M{points}" stroke-width="{thick:.2f}"{rest}/>'

    x = np.linspace(*domain, 33)
    dashes = f' stroke-dasharray="{1.4 * stroke:.2f} {stroke:.2f}"'
    parts = [path("curve", x, square(x), stroke / 2, dashes)] if curve else []
    parts.append(path("line", line.knots, line.values, stroke))
    for cx, cy in (at(t, v) for t, v in zip(line.kinks, line.values[1:-1], strict=True)):
        parts.append(f'<circle cx="{cx}" cy="{cy}" r="{1.2 * stroke:.2f}"/>')
    rules = "".join(
        f"@media (prefers-color-scheme:{scheme}){{.curve{{stroke:{PALETTE['target'][i]}}}"
        f".line{{stroke:{PALETTE['network'][i]}}}circle{{fill:{PALETTE['error'][i]}}}}}"
        for i, scheme in enumerate(("light", "dark"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"<style>path{{fill:none;stroke-linecap:round;stroke-linejoin:round}}{rules}</style>{''.join(parts)}</svg>\n"
    )


def cover(site: Path) -> Path:
    """The file of the front page's figure in a built site."""
    page = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    image = page.select_one("figure#fig-cover img")
    if image is None:
        raise SystemExit(f"no figure fig-cover in {site / 'index.html'}; run make html first")
    return site / str(image["src"])


def main(root: Path) -> None:
    """Writes the logo and the favicon into book/_static, the cover and the house into docs."""
    static = root / "book" / "_static"
    (static / "logo.svg").write_text(mark(150, 90, 3.6, curve=True), encoding="utf-8")
    (static / "favicon.svg").write_text(mark(32, 32, 3, curve=False), encoding="utf-8")
    shutil.copyfile(cover(root / "_build" / "work" / "html"), root / "docs" / "cover.svg")
    (root / "docs" / "house.svg").write_text(house(), encoding="utf-8")


if __name__ == "__main__":
    main(Path.cwd())
    sys.exit(0)
