"""The page in a real browser, inside a real Airflow's UI."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, sync_playwright

from p2c_airflow.local.dag_runs import DagRun

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(420)]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KEY = "US-043"
VIEWS = {
    "Overview": "Accounts to customers",
    "Execution history": "Outcomes by run",
    "Rows due": KEY,
    "Differences": "Money check",
    "Mappings": "Value maps of this site",
    "Preflight": "Check now",
}
#: Each view by its address, with a text that stands there.
ADDRESSES = {
    "/": "A run failed: accounts",
    "/runs": "Outcomes by run",
    "/due": "in all",
    "/differences": "Keys of both sides",
    "/mappings": "Value maps of this site",
    "/preflight?check=true": "Product key",
}
PHONE = {"width": 390, "height": 800}
#: What is wider than its place: a person would have to push it aside to read it.
CUT_OFF = """() => [document.documentElement, ...document.querySelectorAll("main *")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
    .filter((each) => !each.matches("select, input, svg *, .hidden, thead, thead *"))
    .map((each) => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 80)}`)"""
COLOURS = "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Page]:
    """A window of Chromium with a profile of its own, in which no script fails."""
    if not CHROMIUM:
        reason = "there is no chromium on the path: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    failures: list[str] = []
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS, viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(60_000)
        page = context.pages[0]
        page.on("pageerror", lambda error: failures.append(str(error)))
        yield page
        context.close()
    assert failures == []


def framed(browser: Page) -> Frame:
    """Our page within Airflow's."""
    frame = browser.locator("iframe").element_handle().content_frame()
    assert frame is not None
    return frame


def log_in(browser: Page, url: str, password: str) -> None:
    browser.goto(url)
    browser.fill("input[name=username]", "admin")
    browser.fill("input[name=password]", password)
    browser.click("button[type=submit]")
    browser.get_by_text("Prospect to cash").first.click()


def mend_name(scheduler, key: str) -> None:
    """A seller shortens a name that F&O cannot hold."""
    (account,) = scheduler.systems.sales_rows(f"accounts?$select=accountid&$filter=accountnumber eq '{key}'")
    scheduler.systems.write_sales("PATCH", f"accounts({account['accountid']})", {"name": "Short enough"})


def test_a_person_logs_in_opens_each_view_retries_a_row_and_sees_it_land(scheduler, first_run, browser):
    log_in(browser, scheduler.stack.ports.airflow_url, scheduler.stack.secrets.admin_password)
    page = framed(browser)
    for view, expected in VIEWS.items():
        page.get_by_role("link", name=view).click()
        page.get_by_role("heading", name=view, level=1).wait_for()
        page.get_by_text(expected).first.wait_for()

    mend_name(scheduler, KEY)
    page.get_by_role("link", name="Rows due").click()
    page.get_by_label(f"Choose {KEY}").check()
    page.get_by_role("button", name="Retry now").click()
    page.get_by_text("1 rows will be tried again").wait_for()
    page.get_by_role("row", name=KEY).get_by_text("next run").wait_for()

    scheduler.trigger()

    page.get_by_label("Find a row by its key").fill(KEY)
    page.get_by_label("Find a row by its key").press("Enter")
    page.get_by_role("row", name="usmf").get_by_role("link", name=KEY).click()
    page.get_by_role("heading", name=f"{KEY} Accounts to customers for usmf").wait_for()
    page.locator("dl.facts").first.get_by_text("created").wait_for()
    assert "Short enough" in page.inner_text("main")
    page.get_by_role("button", name="Look now").click()
    page.get_by_role("button", name="Look again").wait_for()
    now = page.locator("h2:has-text('At the destination now') ~ dl").first
    assert "Short enough" in now.inner_text()


def test_no_view_is_cut_off_on_a_phone_in_the_dark(scheduler, first_run, browser):
    url = scheduler.stack.ports.airflow_url
    log_in(browser, url, scheduler.stack.secrets.admin_password)
    browser.set_viewport_size(PHONE)
    browser.emulate_media(color_scheme="dark")
    for address, expected in ADDRESSES.items():
        browser.goto(f"{url}/p2c{address}")
        browser.get_by_text(expected).first.wait_for()
        assert browser.evaluate(CUT_OFF) == [], address
        assert browser.evaluate(COLOURS) == ["rgb(15, 17, 21)", "rgb(230, 232, 236)"], address


def test_the_preflight_is_run_and_differences_are_read_by_the_keyboard(scheduler, first_run, browser):
    url = scheduler.stack.ports.airflow_url
    log_in(browser, url, scheduler.stack.secrets.admin_password)
    DagRun.start(scheduler.stack, "maintenance").follow(lambda: None)
    browser.goto(f"{url}/p2c/")
    browser.keyboard.press("Tab")
    browser.keyboard.press("Enter")
    assert browser.evaluate("document.activeElement.id") == "content"

    browser.get_by_role("link", name="Preflight").press("Enter")
    browser.get_by_role("button", name="Check now").press("Enter")
    browser.get_by_role("button", name="Check again").wait_for()
    browser.get_by_role("row", name="Sign-in to Sales").get_by_text("passed").wait_for()

    browser.get_by_role("link", name="Differences").press("Enter")
    browser.get_by_role("row", name="never read").first.wait_for()


def test_a_person_decides_by_the_keyboard_about_all_rows_that_the_filter_finds(scheduler, first_run, browser):
    url = scheduler.stack.ports.airflow_url
    log_in(browser, url, scheduler.stack.secrets.admin_password)
    browser.goto(f"{url}/p2c/due?outcome=rejected&size=1")
    browser.get_by_label("all that the filter finds").press("Space")
    browser.get_by_role("button", name="Retry now").press("Enter")
    browser.get_by_role("dialog").wait_for()
    browser.keyboard.press("Escape")
    browser.get_by_text("Nothing was done.").wait_for()

    browser.get_by_role("button", name="Retry now").press("Enter")
    browser.get_by_role("dialog").get_by_role("button", name="Go on").press("Enter")
    browser.get_by_text("rows will be tried again by the next scheduled runs").wait_for()
    asked = [state.retry_requested for state in scheduler.ledger.waiting() if state.outcome == "rejected"]
    assert len(asked) > 1
    assert all(asked)

    scheduler.trigger()
    assert not any(state.retry_requested for state in scheduler.ledger.waiting())
