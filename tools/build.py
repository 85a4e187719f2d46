"""Builds the book from its executed cells: `python tools/build.py [options of sphinx-build]`, in the project's folder.

Sphinx writes into _build/next; only a build without a single warning takes the place of _build/html, once it is whole.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path.cwd()
sys.path.insert(0, str(ROOT / "book"))

from _ext.cells import digest, wait_for  # noqa: E402

BUILD, SITE = ROOT / "_build", ROOT / "_build" / "html"
NEXT, LAST = BUILD / "next", BUILD / "last"
#: All that the site is made from, beside the environment's variables.
INPUTS = ["reluapprox/**/*", "book/*", "book/_[!m]*/**/*", "book/_movable/*", "book/_movable/[!n]*/**/*", "*.lock"]
INPUTS += ["conf.py", "pyproject.toml", "README.md", "LICENSE", "CITATION.cff", "CHANGELOG.md", "tools/build.py"]


def main(options: list[str]) -> int:
    """Builds unless nothing has changed; returns 0, or 1 when the book has a fault."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "lock", "w", encoding="utf-8") as lock:
        wait_for(lock)
        recover()
        # Names what the site was made from; there only while the site is exactly that.
        told = [os.environ.get(name, "") for name in ("SITE_URL", "REPOSITORY")]
        done, state = BUILD / "done", "\n".join([digest(ROOT, INPUTS), *told, *options])
        if SITE.is_dir() and done.is_file() and done.read_text(encoding="utf-8") == state:
            print(f"Nothing has changed. Open {SITE / 'index.html'}")
            return 0
        done.unlink(missing_ok=True)
        if not sphinx(options):
            kept = f" The last good one is still in {SITE.relative_to(ROOT)}." if SITE.is_dir() else ""
            print(f"The book was not built.{kept}", file=sys.stderr)
            return 1
        swap()
        done.write_text(state, encoding="utf-8")
    print(f"The book is built. Open {SITE / 'index.html'}")
    return 0


def recover() -> None:
    """Puts the site back where it was, should a build have been stopped between the two renames of `swap`."""
    if LAST.is_dir() and not SITE.is_dir():
        LAST.rename(SITE)
    for leftover in (NEXT, LAST):
        shutil.rmtree(leftover, ignore_errors=True)


def sphinx(options: list[str]) -> bool:
    """Runs Sphinx; True if it found nothing to say. Tells what it said otherwise, and last."""
    doctrees = BUILD / "doctrees"
    command = [sys.executable, "-m", "sphinx", "-E", "-n", "-W", "--keep-going", "-c", ".", "-d", str(doctrees)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run([*command, *options, "book", str(NEXT)], cwd=ROOT, stderr=said, check=False)
        said.seek(0)
        faults = said.read()
    if done.returncode:
        print(_readable(faults), file=sys.stderr)
    shutil.rmtree(NEXT / ".doctrees", ignore_errors=True)
    return done.returncode == 0


def _readable(faults: str) -> str:
    if "No space left on device" in faults or shutil.disk_usage(ROOT).free < 2**20:
        return "The disk is full: make room, then run make again."
    # Where Sphinx breaks off, it reports to its own developers; what a reader needs is the page and the error.
    before, broke_off, after = faults.strip().partition("Versions\n========")
    if not broke_off:
        return before
    page = re.findall(r"(?:reading sources|writing output)\.\.\. \[ *\d+%\]\s+(\S+)", after)
    error = re.split(r"^ *File .*\n.*\n(?: *[~^]+\n)?", after.partition("\nThe full traceback")[0], flags=re.MULTILINE)[
        -1
    ]
    return "\n".join(filter(None, [before.strip(), (f"book/{page[-1]}.md: " if page else "") + error.strip()]))


def swap() -> None:
    """Puts the new site in the place of the old one."""
    (NEXT / ".buildinfo").unlink(missing_ok=True)
    if SITE.is_dir():
        SITE.rename(LAST)
    NEXT.rename(SITE)
    shutil.rmtree(LAST, ignore_errors=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next build starts cleanly.")
    except OSError as error:
        sys.exit(f"The book was not built: {error.strerror or error} ({error.filename or 'while writing'}).")
