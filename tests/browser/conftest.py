"""A real browser, the built site over http and from a folder, and hands: a mouse, a finger, a keyboard."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from reader import Reader

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"

#: As little as may be of what a browser does on its own.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        # None is the browser that playwright itself may have installed.
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The site's address over http."""
    handler = functools.partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture(params=["http", "file"])
def site(request: pytest.FixtureRequest, server: str) -> str:
    """The site's address, over http and as a folder."""
    return server if request.param == "http" else SITE.as_uri()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A desktop's window, in which every complaint of the page is a failure."""
    opened = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield opened
    opened.close()


@pytest.fixture(params=["pointer", "touch", "keyboard"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Reader]:
    touch = request.param == "touch"
    size = {"width": 400, "height": 900} if touch else {"width": 1280, "height": 1000}
    opened = browser.new_context(viewport=size, has_touch=touch, is_mobile=touch, reduced_motion="reduce")
    page = opened.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield Reader(page, request.param)
    opened.close()
    assert not complaints
