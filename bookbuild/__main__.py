"""Builds the book into _build/html: `python -m bookbuild`, from the project's folder.

Sphinx works in _build/work; only a build without a single warning takes the place of _build/html, once it
is whole. A build that failed or was interrupted is not trusted: the next one reads and writes every page
anew, and takes the cells that ran from the cache.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from .cells import prepare
from .facts import address
from .failures import faults
from .moment import ENVIRONMENT
from .site.publish import publish, recover
from .state import cache_folder, machinery_state, site_state


def main(root: Path) -> int:
    """Builds; returns 0, or 1 when the book has a fault. Prints what a person needs, and nothing else."""
    try:
        address()
    except ValueError as error:
        print(f"The book was not built: {error}", file=sys.stderr)
        return 1
    build = root / "_build"
    work, site = build / "work", build / "html"
    work.mkdir(parents=True, exist_ok=True)
    with open(build / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another build is at work in this folder; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        recover(site)
        # Names what the site was built from; there only while the work folder holds exactly that.
        done, state = work / "done", [machinery_state(root), site_state(root)]
        before = done.read_text(encoding="utf-8").splitlines() if done.is_file() and site.is_dir() else []
        if before == state:
            print(f"Nothing has changed. Open {site / 'index.html'}")
            return 0
        done.unlink(missing_ok=True)
        prepare(cache_folder(root))
        if before[:1] != state[:1] or address().site:
            # From nothing but the executed cells; a search index, say, remembers the pages of the build before,
            # and the list of pages for search engines has only those that are written.
            for name in ("html", "doctrees"):
                shutil.rmtree(work / name, ignore_errors=True)
        if not _sphinx(root, work):
            print(f"The book was not built.{_last_good(root, site)}", file=sys.stderr)
            return 1
        try:
            publish(root, work / "html", site)
        except ValueError as fault:
            print(f"{fault}\nThe book was not built.{_last_good(root, site)}", file=sys.stderr)
            return 1
        done.write_text("\n".join(state), encoding="utf-8")
    print(f"The book is built. Open {site / 'index.html'}")
    return 0


def _sphinx(root: Path, work: Path) -> bool:
    """Runs Sphinx; True if it found nothing to say. Says where it failed otherwise."""
    warnings, reports = work / "warnings.txt", work / "html" / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    warnings.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sphinx", "-c", ".", "-d", str(work / "doctrees"), "-w", str(warnings)]
    command += ["-W", "--keep-going", "-n"]
    command += ["book", str(work / "html")]
    # Byte for byte the same site each time; no progress bars among the outputs.
    settings = ENVIRONMENT | {"PYTHONHASHSEED": "0", "TQDM_DISABLE": "1", "PYTHONUNBUFFERED": "1"}
    log: list[str] = []
    # Through a file: a pipe would stay open as long as any program that Sphinx started, and may have left behind.
    with (
        open(work / "log.txt", "w", encoding="utf-8") as out,
        open(work / "log.txt", encoding="utf-8", errors="replace") as said,
        subprocess.Popen(command, cwd=root, env=os.environ | settings, stdout=out, stderr=subprocess.STDOUT) as process,
    ):
        running = True
        while running:
            running = process.poll() is None
            for line in said:
                log.append(line)
                if match := re.match(r"\S*\bbook/([\w/-]+)\.md: Executing notebook", line):
                    print(f"  running the cells of {match[1]}", flush=True)
            time.sleep(0.1 if running else 0.0)
    if process.returncode == 0:
        return True
    warned = warnings.read_text(encoding="utf-8") if warnings.is_file() else ""
    for fault in faults(root, reports, warned, log):
        print(fault, file=sys.stderr)
    return False


def _last_good(root: Path, site: Path) -> str:
    return f" The last good one is still in {site.relative_to(root)}." if site.is_dir() else ""


if __name__ == "__main__":
    try:
        sys.exit(main(Path.cwd()))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next build starts cleanly.")
    except OSError as error:
        sys.exit(f"The book was not built: {error.strerror or error} ({error.filename or 'while writing'}).")
