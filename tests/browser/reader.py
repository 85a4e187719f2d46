"""Somebody who reads a page and moves what is on it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"

#: name of the figure → its page.
FIGURES = {
    "cover": "index",
    "move-a-hinge": "the-hinge",
    "add-hinges": "the-hinge",
    "hinge-by-hinge": "universal-approximation",
    "beat-the-best": "a-parabola-by-hand",
    "train-it": "a-parabola-by-training",
    "accounts": "what-training-finds",
    "take-a-step": "what-a-step-does",
    "drop-kinks": "where-kinks-start",
    "beyond-the-data": "outside-the-data",
    "round-a-table": "a-table-for-a-chip",
    "fold-the-line": "depth-folds-the-line",
    "tile-the-plane": "two-inputs-tile-the-plane",
    "watch-two-moons": "two-inputs-tile-the-plane",
    "walk-between-digits": "many-inputs",
}


#: A browser that forbids what a page would remember.
BLOCKED = """
const get = () => { throw new DOMException("blocked", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { configurable: true, get });
"""


def complaints_and_requests(page: Page) -> tuple[list[str], list[str]]:
    """Two lists that fill while the page is read: what its console complains of, and the addresses it asks for."""
    complaints: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda request: requests.append(request.url))
    return complaints, requests


class Reader:
    """Somebody with a page open, and one way to move things on it."""

    def __init__(self, page: Page, device: str) -> None:
        self.page, self.device = page, device
        page.set_default_timeout(5000)

    def open(self, address: str, name: str, query: str = "") -> Locator:
        """The figure of that name, as it stands when the page is there, with all of its controls unfolded."""
        self.page.goto(f"{address}/{FIGURES[name]}.html{query}#fig-{name}")
        figure = self.page.locator(f"#fig-{name}")
        figure.locator(".movable").wait_for()
        figure.scroll_into_view_if_needed()
        self.press(figure.locator(".more > summary"))
        return figure

    def centre(self, handle: Locator) -> tuple[float, float]:
        box = handle.locator(".knob").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def move(self, handle: Locator, right: float = 0.0, up: float = 0.0) -> None:
        """Moves a handle, by about so many pixels; with the keyboard by a tenth as many steps."""
        if self.device == "keyboard":
            handle.focus()
            for distance, keys in ((right, ("ArrowLeft", "ArrowRight")), (up, ("ArrowDown", "ArrowUp"))):
                steps = round(abs(distance) / 10)
                # Shift goes ten at a time.
                for _ in range(steps // 10):
                    self.page.keyboard.press(f"Shift+{keys[distance > 0]}")
                for _ in range(steps % 10):
                    self.page.keyboard.press(keys[distance > 0])
            return
        x, y = self.centre(handle)
        path = [(x + right * i / 8, y - up * i / 8) for i in range(9)]
        if self.device == "pointer":
            self.page.mouse.move(*path[0])
            self.page.mouse.down()
            for point in path[1:]:
                self.page.mouse.move(*point)
            self.page.mouse.up()
        else:
            finger = self.page.context.new_cdp_session(self.page)
            for i, (at_x, at_y) in enumerate(path):
                kind = "touchStart" if i == 0 else "touchMove"
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at_x, "y": at_y}]})
            finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def press(self, button: Locator) -> None:
        if self.device == "touch":
            button.tap()
        elif self.device == "keyboard":
            button.focus()
            self.page.keyboard.press("Enter")
        else:
            button.click()

    def state(self) -> dict[str, str]:
        """What the address says of the figure, once it rests."""
        before, now = "", "?"
        while before != now:
            before = now
            self.page.wait_for_timeout(450)
            now = self.page.evaluate("location.search")
        said: dict[str, str] = self.page.evaluate("Object.fromEntries(new URLSearchParams(location.search))")
        return said


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("%", "").split(" of ")[0])


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def scores(figure: Locator) -> dict[str, str]:
    names, values = figure.locator("dl.scores dt").all_inner_texts(), figure.locator("dl.scores dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


def handle(figure: Locator, name: str) -> Locator:
    return figure.get_by_role("slider", name=name)
