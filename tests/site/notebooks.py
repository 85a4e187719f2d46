"""Runs each chapter's notebook of the built site in an environment that has the site's wheel and nothing of the book.

Each is alone in a folder of its own. Part of `make test-site`; it takes a minute and a half, most of it for PyTorch.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "_build" / "html" / "notebooks"

#: In the new environment: runs a notebook from top to bottom, and compares what it prints with what is in it.
RUN = """
import sys
import nbformat
from nbclient import NotebookClient


def printed(book):
    # In one piece, in however many it arrived.
    return [
        "".join(out["text"] for out in cell.outputs if out.output_type == "stream" and out.name == "stdout")
        for cell in book.cells if cell.cell_type == "code"
    ]


def pictures(book):
    return sum(
        "image/svg+xml" in output.get("data", {})
        for cell in book.cells if cell.cell_type == "code" for output in cell.outputs
    )


book = nbformat.read(sys.argv[1], 4)
was, drawn = printed(book), pictures(book)
assert drawn, "no outputs in it"
NotebookClient(book, timeout=300).execute()
assert pictures(book) == drawn, f"{pictures(book)} figures instead of {drawn}"
assert printed(book) == was, [(a, b) for a, b in zip(was, printed(book)) if a != b]
print(f"{sys.argv[1]}: {drawn} figures, the same words")
"""


def main() -> int:
    found = sorted(NOTEBOOKS.glob("*.ipynb"))
    wheel = next(NOTEBOOKS.glob("*.whl"))
    assert found, f"{len(found)} notebooks in {NOTEBOOKS}; run make html"
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # PyTorch first, so that its CPU build is taken where there is one.
        for wanted in (["-r", str(ROOT / "torch.lock")], [f"{wheel}[train,figures]"], ["nbclient", "ipykernel"]):
            subprocess.run([*install, *wanted], check=True)
        failed = []
        for book in found:
            alone = Path(folder) / book.stem
            alone.mkdir()
            shutil.copy(book, alone)
            if subprocess.run([python, "-c", RUN, book.name], cwd=alone, check=False).returncode:
                failed.append(book)
    for book in failed:
        print(f"{book.name} failed", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
