"""The house in one picture: what imports what, read from the code."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp

from reluapprox.figures import canvas, colour
from reluapprox.figures.style import to_svg

#: The packages, from left to right.
_PACKAGES = ("reluapprox", "bookbuild")


def imports(package: str) -> dict[str, set[str]]:
    """room → the rooms that it imports; a room is a module of the package, or a folder of it."""
    graph = grimp.build_graph(package, cache_dir=None)
    rooms: dict[str, set[str]] = {}
    for module in sorted(graph.modules):
        if module == package or module.endswith("__main__"):
            continue
        room = module.split(".")[1]
        found = {name.split(".")[1] for name in graph.find_modules_directly_imported_by(module) if "." in name}
        rooms.setdefault(room, set()).update(found - {room})
    return rooms


def floors(rooms: dict[str, set[str]]) -> dict[str, int]:
    """room → its floor: one above the highest that it imports; 0 for those that import none."""
    found: dict[str, int] = {}
    for room in TopologicalSorter(rooms).static_order():
        found[room] = 1 + max((found[below] for below in rooms[room]), default=-1)
    return found


def reached(rooms: dict[str, set[str]], start: set[str]) -> set[str]:
    """What the rooms of `start` import, and what those import, and so on."""
    found: set[str] = set()
    coming = {below for room in start for below in rooms[room]}
    while coming - found:
        found |= coming
        coming = {below for room in coming for below in rooms[room]}
    return found


def house() -> str:
    """The picture, as SVG: a line to each room that is imported, but for those that are reached by another line."""
    plans = [(package, imports(package)) for package in _PACKAGES]
    heights = [floors(rooms) for _, rooms in plans]
    stories = [max(level.values()) + 1 for level in heights]
    figure, axes = canvas(2, 1, height=6.4, height_ratios=stories)
    for ax, (package, rooms), level in zip(axes, plans, heights, strict=True):
        places = {}
        for floor in range(max(level.values()) + 1):
            here = sorted(room for room in rooms if level[room] == floor)
            for number, room in enumerate(here):
                places[room] = ((number + 1) / (len(here) + 1), floor)
        for room, (x, y) in places.items():
            for below in sorted(rooms[room] - reached(rooms, rooms[room])):
                to_x, to_y = places[below]
                ax.plot((x, to_x), (y, to_y), color=colour("faint"), linewidth=0.9, zorder=1)
            box = {"boxstyle": "round,pad=0.3", "facecolor": colour("paper"), "edgecolor": colour("network")}
            ax.text(x, y, room, ha="center", va="center", fontsize=7.5, color=colour("ink"), bbox=box, zorder=2)
        ax.set_title(package, color=colour("ink"))
        ax.set(xlim=(0, 1), ylim=(-0.4, max(level.values()) + 0.4))
        ax.axis("off")
    return to_svg(figure)
