"""Formulas are rendered by the environment's own node, however long it takes to start."""

import socket
import subprocess
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinxcontrib import katex

from .assets import NODE


def _start(rundir: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """As the extension's own, which gives up if the renderer has made its socket and does not listen yet."""
    at = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=at)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    end = time.monotonic() + timeout
    while time.monotonic() < end and process.poll() is None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(at))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.005)
        else:
            return process, connection
    process.kill()
    raise katex.KaTeXServer.timeout_error(timeout)


def _keep(app: Sphinx, error: Exception | None) -> None:
    """Where a later handler fails, Sphinx asks all of them again, and the extension would fail without its folder."""
    Path(app._katex_static_path).mkdir(exist_ok=True)  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    katex.NODEJS_BINARY = NODE
    katex.STARTUP_TIMEOUT = 60.0
    katex.KaTeXServer.start_server_process = staticmethod(_start)
    app.connect("build-finished", _keep, priority=0)
