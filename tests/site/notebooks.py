"""Runs each chapter's notebooks of the built site in an environment with the site's wheel, and nothing of the book.

Each is alone in a folder of its own. The solved ones must print what is in them; in those to work in, each check must
fail on the stub and pass on the answer. Part of `make test-site`; it takes three minutes, half of it for PyTorch.
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


def answered(book):
    # After each check on the stub, which must fail, the answer and the check again.
    cells = []
    for cell in book.cells:
        cells.append(cell)
        if "check" in cell.metadata.get("tags", []):
            cell.metadata.tags.append("raises-exception")
            solution = "answer = expected"
            if "places" in cell.source:
                solution = "answer = lambda x: np.interp(x, places, expected)"
            cells += [nbformat.v4.new_code_cell(solution), nbformat.v4.new_code_cell(cell.source)]
    book.cells = cells


book = nbformat.read(sys.argv[1], 4)
was, drawn = printed(book), pictures(book)
assert drawn, "no outputs in it"
if sys.argv[1].endswith("-to-work-in.ipynb"):
    assert not any("solution" in cell.source.lower() for cell in book.cells), "a solution in it"
    answered(book)
    NotebookClient(book, timeout=300).execute()
    checks = [cell for cell in book.cells if cell.cell_type == "code" and 'print("Right.")' in cell.source]
    failed = [any(out.output_type == "error" for out in cell.outputs) for cell in checks]
    assert checks and failed == [True, False] * (len(checks) // 2), failed
    print(f"{sys.argv[1]}: {len(checks) // 2} checks fail on the stub and pass on the answer")
    sys.exit()
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
        # PyTorch first, so that its CPU build is taken where there is one; scikit-learn has the digits of chapter 15.
        for wanted in (
            ["-r", str(ROOT / "torch.lock")],
            [f"{wheel}[train,figures]"],
            ["nbclient", "ipykernel", "scikit-learn"],
        ):
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
