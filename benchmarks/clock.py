"""Time and memory, measured in one way for all."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

Result = TypeVar("Result")

#: A time is the median of so many runs, or of as many as begin within the limit, in seconds; a longer run is stopped.
RUNS, LIMIT = 5, 25.0


class TooSlow(Exception):
    """A run took longer than the limit."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooSlow(f"stopped after {LIMIT:.0f} s")


def timed(work: Callable[..., Result], *given: Any, stopped: bool = True) -> tuple[Result, list[float]]:
    """What it returns, and the times of the runs, in seconds.

    Raises
    ------
    TooSlow
        A run took longer than the limit, and was to be stopped then.
    """
    signal.signal(signal.SIGALRM, _stop)
    times: list[float] = []
    while not times or (len(times) < RUNS and sum(times) < LIMIT):
        signal.setitimer(signal.ITIMER_REAL, LIMIT if stopped else 0)
        try:
            start = time.perf_counter()
            found = work(*given)
            times.append(time.perf_counter() - start)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return found, times


def peak(work: Callable[[Any], Any], small: Any, large: Any) -> float:
    """How much more this process holds at most during the large work than after the small, in MB; Linux alone tells."""
    work(small)
    # Forgets the peak that it had before.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _held("VmRSS")
    work(large)
    return _held("VmHWM") - before


def _held(what: str) -> float:
    """What Linux says that this process holds, or has held at most, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(what))
