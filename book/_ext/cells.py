"""The executed cells: run anew when their text, or what they import or read, has changed; shared by all builds."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, Any

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors import utils
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_event_loop
from myst_nb.core.read import myst_nb_reader_plugin
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.display import status_iterator

logger = logging.getLogger(__name__)

#: What a cell can import or read: the package, the exact environment, the pages' data. The cache itself compares only
#: the cells' text; its folder is named for these, so no figure stays as it was when the code that draws it changes.
INPUTS = ("reluapprox/**/*.py", "requirements.lock", "torch.lock", "book/*.json", "book/_ext/cells.py")
#: Held as long as this process builds: builds that share the cells wait for each other.
_locks = ExitStack()


class Kernels(AsyncKernelManager):
    """Kernels whose own error stream is not the build's: there, libzmq may complain of how it was closed.

    What a cell writes to its error stream comes back as an output, and is not lost.
    """

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        await super()._async_launch_kernel(kernel_cmd, **options | {"stderr": subprocess.DEVNULL})


def digest(root: Path, patterns: Iterable[str]) -> str:
    """A hash of the files' names and contents, in hexadecimal."""
    whole = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in root.glob(pattern) if path.is_file()}):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()[:16]


def _prepare(app: Sphinx, config: Config) -> None:
    """Waits for other builds, and leaves a cache that can be relied on and no other beside it."""
    root = Path(app.confdir)
    cells = root / "_build" / "cells" / digest(root, INPUTS)
    cells.parent.mkdir(parents=True, exist_ok=True)
    wait_for(_locks.enter_context(cells.parent.with_name("cells.lock").open("w")))
    if cells.is_dir() and not _is_sound(cells):
        logger.info("The cache of executed cells is damaged; all cells run again.")
        shutil.rmtree(cells)
    cells.mkdir(exist_ok=True)
    for other in cells.parent.iterdir():
        if other != cells:
            shutil.rmtree(other)
    config["nb_execution_cache_path"] = str(cells)


def wait_for(lock: IO[str]) -> None:
    """Takes the lock, after another build if need be; it is given back when the file is closed."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another build is running in this folder; waiting for it …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def _is_sound(cells: Path) -> bool:
    """Whether the database can be read, and the outputs of each page in it are there and whole."""
    try:
        cache = get_cache(str(cells))
        for record in cache.list_cache_records():
            cache.get_cache_bundle(record.pk)
    except Exception:
        # Of the database, of the files, of what is in them: in each case the cells can run again.
        return False
    return True


def _execute(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Runs what has to run in several pages at once, as myst-nb would one after the other.

    A page that fails, or whose kernel did not start, is left to myst-nb, which runs it again and says what is wrong.
    """
    cache = get_cache(app.config["nb_execution_cache_path"])
    to_run = list(_not_cached(cache, [Path(env.doc2path(page)) for page in sorted(pages)]))
    if not to_run:
        return
    # Each kernel takes half a gigabyte.
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))
    limit = app.config["nb_execution_timeout"]
    runs = {pool.submit(_run, notebook, path.parent, limit): path for path, notebook in to_run}
    said = partial(status_iterator, summary="executing cells... ", length=len(runs), verbosity=app.verbosity)
    try:
        for run in said(as_completed(runs), stringify_func=lambda run: runs[run].stem):
            if run.exception() is None and (done := run.result()).err is None:
                record = CacheBundleIn(done.nb, str(runs[run]), data={"execution_seconds": done.time})
                cache.cache_notebook_bundle(record, check_validity=False, overwrite=True)
    finally:
        pool.shutdown(cancel_futures=True)


def _run(notebook: NotebookNode, folder: Path, limit: int) -> utils.ExecutionResult:
    try:
        return utils.single_nb_execution(notebook, folder, limit, allow_errors=False)
    finally:
        # This thread's own, which nobody else would close.
        ensure_event_loop().close()


def _not_cached(cache: JupyterCacheAbstract, paths: list[Path]) -> Iterator[tuple[Path, NotebookNode]]:
    for path in paths:
        try:
            if "\nfile_format: mystnb\n" not in path.read_text(encoding="utf-8"):
                continue
            notebook = myst_nb_reader_plugin(str(path))
        except Exception:
            # What is wrong with the page is said where it is read to be shown.
            continue
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            yield path, notebook


def setup(app: Sphinx) -> None:
    # The kernel sends what a cell prints in pieces that depend on the moment; joined, they are always the same.
    # Of its own accord it says that its port is not encrypted, and much about a cell that is stopped.
    options = {"coalesce_streams": True, "extra_arguments": ["--log-level=CRITICAL"]}
    utils.executenb = partial(utils.executenb, kernel_manager_class=Kernels, **options)
    app.connect("config-inited", _prepare)
    app.connect("env-before-read-docs", _execute)
    app.connect("build-finished", lambda app, error: _locks.close())
