"""The picture of the house is the one that the code is."""

from __future__ import annotations

import re

from conftest import ROOT

from bookbuild.house import floors, house, imports


def test_nothing_imports_what_is_above_it():
    for package in ("reluapprox", "bookbuild"):
        rooms = imports(package)
        level = floors(rooms)
        assert all(level[below] < level[room] for room in rooms for below in rooms[room])
        inside = (ROOT / package).iterdir()
        here = {path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").exists()}
        assert set(rooms) == here - {"__init__", "__main__"}


def test_every_module_has_its_layer():
    level = floors(imports("reluapprox"))
    layers = re.search(r"^layers = \[(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"reluapprox\.(\w+)", layers[1])) == set(level)


def test_the_committed_picture_is_what_is_drawn():
    def shape(svg: str) -> list[str]:
        # Names are hashes, and numbers move a little from one machine's fonts to another's.
        return re.findall(r"<(\w+)", svg)

    assert shape((ROOT / "docs" / "house.svg").read_text(encoding="utf-8")) == shape(house())
