"""The book as an EPUB 3: `make epub`. Formulas are MathML, which readers of electronic books set themselves."""

from __future__ import annotations

import html
import re
import sys
import uuid
import zipfile
from pathlib import Path

import yaml
from bs4 import BeautifulSoup

from ..moment import IN_ZIP
from ..wheel import version
from .articles import Article, articles

_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """
body { font-family: serif; line-height: 1.45; }
pre { font-size: 0.75em; white-space: pre-wrap; background: #f6f2ea; color: #1d2126; padding: 0.6em; }
code { font-size: 0.9em; }
figure { margin: 1em 0; page-break-inside: avoid; }
figure img { width: 100%; height: auto; background: #fffdf9; }
figcaption, caption { font-size: 0.9em; text-align: left; }
.caption-number, .section-number { font-weight: bold; }
table { border-collapse: collapse; }
td, th { border-bottom: 1px solid #aaa; padding: 0.2em 0.6em; text-align: left; }
.proof, .exercise, .solution, aside { border-left: 2px solid #aaa; padding-left: 1em; margin: 1em 0; }
.admonition-title { font-weight: bold; }
.eqno { float: right; }
"""


def epub(site: Path, date: str) -> dict[str, bytes]:
    """The files of the book, in the order of the archive.

    Parameters
    ----------
    site
        The folder of the built site.
    date
        Of the book, as year-month-day.
    """
    found = articles(site)
    names = {article.name for article in found}
    pages = {article.name: _page(article, names) for article in found}
    images = sorted({image for text in pages.values() for image in re.findall(r'src="(_images/[^"]+)"', text)})
    files = {"mimetype": b"application/epub+zip", "META-INF/container.xml": _CONTAINER.encode()}
    files["book/content.opf"] = _package(found, pages, images, date).encode()
    files["book/nav.xhtml"] = _navigation(found).encode()
    files["book/style.css"] = _STYLE.encode()
    files["book/cover.png"] = (site / "_static" / "cards" / "index.png").read_bytes()
    files |= {f"book/{name}.xhtml": text.encode() for name, text in pages.items()}
    files |= {f"book/{image}": (site / image).read_bytes() for image in images}
    return files


def _page(article: Article, names: set[str]) -> str:
    text = BeautifulSoup(str(article.text), "html.parser")
    for formula in text.select(".katex-html"):
        formula.decompose()
    for formula in text.select(".katex, .katex-mathml, .katex-display"):
        formula.unwrap()
    for link in text.select("a[href]"):
        page, _, anchor = str(link["href"]).partition("#")
        if page.endswith(".html") and Path(page).stem in names and "/" not in page.strip("./"):
            link["href"] = f"{Path(page).stem}.xhtml" + (f"#{anchor}" if anchor else "")
        elif page and not page.startswith(("http:", "https:")):
            link.unwrap()
    return _document(article.title, text.decode(formatter="minimal"))


def _document(title: str, body: str, more: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml"{more} lang="en" xml:lang="en"><head>'
        f'<title>{html.escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
        f"<body>{body}</body></html>\n"
    )


def _navigation(found: list[Article]) -> str:
    entries = "".join(f'<li><a href="{one.name}.xhtml">{html.escape(one.title)}</a></li>' for one in found)
    body = f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{entries}</ol></nav>'
    return _document("Contents", body, ' xmlns:epub="http://www.idpf.org/2007/ops"')


def _package(found: list[Article], pages: dict[str, str], images: list[str], date: str) -> str:
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="style.css" media-type="text/css"/>',
        '<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>',
    ]
    for article in found:
        with_formulas = ' properties="mathml"' if "<math" in pages[article.name] else ""
        name = article.name
        items.append(f'<item id="p-{name}" href="{name}.xhtml" media-type="application/xhtml+xml"{with_formulas}/>')
    for number, image in enumerate(images):
        items.append(f'<item id="image-{number}" href="{image}" media-type="image/svg+xml"/>')
    order = "".join(f'<itemref idref="p-{article.name}"/>' for article in found)
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"reluapprox {version()}")
    access = "".join(
        f'<meta property="schema:{name}">{value}</meta>'
        for name, value in (
            ("accessMode", "textual"),
            ("accessMode", "visual"),
            ("accessModeSufficient", "textual"),
            ("accessibilityFeature", "alternativeText"),
            ("accessibilityFeature", "MathML"),
            ("accessibilityFeature", "structuralNavigation"),
            ("accessibilityHazard", "none"),
            ("accessibilitySummary", "Every figure has a description, every formula is MathML."),
        )
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{identifier}</dc:identifier>'
        f"<dc:title>{html.escape(found[0].title)}</dc:title>"
        "<dc:language>en</dc:language><dc:creator>The reluapprox authors</dc:creator>"
        f"<dc:rights>CC BY 4.0</dc:rights><dc:date>{date}</dc:date>"
        f'<meta property="dcterms:modified">{date}T00:00:00Z</meta>{access}</metadata>'
        f"<manifest>{''.join(items)}</manifest><spine>{order}</spine></package>\n"
    )


def main(root: Path) -> None:
    """Writes _build/book.epub."""
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    into = root / "_build" / "book.epub"
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in epub(root / "_build" / "html", str(cited["date-released"])).items():
            entry = zipfile.ZipInfo(name, IN_ZIP)
            # The standard wants the first file to be readable as it is.
            archive.writestr(entry, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    print(f"The book as an EPUB: {into}")


if __name__ == "__main__":
    main(Path.cwd())
    sys.exit(0)
