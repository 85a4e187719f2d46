"""How fast the movable figures are, in a real browser: `make frames`. Prints a table; nothing here is a test.

Script per frame: all callbacks of requestAnimationFrame and all input events between two frames, while a handle is
dragged back and forth or a training plays. Layout and paint, which the browser does after them, are not in it.
"""

from __future__ import annotations

from playwright.sync_api import Page, sync_playwright
from reader import SITE

from bookbuild.browser import launched

#: Adds up the time of every callback, frame by frame, before any script of the page runs.
WATCH = """
(() => {
  window.frames_ = []; let spent = 0;
  const timed = act => function (...given) {
    const start = performance.now();
    try { return act.apply(this, given); } finally { spent += performance.now() - start; }
  };
  const raf = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = act => raf(timed(act));
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, act, options) {
    return add.call(this, kind, typeof act === "function" ? timed(act) : act, options);
  };
  const tick = () => { window.frames_.push(spent); spent = 0; raf(tick); };
  raf(tick);
})()
"""

#: page, what is dragged.
DRAGS = (
    ("the-hinge", "move-a-hinge", "The neuron: arm"),
    ("the-final-hidden-layer", "add-hinges", "Hinge 3 of"),
    ("a-parabola-by-hand", "beat-the-best", "Hinge 2 of"),
)


def report(what: str, page: Page) -> None:
    """Of the frames in which anything ran: the middle one, the 95th of a hundred and the longest."""
    busy = sorted(time for time in page.evaluate("frames_") if time > 0.02)
    middle, late = busy[len(busy) // 2], busy[int(len(busy) * 0.95)]
    print(f"{what:44} {len(busy):6} {middle:8.2f} {late:8.2f} {busy[-1]:8.2f}")


def main() -> None:
    """Opens the built site, drags and plays, prints."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        print(f"{'script per frame, ms':44} {'frames':>6} {'median':>8} {'95 %':>8} {'longest':>8}")
        for name, figure, handle in DRAGS:
            for query in ("", "?8"):
                page = browser.new_page()
                page.add_init_script(WATCH)
                page.goto(f"{SITE.as_uri()}/{name}.html#fig-{figure}")
                place = page.locator(f"#fig-{figure}")
                if query:
                    button = place.get_by_role("button", name="Add a hinge")
                    if not button.count():
                        continue
                    while button.is_enabled():
                        button.click()
                        page.wait_for_timeout(100)
                box = place.get_by_role("slider", name=handle).first.locator(".knob").bounding_box()
                assert box is not None
                x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
                page.wait_for_timeout(600)
                page.evaluate("frames_.length = 0")
                page.mouse.move(x, y)
                page.mouse.down()
                for i in range(180):
                    page.mouse.move(x + 40 * abs((i % 40) / 20 - 1), y - i % 30)
                    page.wait_for_timeout(8)
                page.mouse.up()
                report(f"{figure}, {handle}{', 8 hinges' if query else ''}", page)
                page.close()
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{SITE.as_uri()}/a-parabola-by-training.html#fig-train-it")
        place = page.locator("#fig-train-it")
        page.wait_for_timeout(1500)
        for speed, seconds in (("300", 3), ("1000000", 3)):
            place.get_by_role("combobox", name="Speed").select_option(speed)
            place.get_by_role("button", name="To the start").click()
            page.evaluate("frames_.length = 0")
            place.get_by_role("button", name="Play").click()
            page.wait_for_timeout(seconds * 1000)
            epoch = int(place.locator("dl.scores dd").first.inner_text())
            if place.get_by_role("button", name="Pause").count():
                place.get_by_role("button", name="Pause").click()
            report(f"train-it, 64 neurons, {epoch / seconds:.0f} epochs a second", page)
        browser.close()


if __name__ == "__main__":
    main()
