"""The browser of this machine, for the PDF and the tests."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

#: As little as may be of what a browser does on its own.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def program() -> str:
    """The browser named by CHROMIUM, or one of this machine's; empty if there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


def launched(playwright: Playwright) -> Browser:
    """That browser, started, or else playwright's own."""
    return playwright.chromium.launch(executable_path=program() or None, args=FLAGS)
