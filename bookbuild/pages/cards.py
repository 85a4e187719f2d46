"""The picture shown where a link to a chapter is shared: its title beside a figure of its own."""

from __future__ import annotations

import base64
import html
import tempfile
import textwrap
from pathlib import Path

import resvg_py
from fontTools.ttLib import TTFont

#: Pixels; what the sites that show such pictures ask for.
SIZE = (1200, 630)


def card(title: str, book: str, figure: Path, fonts: Path) -> bytes:
    """A PNG.

    Parameters
    ----------
    title
        The chapter's, without its number.
    book
        The title of the whole.
    figure
        An SVG file, as the book's figures are.
    fonts
        The folder of the book's fonts.
    """
    width, height = SIZE
    lines = textwrap.wrap(title, 17)
    top = height / 2 - 27 * len(lines) + 48
    text = [f'<text x="64" y="92" font-size="25" fill="#525a63">{html.escape(book)}</text>']
    text += [
        f'<text x="64" y="{top + 60 * i}" font-size="52" font-weight="600" fill="#1d2126">{html.escape(line)}</text>'
        for i, line in enumerate(lines)
    ]
    picture = base64.b64encode(figure.read_bytes()).decode()
    source = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#fffdf9"/><rect width="12" height="{height}" fill="#00629b"/>'
        f'<g font-family="&quot;Source Serif 4&quot;">{"".join(text)}</g>'
        f'<image x="560" y="120" width="600" height="450" href="data:image/svg+xml;base64,{picture}"/></svg>'
    )
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for weight in ("400-normal", "600-normal"):
            font = TTFont(fonts / f"source-serif-4-latin-{weight}.woff2")
            # The renderer reads fonts that are not packed.
            font.flavor = None
            files.append(f"{folder}/{weight}.ttf")
            font.save(files[-1])
        drawn: bytes = resvg_py.svg_to_bytes(svg_string=source, skip_system_fonts=True, font_files=files, dpi=96)
    return drawn
