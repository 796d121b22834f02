"""`make pictures`: the pictures of docs/recruiter.md, taken of the demo's invented world.

It needs Chromium. Nothing compares them: look at them when the pages change.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pages import copy
from tests.test_web_browser import CHROMIUM, FLAGS, signed_in

FOLDER = Path(__file__).parents[1] / "docs/pictures"
#: Name of the picture, address of the page, height of what is shown, in pixels.
SHOTS = (
    ("shortlist", "/shortlist?opening=serving", 900),
    ("person", "/people/9", 1150),
    ("draft", "/drafts/4", 900),
    ("opening", "/openings/new", 720),
)


def main() -> None:
    """Run the demo, serve its pages, and photograph them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = folder / "world"
        command = [sys.executable, "-m", "sourcing", "demo", "--to", str(world)]
        subprocess.run(command, check=True, capture_output=True)
        with copy(world, folder) as pages, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = signed_in(browser, pages).new_page()
            for shot, path, height in SHOTS:
                page.set_viewport_size({"width": 1100, "height": height})
                answer = page.goto(path)
                assert answer, path
                assert answer.ok, path
                page.screenshot(path=FOLDER / f"{shot}.png")
            browser.close()


if __name__ == "__main__":
    main()
