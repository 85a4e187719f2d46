"""Results that a page loads: written with when, on what machine and with which packages they were measured."""

import datetime
import json
import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

BOOK = Path(__file__).parents[1] / "book"


def write(page: str, packages: Iterable[str], **results: Any) -> None:
    """Write results into book/<page>.json, which the page loads."""
    found = {"measured": provenance(packages), **results}
    (BOOK / f"{page}.json").write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")


def rounded(numbers: Iterable[float]) -> list[float]:
    """To five digits."""
    return [float(f"{number:.5g}") for number in numbers]


def provenance(packages: Iterable[str]) -> dict[str, Any]:
    """Date, machine, Python and the packages' versions, as they stand in a file of results."""
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{platform.machine()}, {cores()} core{'s' * (cores() > 1)}, {processor()}",
        "python": platform.python_version(),
        "versions": {package: version(package) for package in packages},
    }


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")
