"""Ours beside the peers: in one process, on the same work, against the same optimum. `make bench`.

Every method is given a target and a number of pieces N, and returns a continuous broken line, or its own best
approach to one. What it is worth is measured by the same exact errors. Its time is the median of five runs, or of as
many as begin within the limit. A method that takes longer than the limit once is stopped, and not tried with more
pieces.

`compare.py PATH` measures all and writes the file; `compare.py PATH regions trainings` measures these parts anew.
"""

from __future__ import annotations

import json
import statistics
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networks
import numpy as np
import regions
import trainings
from clock import LIMIT, RUNS, TooSlow, timed
from methods import METHODS, SAMPLES
from provenance import provenance

from reluapprox import TARGETS, best_broken_line, rms_error, sup_error

PIECES = (4, 8, 16, 64, 256)
OURS_TOO = 10_000


def lines() -> list[dict[str, Any]]:
    """All rows, printed as they come."""
    warnings.simplefilter("ignore")
    rows: list[dict[str, Any]] = []
    given_up: set[tuple[str, str]] = set()
    for name, target in TARGETS.items():
        for pieces in (*PIECES, OURS_TOO):
            best_sup = best_broken_line(target, pieces=pieces).error
            best_rms = best_broken_line(target, pieces=pieces, norm="rms").error
            base = 0.0
            for label, method in METHODS.items():
                mine = label.startswith("reluapprox")
                if pieces == OURS_TOO and not mine:
                    continue
                row: dict[str, Any] = {"target": name, "pieces": pieces, "method": label}
                if (name, label) in given_up:
                    row["note"] = "not tried: stopped with fewer pieces"
                else:
                    try:
                        method(target, 2)
                        line, times = timed(method, target, pieces)
                    except TooSlow:
                        given_up.add((name, label))
                        row["note"] = f"stopped after {LIMIT:.0f} s"
                    except Exception as error:
                        row["note"] = f"failed: {type(error).__name__}"
                    else:
                        seconds = statistics.median(times)
                        base = seconds if label == "reluapprox, sup" else base
                        row |= {
                            "pieces_used": len(line),
                            "sup": sup_error(line, target),
                            "rms": rms_error(line, target),
                            "best_sup": best_sup,
                            "best_rms": best_rms,
                            "seconds": seconds,
                            "runs": len(times),
                            "times_ours": seconds / base,
                        }
                rows.append(row)
                print(shown(row), flush=True)
    return rows


#: What is measured, under which name.
PARTS: dict[str, Callable[[], Any]] = {
    "rows": lines,
    "networks": networks.measured,
    "regions": regions.measured,
    "trainings": trainings.measured,
}
PACKAGES = ("numpy", "scipy", "torch", "pwlf", "piecewise-regression", "ruptures", "relucent", "affinitree")


def compare(path: Path, parts: list[str]) -> None:
    """These parts, or all, measured and put into the file, each with when and where."""
    found = json.loads(path.read_text(encoding="utf-8")) if parts else {}
    about = provenance(PACKAGES)
    found |= {"runs": RUNS, "limit": LIMIT, "samples": SAMPLES, "grid": networks.GRID}
    for part in parts or PARTS:
        found[part] = PARTS[part]()
        found.setdefault("measured", {})[part] = about
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def shown(row: dict[str, Any]) -> str:
    """One row as a line of text."""
    head = f"{row['target']:15} {row['pieces']:6}  {row['method']:42}"
    if "note" in row:
        return head + row["note"]
    sup, rms = (row[key] / row[f"best_{key}"] if row[f"best_{key}"] > 1e-14 else np.nan for key in ("sup", "rms"))
    return f"{head}sup × {sup:<9.4g} RMS × {rms:<9.4g} {row['seconds'] * 1e3:10.2f} ms  time × {row['times_ours']:.3g}"


if __name__ == "__main__":
    compare(Path(sys.argv[1]), sys.argv[2:])
