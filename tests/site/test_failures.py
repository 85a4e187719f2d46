"""What is wrong with a page is said in one line, in the terminal and on the page; by `make html` and `make serve`."""

from __future__ import annotations

import pytest
from _ext.failures import located
from bs4 import BeautifulSoup
from builds import build, contents, edit, in_process


def test_a_failing_cell_is_named_and_the_last_good_site_stays(built):
    project = built
    good = contents(project / "_build" / "html")
    edit(project / "book" / "index.md", 'print("the floor', 'missing\nprint("the floor')
    for _ in range(2):  # the second time nothing has changed, and it is still wrong
        failed = build(project)
        assert failed.returncode == 1
        assert failed.stderr.splitlines() == [
            "book/index.md:16: WARNING: cell 2: NameError: name 'missing' is not defined",
            "The book was not built. The last good one is still in _build/html.",
        ]
        assert contents(project / "_build" / "html") == good
    edit(project / "book" / "index.md", "missing\n", "")
    assert build(project).returncode == 0
    assert contents(project / "_build" / "html") == good


def test_what_a_kernel_says_as_it_is_closed_is_no_fault_of_the_book(built):
    """Rarely libzmq does; a cell's own words on the error stream are a fault, as before."""
    noisy = "import atexit, os\natexit.register(os.write, 2, b'Assertion failed\\n')\nmissing\nprint(\"the floor"
    edit(built / "book" / "index.md", 'print("the floor', noisy)
    said = build(built).stderr
    assert said.startswith("book/index.md:16: WARNING: cell 2: NameError: name 'missing' is not defined")
    assert "Assertion" not in said


GLUED = """
```{code-cell} ipython3
from myst_nb import glue

oh
glue("one", 1)
```

{glue:text}`one` is in {numref}`fig-one`, and {ref}`index-gone`.
"""


def test_what_follows_from_a_failed_cell_is_held_back(project):
    """A number that is not glued, a figure that is not there: they come back with the cell."""
    edit(project / "book" / "more.md", "from reluapprox.figures", "oh\nfrom reluapprox.figures")
    edit(project / "book" / "index.md", "Some text.", GLUED)
    status, warnings = in_process(project)
    assert status == 1
    assert warnings.splitlines() == [
        "book/index.md:15: WARNING: cell 2: NameError: name 'oh' is not defined",
        "book/more.md:12: WARNING: cell 1: NameError: name 'oh' is not defined",
    ]
    edit(project / "book" / "more.md", "oh\n", "")
    edit(project / "book" / "index.md", "oh\n", "")
    status, warnings = in_process(project)
    assert status == 1
    assert warnings.splitlines() == ["book/index.md:21: WARNING: undefined label: 'index-gone' [ref.ref]"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Some text.", "{ref}`nowhere`", "book/index.md:14: WARNING: undefined label: 'nowhere' [ref.ref]"),
        (
            'print("the floor',
            'import warnings\nwarnings.warn("oh")\nprint("the floor',
            "book/index.md:18: ERROR: stderr was found in the cell outputs of cell 4",
        ),
        (
            "Some text.",
            "```{code-cell} ipython3\nfrom reluapprox.figures import Movable\n\nMovable('nowhere', x=1)\n```",
            "book/index.md: WARNING: Movable('nowhere'): there is no book/_movable/figures/nowhere.ts",
        ),
        ("Some text.", "```{exercise} One\n:label: ex-one\n\nDo.\n```", ""),
    ],
)
def test_a_warning_is_an_error_with_its_place(project, old, new, said):
    edit(project / "book" / "index.md", old, new)
    status, warnings = in_process(project, "html" if "Movable" in new else "dummy")
    if not said:
        # An exercise that nobody has graded, on a page that is no chapter, is none of anybody's business.
        assert (status, warnings) == (0, "")
        return
    assert status == 1
    assert any(line.startswith(said) for line in warnings.splitlines()), warnings
    assert len(warnings.splitlines()) == 1


def test_a_page_that_cannot_be_read_is_named(project):
    edit(project / "book" / "index.md", "```{code-cell} ipython3\nfrom", "```{code-cell} ipython3\n:tags: a: b\n\nfrom")
    failed = build(project)
    assert failed.returncode == 1
    assert failed.stderr.startswith("book/index.md: ")
    assert "could not be read" in failed.stderr
    assert "developers" not in failed.stderr
    assert len(failed.stderr.splitlines()) <= 6


def test_a_movable_figure_that_is_wrong_is_named(project):
    edit(project / "book" / "_movable" / "figures" / "move-a-hinge.ts", "movable<Data>(", "movable<Data>((")
    failed = build(project)
    assert failed.returncode == 1
    assert "book/_movable/figures/move-a-hinge.ts:" in failed.stderr
    assert "developers" not in failed.stderr


def served(project):
    """What `make serve` makes at each change: Sphinx as it is, which goes on where it left."""
    status, warnings = in_process(project, "html", content_security_policy=0)
    assert status == bool(warnings)
    page = BeautifulSoup((project / "_build/html/index.html").read_text(encoding="utf-8"), "html.parser")
    banner = page.select_one(".faults")
    assert (page.select_one('meta[http-equiv="Content-Security-Policy"]')) is None
    return warnings.splitlines(), [item.get_text() for item in banner.select("li")] if banner else []


def test_serve_shows_the_same_line_in_the_terminal_and_as_a_banner(project):
    index, chapters = project / "book" / "index.md", project / "book" / "chapters.yml"
    assert served(project) == ([], [])
    for path, old, new, line, said in (
        (
            index,
            'print("the floor',
            'missing\nprint("the floor',
            "book/index.md:16",
            "cell 2: NameError: name 'missing'",
        ),
        (index, "Some text.", "{ref}`nowhere`", "book/index.md:14", "undefined label: 'nowhere'"),
        (chapters, "  index: One page.", "  index: [One page.]", "book/chapters.yml:3", "pages: index: Expected"),
    ):
        edit(path, old, new)
        for again in (False, True)[: 1 + (path is index)]:
            if again:
                # What is still wrong is said again at the next change, whatever that is.
                edit(project / "book" / "more.md", "Some more", "Some  more")
            terminal, banner = served(project)
            assert len(terminal) == len(banner) == 1
            assert terminal[0].startswith(f"{line}: WARNING: {said}")
            assert banner[0].startswith(f"{line}: {said}")
        edit(path, new, old)
        edit(project / "book" / "more.md", "Some  more", "Some more") if path is index else None
    assert served(project) == ([], [])


def test_a_cell_is_found_by_its_text_and_without_it_the_error_is_told():
    assert located("text", "DeadKernelError: the kernel died") == (None, None, "DeadKernelError: the kernel died")
    page = "a\n\n```{code-cell} ipython3\n:tags: [x]\n\nb = 1\n```\n"
    line = "-" * 18
    traceback = f"An error\n{line}\nb = 1\n{line}\n\n\x1b[31mValueError\x1b[0m: no\n"
    assert located(page, traceback) == (3, 1, "ValueError: no")
