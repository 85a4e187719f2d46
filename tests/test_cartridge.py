"""The course file, element by element, against the Common Cartridge Profile 1.1 and its QTI profile."""

from __future__ import annotations

import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from conftest import ADDRESS
from test_book import soup

from bookbuild.teaching.cartridge import CP, LOM, QTI, WEB_LINK, question


@pytest.fixture(scope="module")
def archive(published):
    return zipfile.ZipFile(io.BytesIO((published / "relu-networks.imscc").read_bytes()))


@pytest.fixture(scope="module")
def manifest(archive):
    return ET.fromstring(archive.read("imsmanifest.xml"))


@pytest.fixture(scope="module")
def data(published):
    return json.loads((published / "syllabus.json").read_text(encoding="utf-8"))


def names(element):
    return [child.tag for child in element]


def test_only_where_links_can_be_absolute(site, published):
    assert not (site / "relu-networks.imscc").exists()
    assert (published / "relu-networks.imscc").is_file()


def test_the_manifest_has_its_parts_in_order(manifest):
    assert manifest.tag == f"{{{CP}}}manifest"
    assert manifest.get("identifier")
    assert names(manifest) == [f"{{{CP}}}{part}" for part in ("metadata", "organizations", "resources")]


def test_its_metadata(manifest):
    metadata = manifest[0]
    assert names(metadata) == [f"{{{CP}}}schema", f"{{{CP}}}schemaversion", f"{{{LOM}}}lom"]
    assert metadata[0].text == "IMS Common Cartridge"
    assert metadata[1].text == "1.1.0"
    assert names(metadata[2]) == [f"{{{LOM}}}general", f"{{{LOM}}}rights"]
    assert names(metadata[2][0]) == [f"{{{LOM}}}{part}" for part in ("title", "language", "description")]
    assert all(names(part) == [f"{{{LOM}}}string"] for part in (metadata[2][0][0], metadata[2][0][2]))
    assert "CC BY 4.0" in "".join(metadata[2][1].itertext())


def test_one_organization_with_one_item_at_its_root(manifest):
    organizations = manifest[1]
    assert names(organizations) == [f"{{{CP}}}organization"]
    organization = organizations[0]
    assert organization.get("structure") == "rooted-hierarchy"
    assert organization.get("identifier")
    assert names(organization) == [f"{{{CP}}}item"]
    # The standard's root item has neither a title nor a resource.
    assert "identifierref" not in organization[0].attrib
    assert f"{{{CP}}}title" not in names(organization[0])


def test_a_module_for_each_chapter_with_all_its_links(manifest, data):
    modules = list(manifest[1][0][0])
    assert [module[0].text for module in modules] == [chapter["title"] for chapter in data["chapters"]]
    for module, chapter in zip(modules, data["chapters"], strict=True):
        assert "identifierref" not in module.attrib
        assert names(module)[0] == f"{{{CP}}}title"
        assert set(names(module)[1:]) == {f"{{{CP}}}item"}
        expected = [entry["title"] for entry in (chapter, *chapter["sections"])]
        for kind, word in (("figures", "Figure"), ("theorems", "Theorem"), ("exercises", "Exercise")):
            expected += [f"{word} {entry['number']}: {entry['title']}" for entry in chapter[kind]]
        assert [item[0].text for item in module[1:]] == expected
        for item in module[1:]:
            assert names(item) == [f"{{{CP}}}title"]
            assert item.get("identifierref")


def test_identifiers_are_unique_and_names_as_xml_has_them(manifest):
    identifiers = [element.get("identifier") for element in manifest.iter() if element.get("identifier")]
    assert len(set(identifiers)) == len(identifiers)
    for identifier in identifiers:
        assert identifier[0].isalpha()
        assert identifier.replace("-", "").replace(".", "").isalnum()


def test_every_resource_is_there_and_every_file_is_a_resource(manifest, archive):
    resources = manifest[2]
    assert set(names(resources)) == {f"{{{CP}}}resource"}
    files = []
    for resource in resources:
        assert names(resource) == [f"{{{CP}}}file"]
        files.append(resource[0].get("href"))
        assert resource.get("type") in ("imswl_xmlv1p1", "imsqti_xmlv1p2/imscc_xmlv1p1/question-bank")
    assert sorted([*files, "imsmanifest.xml"]) == sorted(archive.namelist())
    assert archive.testzip() is None
    wanted = {item.get("identifierref") for item in manifest.iter(f"{{{CP}}}item")} - {None}
    links = {resource.get("identifier") for resource in resources if resource.get("type") == "imswl_xmlv1p1"}
    assert wanted == links
    # At most one bank, and no item of the course leads to it.
    banks = [resource for resource in resources if resource.get("type").endswith("question-bank")]
    assert len(banks) == 1


def test_each_link_leads_to_what_its_item_says(manifest, archive, published):
    titles = {item.get("identifierref"): item[0].text for item in manifest.iter(f"{{{CP}}}item") if len(item) == 1}
    for resource in manifest[2]:
        if resource.get("type") != "imswl_xmlv1p1":
            continue
        link = ET.fromstring(archive.read(resource[0].get("href")))
        assert link.tag == f"{{{WEB_LINK}}}webLink"
        assert names(link) == [f"{{{WEB_LINK}}}title", f"{{{WEB_LINK}}}url"]
        assert link[0].text == titles[resource.get("identifier")]
        url = link[1].get("href")
        page, _, anchor = url.removeprefix(ADDRESS).partition("#")
        assert (published / page).is_file()
        assert not anchor or soup(published / page).find(id=anchor)


def test_the_bank_has_every_exercise_as_a_question(archive, data):
    bank = ET.fromstring(archive.read("questions/exercises.xml"))
    assert bank.tag == f"{{{QTI}}}questestinterop"
    assert names(bank) == [f"{{{QTI}}}objectbank"]
    assert bank[0].get("ident")
    assert set(names(bank[0])) == {f"{{{QTI}}}item"}
    exercises = [item for chapter in data["chapters"] for item in chapter["exercises"]]
    assert [(item.get("ident"), item.get("title")) for item in bank[0]] == [
        (entry["label"], f"Exercise {entry['number']}: {entry['title']}") for entry in exercises
    ]
    parts = ("itemmetadata", "presentation", "resprocessing", "itemfeedback")
    for item in bank[0]:
        assert names(item) == [f"{{{QTI}}}{part}" for part in parts]
        fields = [[part.text for part in field] for field in item.iter(f"{{{QTI}}}qtimetadatafield")]
        assert fields == [["cc_profile", "cc.essay.v0p1"], ["qmd_computerscored", "No"]]
        assert names(item[1]) == [f"{{{QTI}}}material", f"{{{QTI}}}response_str"]
        assert item[1][1].get("rcardinality") == "Single"
        assert names(item[1][1]) == [f"{{{QTI}}}render_fib"]
        assert names(item[2]) == [f"{{{QTI}}}outcomes"]
        assert item[3].get("ident") == "solution"
        asked, solved = (text.text for text in item.iter(f"{{{QTI}}}mattext"))
        assert {text.get("texttype") for text in item.iter(f"{{{QTI}}}mattext")} == {"text/html"}
        for text in (asked, solved):
            html = BeautifulSoup(text, "html.parser")
            assert len(html.get_text(strip=True)) > 40
            assert {tag.name for tag in html.find_all(True)} <= {
                "p",
                "pre",
                "code",
                "em",
                "strong",
                "a",
                "ul",
                "ol",
                "li",
            }
            assert "katex" not in text
            assert text.count(r"\(") == text.count(r"\)")
            assert all(str(link["href"]).startswith("http") for link in html.select("a"))


def test_an_exercise_that_is_not_there_is_named():
    page = BeautifulSoup('<div class="exercise" id="ex-one"></div>', "html.parser")
    with pytest.raises(ValueError, match=r"ex-two: no exercise of that name with a solution in the-hinge\.html"):
        question("ex-two", "Two", page, "the-hinge.html")
