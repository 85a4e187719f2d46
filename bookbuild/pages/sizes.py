"""A Sphinx extension: every SVG figure carries its size, so that a page does not jump while it loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class SvgSizes(SphinxPostTransform):
    """Sets width and height, in CSS pixels, on images that are SVG files."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Visits every image of a page that is about to be written."""
        for image in self.document.findall(nodes.image):
            path = Path(self.env.srcdir) / image["uri"]
            if path.suffix == ".svg" and "width" not in image and path.is_file():
                head = path.read_text(encoding="utf-8")[:1000]
                for name in ("width", "height"):
                    points = re.search(rf'<svg[^>]*\s{name}="([\d.]+)pt"', head)
                    if points:
                        image[name] = str(round(float(points[1]) * 4 / 3))


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_post_transform(SvgSizes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
