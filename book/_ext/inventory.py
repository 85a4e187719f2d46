"""`objects.inv` for other Sphinx projects: all places of the book with names that read well, moved ones too."""

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain

from .addresses import moved_places
from .places import places


class BookDomain(StandardDomain):
    """Sphinx's own domain, which knows no names of equations, theorems, exercises and sources."""

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Labels from `places`; all else as Sphinx has it."""
        env: Any = self.env
        named = places(env)
        for entry in super().get_objects():
            if not (entry[2] == "label" and entry[0] in named):
                yield entry
        for label, place in {**named, **moved_places(env, named)}.items():
            # A page is found by its own label as well as by its name.
            yield label, place.text, "label", place.page, place.anchor or label, -1


def setup(app: Sphinx) -> None:
    app.add_domain(BookDomain, override=True)
