"""An IMS Common Cartridge 1.1: modules of links, and the exercises as a question bank.

Source: IMS Global, Common Cartridge Profile 1.1 (2011): Implementation Document. 1.1 is what both Canvas and Moodle
import.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from bs4 import BeautifulSoup, Tag

from ..moment import IN_ZIP
from ..outside import absolute, tex
from .syllabus import links

_CC = "http://www.imsglobal.org/xsd/imsccv1p1"
_PROFILE = "http://www.imsglobal.org/profile/cc/ccv1p1"
CP = f"{_CC}/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
WEB_LINK = f"{_CC}/imswl_v1p1"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMAS = {
    CP: f"{_PROFILE}/ccv1p1_imscp_v1p2_v1p0.xsd",
    LOM: f"{_PROFILE}/LOM/ccv1p1_lommanifest_v1p0.xsd",
    WEB_LINK: f"{_PROFILE}/ccv1p1_imswl_v1p1.xsd",
    QTI: f"{_PROFILE}/ccv1p1_qtiasiv1p2p1_v1p0.xsd",
}


@dataclass(frozen=True)
class Question:
    """An exercise: HTML with formulas in TeX, which both platforms set."""

    label: str
    title: str
    text: str
    solution: str


def cartridge(data: dict[str, Any], questions: list[Question]) -> bytes:
    """The archive.

    Parameters
    ----------
    data
        The syllabus, with absolute addresses.
    questions
        The exercises, in the order of the book.
    """
    files: dict[str, ET.Element] = {}
    manifest = ET.Element(f"{{{CP}}}manifest", {"identifier": f"reluapprox-{data['version']}"})
    _locate(manifest, CP, LOM)
    _metadata(manifest, data)
    root = _organization(manifest)
    resources = ET.Element(f"{{{CP}}}resources")
    for chapter in data["chapters"]:
        module = _item(root, f"module-{chapter['label']}", chapter["title"])
        for entry in links(chapter):
            label = entry["label"]
            _item(module, f"item-{label}", entry["text"], f"link-{label}")
            files[f"links/{label}.xml"] = _web_link(entry["text"], entry["url"])
            _resource(resources, f"link-{label}", "imswl_xmlv1p1", f"links/{label}.xml")
    files["questions/exercises.xml"] = _bank(questions)
    # A bank is no item of the course; it goes to where questions are kept.
    _resource(resources, "exercises", "imsqti_xmlv1p2/imscc_xmlv1p1/question-bank", "questions/exercises.xml")
    manifest.append(resources)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, element in {"imsmanifest.xml": manifest, **files}.items():
            file = zipfile.ZipInfo(name, IN_ZIP)
            file.external_attr = 0o644 << 16
            archive.writestr(file, _written(element), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def question(label: str, title: str, page: BeautifulSoup, home: str) -> Question:
    """An exercise of a page as it is shown, and its solution.

    Parameters
    ----------
    label, title
        Its own.
    page
        The page it stands on.
    home
        The page's address.
    """
    statement = page.select_one(f'div.exercise[id="{label}"]')
    solution = statement.find_next("details", class_="solution") if statement else None
    if statement is None or solution is None:
        raise ValueError(f"{label}: no exercise of that name with a solution in {home}")
    return Question(label, title, _plain(statement, home), _plain(solution, home))


def _plain(part: Tag, home: str) -> str:
    """The HTML of a part of a page, with formulas as TeX and absolute links, and without what only a page needs."""
    copy = BeautifulSoup(str(part), "html.parser")
    for formula in copy.select(".math"):
        formula.replace_with(rf"\[{tex(formula)}\]" if formula.name == "div" else rf"\({tex(formula)}\)")
    for rest in copy.select(".admonition-title, .headerlink, script, figure, summary"):
        rest.decompose()
    for tag in copy.find_all(True):
        kept = {name: tag[name] for name in ("href",) if tag.has_attr(name)}
        if "href" in kept:
            kept["href"] = absolute(str(kept["href"]), home)
        tag.attrs = kept
        if tag.name in ("div", "section", "span", "details"):
            tag.unwrap()
    return re.sub(r"\n{2,}", "\n", copy.decode()).strip()


def _locate(element: ET.Element, *spaces: str) -> None:
    element.set(f"{{{_XSI}}}schemaLocation", " ".join(f"{space} {_SCHEMAS[space]}" for space in spaces))


def _metadata(manifest: ET.Element, data: dict[str, Any]) -> None:
    metadata = ET.SubElement(manifest, f"{{{CP}}}metadata")
    ET.SubElement(metadata, f"{{{CP}}}schema").text = "IMS Common Cartridge"
    ET.SubElement(metadata, f"{{{CP}}}schemaversion").text = "1.1.0"
    lom = ET.SubElement(metadata, f"{{{LOM}}}lom")
    general = ET.SubElement(lom, f"{{{LOM}}}general")
    _string(ET.SubElement(general, f"{{{LOM}}}title"), data["title"])
    ET.SubElement(general, f"{{{LOM}}}language").text = data["language"]
    _string(ET.SubElement(general, f"{{{LOM}}}description"), f"Links into the book at {data['url']}")
    rights = ET.SubElement(lom, f"{{{LOM}}}rights")
    restricted = ET.SubElement(rights, f"{{{LOM}}}copyrightAndOtherRestrictions")
    ET.SubElement(restricted, f"{{{LOM}}}value").text = "yes"
    _string(ET.SubElement(rights, f"{{{LOM}}}description"), f"CC BY 4.0, {data['license']}")


def _string(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, f"{{{LOM}}}string", {"language": "en"}).text = text


def _organization(manifest: ET.Element) -> ET.Element:
    organizations = ET.SubElement(manifest, f"{{{CP}}}organizations")
    shape = {"identifier": "organization", "structure": "rooted-hierarchy"}
    organization = ET.SubElement(organizations, f"{{{CP}}}organization", shape)
    # The standard wants one item at the root, without a title.
    return ET.SubElement(organization, f"{{{CP}}}item", {"identifier": "root"})


def _item(parent: ET.Element, identifier: str, title: str, reference: str = "") -> ET.Element:
    attributes = {"identifier": identifier} | ({"identifierref": reference} if reference else {})
    item = ET.SubElement(parent, f"{{{CP}}}item", attributes)
    ET.SubElement(item, f"{{{CP}}}title").text = title
    return item


def _resource(parent: ET.Element, identifier: str, kind: str, file: str) -> None:
    resource = ET.SubElement(parent, f"{{{CP}}}resource", {"identifier": identifier, "type": kind})
    ET.SubElement(resource, f"{{{CP}}}file", {"href": file})


def _web_link(title: str, url: str) -> ET.Element:
    link = ET.Element(f"{{{WEB_LINK}}}webLink")
    _locate(link, WEB_LINK)
    ET.SubElement(link, f"{{{WEB_LINK}}}title").text = title
    ET.SubElement(link, f"{{{WEB_LINK}}}url", {"href": url, "target": "_blank"})
    return link


def _bank(questions: list[Question]) -> ET.Element:
    whole = ET.Element(f"{{{QTI}}}questestinterop")
    _locate(whole, QTI)
    bank = ET.SubElement(whole, f"{{{QTI}}}objectbank", {"ident": "bank"})
    for asked in questions:
        item = ET.SubElement(bank, f"{{{QTI}}}item", {"ident": asked.label, "title": asked.title})
        metadata = ET.SubElement(ET.SubElement(item, f"{{{QTI}}}itemmetadata"), f"{{{QTI}}}qtimetadata")
        for name, value in (("cc_profile", "cc.essay.v0p1"), ("qmd_computerscored", "No")):
            field = ET.SubElement(metadata, f"{{{QTI}}}qtimetadatafield")
            ET.SubElement(field, f"{{{QTI}}}fieldlabel").text = name
            ET.SubElement(field, f"{{{QTI}}}fieldentry").text = value
        presentation = ET.SubElement(item, f"{{{QTI}}}presentation")
        _material(presentation, asked.text)
        answer = {"ident": f"{asked.label}-answer", "rcardinality": "Single"}
        response = ET.SubElement(presentation, f"{{{QTI}}}response_str", answer)
        blank = ET.SubElement(response, f"{{{QTI}}}render_fib")
        ET.SubElement(blank, f"{{{QTI}}}response_label", {"ident": f"{asked.label}-text", "rshuffle": "No"})
        outcomes = ET.SubElement(ET.SubElement(item, f"{{{QTI}}}resprocessing"), f"{{{QTI}}}outcomes")
        score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
        ET.SubElement(outcomes, f"{{{QTI}}}decvar", score)
        feedback = ET.SubElement(item, f"{{{QTI}}}itemfeedback", {"ident": "solution"})
        solution = ET.SubElement(ET.SubElement(feedback, f"{{{QTI}}}solution"), f"{{{QTI}}}solutionmaterial")
        _material(solution, asked.solution)
    return whole


def _material(parent: ET.Element, text: str) -> None:
    material = ET.SubElement(parent, f"{{{QTI}}}material")
    ET.SubElement(material, f"{{{QTI}}}mattext", {"texttype": "text/html"}).text = text


def _written(element: ET.Element) -> bytes:
    # The file's own namespace without a prefix, as the platforms' simpler readers expect.
    for prefix, space in (("", element.tag[1:].split("}")[0]), ("lomimscc", LOM), ("xsi", _XSI)):
        ET.register_namespace(prefix, space)
    ET.indent(element)
    written: bytes = ET.tostring(element, encoding="utf-8", xml_declaration=True)
    return written
