"""The pages in a real browser: the recruiter's morning, the cron's, and what axe finds.

Skipped, saying so, where there is no Chromium; `make check-pages` brings axe-core along.
"""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.pages import Pages, copy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parents[1] / "build/pages/node_modules/axe-core/axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip

PATIENCE = 60_000  # milliseconds; what is there is seen at once, also on a busy machine
expect.set_options(timeout=PATIENCE)

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason="Chromium is not installed: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def pages(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def signed_in(browser: Browser, pages: Pages, **options: Any) -> BrowserContext:
    """A new browser context with the session of the pages; options are Playwright's."""
    opened = browser.new_context(base_url=pages.origin, **options)
    opened.set_default_timeout(PATIENCE)
    session = pages.sessions
    opened.add_cookies([{"name": session.cookie, "value": session.token, "url": pages.origin}])
    return opened


@pytest.fixture
def context(browser: Browser, pages: Pages) -> Iterator[BrowserContext]:
    """A browser in which the invented forge answers, and nothing else but the pages."""
    opened = signed_in(browser, pages, viewport={"width": 1280, "height": 900})
    opened.route(lambda url: not url.startswith(pages.origin), _elsewhere)
    yield opened
    opened.close()


def _elsewhere(route: Route) -> None:
    there = route.request.url.startswith("https://forge.example/")
    route.fulfill(body="<h1>the work</h1>", content_type="text/html") if there else route.abort()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab in which no script may fail and nothing may break the policy."""
    tab = context.new_page()
    tab.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    tab.on("console", lambda said: _quiet(said.type, said.text))
    return tab


def _quiet(kind: str, text: str) -> None:
    assert kind != "error" or "400 (Bad Request)" in text, text


def nobody_written_to(db: Path) -> None:
    with sqlite3.connect(db) as conn:
        conn.execute("UPDATE drafts SET status = 'rejected'")
        conn.execute("UPDATE persons SET status = 'new'")
    conn.close()


def nobody_else_was_written_to(pages: Pages, login: str) -> None:
    """As if the demo had drafted to this person alone, whoever stands at its top."""
    with sqlite3.connect(pages.db) as conn:
        for table in ("drafts", "export_rows"):
            conn.execute(
                f"UPDATE {table} SET person_id = (SELECT id FROM persons WHERE login = ?)", [login]
            )
        conn.execute("UPDATE persons SET status = 'new'")
    conn.close()


def describe_an_opening(page: Page) -> None:
    page.goto("/openings/new")
    page.get_by_label("What slows the team down today?").fill("Runs hang when users leave.")
    page.get_by_label("Title").fill("Senior engineer, serving")
    page.get_by_text("More, now or later").click()
    page.get_by_label("Pay").fill("€115-140k")
    page.get_by_label("Name of the file").fill("leaking-slots")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Open its shortlist").click()


def test_the_recruiters_morning(page: Page, context: BrowserContext, pages: Pages) -> None:
    nobody_else_was_written_to(pages, "lkahoanoa")
    nobody_written_to(pages.db)
    describe_an_opening(page)
    page.get_by_label("Describe the work in your own words").fill("kv blocks")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Release KV blocks when a client").first).to_be_visible()
    for name in ("Maren Tuulik", "Xiomara Quintalba"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    page.get_by_role("link", name="Xiomara Quintalba").click()

    expect(page.get_by_role("heading", name="To ask in an interview")).to_be_visible()
    page.get_by_role("button", name="Draft a message").click()
    page.wait_for_load_state()
    text = page.get_by_role("textbox", name="Message")
    expect(text).to_have_value(re.compile("Hello Xiomara"))
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_disabled()
    before = text.input_value()
    text.fill("Too many words. " * 80 + before)
    expect(page.locator("#verdict")).to_contain_text("800")
    text.fill(before.replace("20 minutes", "a short call"))
    page.get_by_role("button", name="Save the changes").click()

    with context.expect_page() as opened:
        page.get_by_role("link", name="Open the work").click()
    expect(opened.value.get_by_role("heading", name="the work")).to_be_visible()
    opened.value.close()
    page.reload()
    for answer in page.get_by_role("checkbox", name="I answer for it").all():
        answer.check()
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Send it yourself")).to_be_visible()
    expect(page.locator("#letter")).to_contain_text("a short call")

    page.goto("/drafts?status=approved")
    page.get_by_role("button", name="Export what is approved").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the file").click()
    with Path(saved.value.path()).open(newline="") as file:
        [row] = csv.DictReader(file)
    assert (row["first_name"], row["email"], row["status"]) == ("Xiomara", "", "approved")

    page.goto("/shortlist?about=kv+blocks")
    page.get_by_role("link", name="Xiomara Quintalba").click()
    page.get_by_role("button", name="Do not contact").click()
    expect(page.get_by_text("Hidden:")).to_be_visible()
    page.goto("/shortlist?about=kv+blocks")
    expect(page.get_by_role("link", name="Xiomara Quintalba")).to_have_count(0)


def test_the_crons_morning(page: Page, pages: Pages) -> None:
    with sqlite3.connect(pages.db) as conn:
        conn.execute(
            "UPDATE runs SET outcome = 'failed', error = 'answered 500 three times' WHERE source_id"
            " = (SELECT id FROM sources WHERE name = 'github:plumbline-ai/plumb')"
        )
    conn.close()
    page.goto("/")
    page.get_by_role("link", name="Last night").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("github:plumbline-ai/plumb failed: answered 500 three times")
    expect(alert).to_contain_text("tried again the next night")


def test_the_managers_packet_there_and_back(page: Page, browser: Browser, tmp_path: Path) -> None:
    page.goto("/shortlist")
    for box in page.get_by_role("checkbox", name="Select").all()[:2]:
        box.check()
    with page.expect_download() as sent:
        page.get_by_role("button", name="Packet for the hiring manager").click()
    packet, answers = tmp_path / "packet.html", tmp_path / "answers.json"
    sent.value.save_as(packet)

    with browser.new_context(offline=True) as hers:
        read = hers.new_page()
        read.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
        read.goto(packet.as_uri())
        first = read.locator("article").first
        first.get_by_label("No", exact=True).check()
        first.get_by_label("Because").select_option("misread")
        first.get_by_label("Which?").select_option(index=1)
        read.get_by_label("Your name").fill("Jo Hale")
        with read.expect_download() as back:
            read.get_by_role("button", name="Save my answers").click()
        back.value.save_as(answers)

    page.goto("/packet")
    page.get_by_label("The file answers.json").set_input_files(answers)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("status")).to_contain_text("1 answer kept. 1 misread")


def test_a_filter_that_is_chosen_is_meant_and_stays_in_the_address(page: Page) -> None:
    page.goto("/shortlist")
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Kind of work").select_option("evaluation")
    page.wait_for_url("**/shortlist?work=evaluation")
    page.go_back()
    assert page.url.endswith("/shortlist")


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    page.goto("/shortlist")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Save as CSV")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Describe the work in your own words")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_is_wider_than_the_screen(context: BrowserContext, width: int) -> None:
    tab = context.new_page()
    tab.set_viewport_size({"width": width, "height": 800})
    for path in PATHS:
        tab.goto(path)
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


def test_reading_needs_no_script(browser: Browser, pages: Pages) -> None:
    plain = signed_in(browser, pages, java_script_enabled=False)
    tab = plain.new_page()
    tab.goto("/shortlist")
    tab.get_by_label("Describe the work in your own words").fill("kv blocks")
    tab.get_by_role("button", name="Search").click()
    tab.get_by_role("link", name="Maren Tuulik").click()
    expect(tab.get_by_role("heading", name="Why Maren Tuulik")).to_be_visible()
    tab.goto("/shortlist")
    tab.locator("summary", has_text="Filters").click()
    tab.get_by_label("Open to work").select_option("says so")
    tab.get_by_role("button", name="Show these").click()
    expect(tab.get_by_role("link", name="Farid Benhalloumi")).to_be_visible()
    tab.get_by_role("link", name="Clear").click()
    for box in tab.get_by_role("checkbox", name="Select").all()[:2]:
        box.check()
    tab.get_by_role("button", name="Compare").click()
    expect(tab.get_by_role("heading", name="Side by side")).to_be_visible()
    plain.close()


PATHS = (
    "/first", "/week", "/shortlist", "/shortlist?about=kv+blocks&work=reliability", "/people/9",
    "/people/9/copy", "/compare?with=9&with=13", "/drafts", "/drafts?status=all", "/drafts/1",
    "/drafts/5", "/openings", "/openings/new", "/packet", "/night", "/people/4711", "/none",
    "/search?q=kv+blocks",
)  # fmt: skip


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core here: make check-pages")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    browser: Browser, pages: Pages, scheme: Literal["light", "dark"]
) -> None:
    inside = signed_in(browser, pages, color_scheme=scheme, bypass_csp=True)
    outside = browser.new_context(base_url=pages.origin, color_scheme=scheme, bypass_csp=True)
    seen = [(inside, path) for path in PATHS] + [(outside, "/shortlist")]
    rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}  # all else is the same
    found = []
    for context, path in seen:
        tab = context.new_page()
        tab.goto(path)
        tab.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        tab.add_script_tag(path=AXE)
        result = tab.evaluate("(rules) => axe.run(rules)", rules)
        found += [f"{path}: {v['id']}: {v['nodes'][0]['html'][:150]}" for v in result["violations"]]
        tab.close()
    assert found == []
