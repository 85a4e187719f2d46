"""The built site, judged by programs that are not ours: `make audit`.

Lighthouse in its mobile setting, over HTTP with gzip, on every page: performance at least 95, the other three 100.
It slows the processor down to be a telephone's; on a slow machine by less, so that it is the same telephone.
The Nu HTML checker on every page: no error. It needs Chromium and Java.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "book"), str(ROOT / "tools")]

from _ext.assets import NODE  # noqa: E402
from browser import FLAGS, program  # noqa: E402

SITE = ROOT / "_build" / "html"
MODULES = Path(__file__).with_name("node_modules")
#: The least score of each category, in percent.
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
#: How many times slower Lighthouse makes the processor, and the speed, in its own measure, of a machine on which that
#: is a telephone in the middle of the range: the midst of what its documentation (throttling.md) gives for 4.
SLOWDOWN, FAST = 4.0, 1750.0


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves as a usual host does: compressed, and with leave to be kept."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.split("?")[0]))
        if not path.is_file():
            self.send_error(404)
            return
        content, packed = path.read_bytes(), path.suffix in (".html", ".js", ".css", ".svg", ".json")
        if packed:
            content = gzip.compress(content)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(content)


def served() -> http.server.ThreadingHTTPServer:
    """The site over HTTP, on a port of its own."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressed, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def lighthouse(url: str, slowdown: float) -> tuple[dict[str, float], float]:
    """Scores in percent and the layout shift, and how fast the machine was meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        options = [
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--throttling.cpuSlowdownMultiplier={slowdown}",
            f"--chrome-flags=--headless {' '.join(FLAGS)}",
        ]
        run = [NODE, str(MODULES / "lighthouse" / "cli" / "index.js"), url, *options]
        subprocess.run(run, check=True, env=os.environ | {"CHROME_PATH": program()}, capture_output=True)
        said = json.loads(report.read_text(encoding="utf-8"))
    scores = {name: round(100 * said["categories"][name]["score"]) for name in LEAST}
    scores["layout shift"] = said["audits"]["cumulative-layout-shift"]["numericValue"]
    return scores, said["environment"]["benchmarkIndex"]


def invalid() -> list[str]:
    """What the Nu HTML checker calls an error, on all pages."""
    pages = [str(page) for page in sorted(SITE.rglob("*.html"))]
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    run = ["java", "-Xss4m", "-jar", str(jar), "--errors-only", "--format", "json", *pages]
    said = json.loads(subprocess.run(run, capture_output=True, text=True, check=False).stderr)
    return [f"{message['url']}: {message['message']}" for message in said["messages"]]


def main() -> int:
    if not (SITE / "index.html").is_file():
        raise SystemExit("no site; run make html first")
    if shutil.which("java") is None:
        raise SystemExit("the HTML checker needs Java, which is not here")
    faults = invalid()
    print(f"{len(faults)} errors in the HTML of {len(list(SITE.rglob('*.html')))} pages", flush=True)
    server = served()
    for page in sorted(SITE.glob("*.html")):
        url = f"http://127.0.0.1:{server.server_port}/{page.name}"
        # A slow or busy machine costs time, and nothing gives it back: the best of three tries counts, the second and
        # third with a processor slowed down to the same telephone.
        slowdown = SLOWDOWN
        for _ in range(3):
            scores, speed = lighthouse(url, slowdown)
            if scores["performance"] >= LEAST["performance"]:
                break
            slowdown = min(SLOWDOWN, SLOWDOWN * speed / FAST)
        said = {"processor slowed down by": slowdown} | scores
        print(f"{page.name:32}", *(f"{name} {value:.3g}" for name, value in said.items()), sep="  ", flush=True)
        for name, least in LEAST.items():
            if scores[name] < least:
                faults.append(f"{page.name}: {name} {scores[name]} < {least}")
        if scores["layout shift"] > 0.001:
            faults.append(f"{page.name}: layout shift {scores['layout shift']}")
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
