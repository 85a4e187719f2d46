"""A Sphinx extension: starts the program that sets the formulas, with the environment's own node, and waits for it."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinxcontrib import katex

from ..node import NODE

#: Seconds; on a busy machine it takes its time to start.
_PATIENCE = 60.0


def _start(rundir: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """As the extension's own, which gives up if its program has made the socket and does not listen yet."""
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


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    katex.NODEJS_BINARY = NODE
    katex.STARTUP_TIMEOUT = _PATIENCE
    katex.KaTeXServer.start_server_process = staticmethod(_start)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
