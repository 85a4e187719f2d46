"""The book's fonts, cut to the characters that it shows, as part of the style sheet.

Text then stands in its place at once, and nothing moves when a font comes.
"""

import base64
import io
import logging
import re
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from fontTools import subset
from sphinxcontrib.katex import render_latex

#: class of a formula's part → the file of its font, KaTeX_….ttf; the innermost class decides.
_FORMULA_FONTS = {
    **{"mathnormal": "Math-Italic", "mathit": "Main-Italic", "mathbf": "Main-Bold", "boldsymbol": "Math-BoldItalic"},
    **{"mathbb": "AMS-Regular", "amsrm": "AMS-Regular", "mathcal": "Caligraphic-Regular", "mathscr": "Script-Regular"},
    **{"mathfrak": "Fraktur-Regular", "mathsf": "SansSerif-Regular", "mathtt": "Typewriter-Regular"},
    **{"small-op": "Size1-Regular", "large-op": "Size2-Regular", "delim-size1": "Size1-Regular"},
    **{"delim-size4": "Size4-Regular"} | {f"size{size}": f"Size{size}-Regular" for size in range(1, 5)},
}
#: What every page can show beside its text: ASCII, and the signs of the frame.
_ALWAYS = {chr(code) for code in range(32, 127)} | set("−×÷·…–—‘’“”→←©¶")
_ICONS = {"fa-solid-900": ("Free", 900), "fa-regular-400": ("Free", 400), "fa-brands-400": ("Brands", 400)}
# It tells every step.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def font_faces(env: Any, rules: str, static: Path, modules: Path) -> str:
    """The @font-face rules of the style sheet, fonts included.

    All pages have been read; the other rules name the icons, whose fonts are in the folder of static files; the fonts
    of the text and of the formulas are npm packages.
    """
    trees = [env.get_doctree(page) for page in sorted(env.found_docs)]
    shown = _ALWAYS.union(*(text.astext() for tree in trees for text in tree.findall(nodes.Text)))
    for source in modules.parent.glob("[!n]*/*.ts"):
        shown |= set(source.read_text(encoding="utf-8"))
    serif = modules / "@fontsource" / "source-serif-4" / "files"
    faces = [
        _face("Source Serif 4", serif / f"source-serif-4-latin-{weight}-{style}.woff2", weight, style, shown)
        for weight, style in ((400, "normal"), (400, "italic"), (600, "normal"))
    ]
    for name, characters in sorted(_in_formulas(trees).items()):
        weight, style = 700 if "Bold" in name else 400, "italic" if "Italic" in name else "normal"
        file = modules / "katex" / "dist" / "fonts" / f"KaTeX_{name}.ttf"
        faces.append(_face(f"KaTeX_{name.partition('-')[0]}", file, weight, style, characters))
    icons = {chr(int(code, 16)) for code in re.findall(r'"\\(f[0-9a-f]{3})"', rules)}
    for name, (family, weight) in _ICONS.items():
        file = next(static.rglob(f"{name}.woff2"))
        faces.append(_face(f"Font Awesome 7 {family}", file, weight, "normal", icons))
    return "".join(faces)


def _in_formulas(trees: list[nodes.document]) -> dict[str, set[str]]:
    """font → the characters set in it, in all formulas."""
    kinds = (nodes.math, nodes.math_block)
    formulas = {node.astext() for tree in trees for kind in kinds for node in tree.findall(kind)}
    found: dict[str, set[str]] = {"Main-Regular": set()}
    for formula in sorted(formulas):
        drawn: Any = BeautifulSoup(render_latex(formula), "html.parser").select_one(".katex-html")
        for text in drawn.find_all(string=True):
            classes = [name for parent in text.parents for name in parent.get("class") or ()]
            font = next((_FORMULA_FONTS[name] for name in classes if name in _FORMULA_FONTS), "Main-Regular")
            # A class such as size3 is a size of type as well, for which the usual font stays.
            for one in {font, "Main-Regular"} if font.startswith("Size") else {font}:
                found.setdefault(one, set()).update(text)
    return found


def _face(family: str, file: Path, weight: int, style: str, characters: set[str]) -> str:
    options = subset.Options(flavor="woff2", hinting=False)
    options.layout_features += ["lnum", "tnum", "onum", "pnum"]
    cutter, cut = subset.Subsetter(options), io.BytesIO()
    with subset.load_font(str(file), options) as font:
        cutter.populate(text="".join(sorted(characters)))
        cutter.subset(font)
        subset.save_font(font, cut, options)
    data = base64.b64encode(cut.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:block;'
        f"src:url(data:font/woff2;base64,{data})}}"
    )
