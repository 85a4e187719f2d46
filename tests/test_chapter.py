"""A new chapter builds as it is written, and has all that is asked of one."""

from __future__ import annotations

import json

import pytest
from conftest import build

from bookbuild.chapter import add

TOCTREE = "\n```{toctree}\n:hidden:\n:numbered: 1\n\n```\n"


def test_a_new_chapter_builds(project):
    book = project / "book"
    index = book / "index.md"
    index.write_text(index.read_text(encoding="utf-8") + TOCTREE, encoding="utf-8")
    (book / "for-instructors.md").write_text("---\norphan: true\n---\n(for-instructors)=\n# For instructors\n", "utf-8")
    add(book, "the-new-one")
    result = build(project)
    assert result.returncode == 0, result.stderr
    site = project / "_build" / "html"
    assert (site / "notebooks" / "the-new-one.ipynb").is_file()
    assert (site / "_static" / "cards" / "the-new-one.png").is_file()
    chapter = json.loads((site / "syllabus.json").read_text(encoding="utf-8"))["chapters"][0]
    assert chapter["label"] == "the-new-one"
    assert [item["label"] for item in chapter["exercises"]] == ["ex-the-new-one"]


@pytest.mark.parametrize("name", ["", "The-One", "a b", "../x", "one_two"])
def test_a_name_that_is_none_is_refused(project, name):
    with pytest.raises(ValueError, match="expected small letters and hyphens"):
        add(project / "book", name)


def test_a_name_that_is_taken_is_refused(project):
    with pytest.raises(ValueError, match=r"index\.md is there already"):
        add(project / "book", "index")


def test_a_book_without_a_list_of_chapters_is_left_alone(project):
    before = sorted(path.name for path in (project / "book").iterdir())
    with pytest.raises(ValueError, match="no numbered list of chapters"):
        add(project / "book", "the-new-one")
    assert sorted(path.name for path in (project / "book").iterdir()) == before
