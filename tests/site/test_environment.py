"""The script that makes the environment, on a folder without one: each reason to fail is one clear line."""

from __future__ import annotations

import os
import subprocess
import sys

from builds import ROOT


def environment(folder, **given):
    for name in (
        "requirements.lock",
        "torch.lock",
        "pyproject.toml",
        "tools/environment.sh",
        "book/_movable/package-lock.json",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(
        ["sh", "tools/environment.sh"],
        cwd=folder,
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_missing_python_is_one_clear_line(tmp_path):
    result = environment(tmp_path, PYTHON="no-such-python")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("No Python found as 'no-such-python'. Install Python 3.11")


def test_an_old_python_is_one_clear_line(tmp_path):
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.1" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    result = environment(tmp_path, PYTHON=str(old))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed" in result.stderr
    assert "Python 3.8.1" in result.stderr


def test_no_network_is_one_clear_line(tmp_path):
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
        "PIP_RETRIES": "1",
        "PIP_FIND_LINKS": "",
        "PIP_CONFIG_FILE": "/dev/null",
    }
    result = environment(tmp_path, PYTHON=sys.executable, **nowhere)
    assert result.returncode == 1
    said = result.stderr.splitlines()
    assert said[-1].startswith("A package index could not be reached: is there a network?")
    assert len(said) == 2
    assert not (tmp_path / ".venv" / "complete").exists()
