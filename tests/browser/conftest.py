"""A real browser, the built site over http and from a folder, and hands: a mouse, a finger, a keyboard."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest
from browser import launched
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from reader import SITE, Reader


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launched(playwright)
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
    """A desktop's window."""
    opened = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield opened
    opened.close()


@pytest.fixture(params=["pointer", "touch", "keyboard"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Reader]:
    """Somebody with one of three devices; every complaint of the page is a failure."""
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
