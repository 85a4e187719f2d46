"""One style sheet and one script for all pages, with what the book uses and no more; lighter figures.

The theme brings a framework's style and an icon font of which the book needs a few percent. The fonts, cut to the
characters that occur, are part of the style sheet: text then stands in its place at once, and nothing moves when
a font comes.
"""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from fontTools import subset

from ..node import command
from .store import Store

#: A style sheet, and a script of a file, in a page.
_STYLE = re.compile(r' *<link href="(?P<a>[^"]*\.css)[^>]*/>\n?| *<link [^>]*href="(?P<b>[^"]*\.css)[^>]*/>\n?')
_SCRIPT = re.compile(r' *<script (?:defer(?:="defer")? )?src="(?P<path>[^"?]+)(?:\?[^"]*)?"></script>\n?')
#: What Sphinx and the theme say of the page to scripts that the book does not use.
_SETTING = re.compile(r" *<script>DOCUMENTATION_OPTIONS\.\w+ = [^<]*;</script>\n?")
#: Scripts that belong to some pages only.
_OF_A_PAGE = ("movable/", "searchtools.js", "language_data.js", "searchindex.js")
#: Of _static, what pages load beside the two.
_KEPT = {
    "all.css",
    "all.js",
    "movable",
    "cards",
    "searchtools.js",
    "language_data.js",
    "english-stemmer.js",
    "licences.txt",
    "base-stemmer.js",
}
#: The style sheets that are the book's own; of others, only the rules that some page uses are taken.
_OWN = ("movable.css", "book.css")


def bundle(site: Path, pages: dict[Path, str], modules: Path, store: Store) -> dict[Path, str]:
    """Writes _static/all.css and _static/all.js into `site`; returns the pages, with these in place of the rest.

    Parameters
    ----------
    site
        The folder of the pages and of what they load, which loses what no page loads any more.
    pages
        file → its text.
    modules
        The folder of the programs that pack: esbuild, PurgeCSS and SVGO.
    store
        Keeps the fonts and figures that were made lighter.

    Raises
    ------
    OSError
        One of them fails: what it says.
    """
    styles, scripts = _used(site, pages, _STYLE), _used(site, pages, _SCRIPT)
    shared = [path for path in scripts if not _of_a_page(path.relative_to(site).as_posix())]
    lighter = {path: _with_one_of_each(text, _up(path, site)) for path, text in pages.items()}
    _write_script(site, shared, modules)
    _write_style(site, styles, list(lighter.values()), modules, store)
    _lighten(sorted((site / "_images").glob("*.svg")), modules, store)
    _write_licences(site / "_static", modules)
    _tidy(site / "_static")
    return lighter


def _write_licences(static: Path, modules: Path) -> None:
    """Puts the notices of all that is packed into one file, since the packed files have lost theirs."""
    notices = sorted([*static.rglob("*LICENSE*"), *static.glob("*.LEGAL.txt")])
    # What the movable figures are bundled with.
    notices += sorted(modules.glob("d3-*/LICENSE"))
    named = [("/".join(path.parts[-2:]), path.read_text(encoding="utf-8")) for path in notices]
    whole = "\n\n".join(f"{name}\n\n{text}" for name, text in named)
    (static / "licences.txt").write_text(whole, encoding="utf-8")


def _tidy(static: Path) -> None:
    """Removes what is now in the two, and what the theme brings and no page of the book asks for."""
    for path in static.iterdir():
        if path.is_dir() and path.name not in _KEPT:
            shutil.rmtree(path)
        elif path.is_file() and path.name not in _KEPT and path.suffix != ".svg":
            path.unlink()
    for style in (static / "movable").glob("*.css"):
        style.unlink()


def _of_a_page(path: str) -> bool:
    return any(name in path for name in _OF_A_PAGE)


def _up(path: Path, site: Path) -> str:
    return "../" * (len(path.relative_to(site).parts) - 1)


def _used(site: Path, pages: dict[Path, str], kind: re.Pattern[str]) -> list[Path]:
    """The files that pages load, each once, in the order in which they load them."""
    found: dict[Path, None] = {}
    for page, text in pages.items():
        for match in kind.finditer(text):
            path = (page.parent / next(filter(None, match.groups()))).resolve()
            if path.is_relative_to(site.resolve()):
                found[site / path.relative_to(site.resolve())] = None
    return list(found)


def _with_one_of_each(text: str, up: str) -> str:
    own = [match["path"] for match in _SCRIPT.finditer(text) if _of_a_page(match["path"])]
    text = _SCRIPT.sub("", _SETTING.sub("", _STYLE.sub("", text)))
    loaded = [f'<link rel="stylesheet" href="{up}_static/all.css"/>']
    # Deferred, in this order, so that none holds up the page and each finds what it needs.
    loaded += [f'<script defer src="{path}"></script>' for path in (f"{up}_static/all.js", *own)]
    return text.replace("</title>", "</title>\n    " + "\n    ".join(loaded), 1)


def _write_script(site: Path, parts: list[Path], modules: Path) -> None:
    options = site / "_static" / "documentation_options.js"
    # What is typed is searched for on the page of results alone; from a folder, a page cannot read the others there.
    settings = (
        "\nDOCUMENTATION_OPTIONS.search_as_you_type = false;"
        '\nif (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'
    )
    said = {options: settings}
    whole = "\n;\n".join(path.read_text(encoding="utf-8") + said.get(path, "") for path in parts)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "all.js"
        source.write_text(whole, encoding="utf-8")
        _esbuild(modules, str(source), f"--outfile={site / '_static' / 'all.js'}")


def _write_style(site: Path, parts: list[Path], pages: list[str], modules: Path, store: Store) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = ("woff2", "ttf", "svg", "png", "gif")

        def joined(name: str, parts: list[Path], how: str = "file") -> Path:
            entry, into = folder / f"{name}.entry.css", folder / f"{name}.css"
            entry.write_text("".join(f'@import "{path}";\n' for path in parts), encoding="utf-8")
            options = [f"--loader:.{kind}={how}" for kind in kinds]
            _esbuild(modules, str(entry), "--bundle", *options, "--asset-names=[name]", f"--outfile={into}")
            return into

        theirs = joined("theirs", [path for path in parts if path.name not in _OWN])
        own = joined("own", [path for path in parts if path.name in _OWN])
        scripts = [str(path) for path in (site / "_static").rglob("*.js")]
        _purge(theirs, pages, scripts, modules)
        theirs.write_text(_with_fewer_fonts(theirs.read_text(encoding="utf-8")), encoding="utf-8")
        _cut_fonts(folder, theirs.read_text(encoding="utf-8"), pages, scripts, store)
        whole = joined("all", [theirs, own], "dataurl")
        shutil.copyfile(whole, site / "_static" / "all.css")
        if (notices := whole.with_name("all.css.LEGAL.txt")).is_file():
            shutil.copyfile(notices, site / "_static" / notices.name)


def _purge(style: Path, pages: list[str], scripts: list[str], modules: Path) -> None:
    """Takes out of a style sheet the rules that no page and no script can want."""
    content = [style.with_name(f"{number}.html") for number, _ in enumerate(pages)]
    for path, text in zip(content, pages, strict=True):
        path.write_text(text, encoding="utf-8")
    program, into = str(modules / "purgecss" / "bin" / "purgecss.js"), style.with_name("purged")
    # The framework puts this one's name together from pieces.
    kept = ["--safelist", "data-bs-popper", "static"]
    _run(program, "--css", str(style), *kept, "--content", *map(str, content), *scripts, "-o", str(into))
    shutil.copyfile(into / style.name, style)


def _with_fewer_fonts(style: str) -> str:
    """The style sheet without the fonts that nothing asks for, and each of the others in one format."""
    faces = r"@font-face\{[^}]*\}"
    rules = re.sub(faces, "", style)

    def asked(match: re.Match[str]) -> str:
        face = dict(part.strip().split(":", 1) for part in match[0][11:-1].split(";") if ":" in part)
        family = face["font-family"].strip("\"' ")
        if not re.search(rf"{family}\b", rules):
            return ""
        if family.startswith("KaTeX"):
            # A rule sets weight or slant together with the family, or, for the main font, without one.
            named = family if family != "KaTeX_Main" else None
            for name, usual in (("font-weight", "400"), ("font-style", "normal")):
                wanted = [
                    rule for rule in re.findall(r"\.katex[^{}]*\{([^{}]*)\}", rules) if f"{name}:{face[name]}" in rule
                ]
                if face[name] != usual and not any(named in rule if named else "KaTeX_" not in rule for rule in wanted):
                    return ""
        one = re.sub(r',\s*url\([^)]*\.ttf"?\)\s*format\("?truetype"?\)', "", match[0])
        # It comes with the style sheet, and the page is not shown before (see layout.html).
        return re.sub(r"font-display:[^;}]*;?", "", one)[:-1] + ";font-display:block}"

    return re.sub(faces, asked, style)


def _cut_fonts(folder: Path, style: str, pages: list[str], scripts: list[str], store: Store) -> None:
    """Cuts each font to the characters that are shown in it."""
    shown = {chr(code) for code in range(32, 127)}
    formulas: dict[str, set[str]] = {"Math": set(), "AMS": set(), "Main": set()}
    for text in pages:
        shown |= set(html.unescape(re.sub(r"<[^>]*>", "", text)))
        for classes, signs in re.findall(r'<span class="([\w -]*)"[^>]*>([^<]+)', text):
            kind = "Math" if "mathnormal" in classes else "AMS" if re.search("mathbb|amsrm", classes) else "Main"
            formulas[kind] |= set(html.unescape(signs))
    for path in scripts:
        if "movable" in path:
            shown |= set(Path(path).read_text(encoding="utf-8"))
    icons = {chr(int(code, 16)) for code in re.findall(r'"\\(f[0-9a-f]{3})"', style)}
    for font in folder.glob("*.woff2"):
        kind = next((kind for kind in ("Math", "AMS") if f"KaTeX_{kind}" in font.name), "Main")
        wanted = formulas[kind] if "KaTeX" in font.name else icons if font.name.startswith("fa-") else shown
        codes = sorted(map(ord, wanted))
        font.write_bytes(store.get(font.read_bytes() + repr(codes).encode(), partial(_cut, font, codes)))


def _cut(font: Path, codes: list[int]) -> bytes:
    options = subset.Options(flavor="woff2", hinting=False)
    options.layout_features += ["lnum", "tnum", "onum", "pnum"]
    whole = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(whole)
    out = io.BytesIO()
    subset.save_font(whole, out, options)
    return out.getvalue()


def _lighten(figures: list[Path], modules: Path, store: Store) -> None:
    """Takes out of the figures what cannot be seen."""
    program, config = str(modules / "svgo" / "bin" / "svgo.js"), Path(__file__).with_name("svgo.config.mjs")
    rules = config.read_bytes()
    with tempfile.TemporaryDirectory() as folder:

        def make(figure: Path) -> bytes:
            light = Path(folder) / figure.name
            if not light.is_file():
                # All at once, since most of the time is the program's start.
                _run(program, "-q", "--config", str(config), "-i", *map(str, figures), "-o", folder)
            return light.read_bytes()

        results = [store.get(rules + figure.read_bytes(), partial(make, figure)) for figure in figures]
    for figure, result in zip(figures, results, strict=True):
        figure.write_bytes(result)


def _esbuild(modules: Path, source: str, *options: str) -> None:
    esbuild = str(modules / "esbuild" / "bin" / "esbuild")
    _run(
        esbuild,
        source,
        *options,
        "--minify",
        "--target=es2020,chrome105,firefox110,safari16",
        "--legal-comments=external",
        "--log-level=error",
    )


def _run(*arguments: str) -> None:
    made = subprocess.run(command(*arguments), capture_output=True, text=True, check=False)
    if made.returncode:
        raise OSError(0, f"the style sheets or scripts could not be packed: {' '.join(made.stderr.split())[:600]}")
