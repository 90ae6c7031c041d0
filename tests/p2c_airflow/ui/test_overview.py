from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fixtures.page import KEY, ONLY_CONTACTS, Page

from p2c.alerts import Alert, AlertKind
from p2c.ledger import Progress, Window
from p2c_airflow.notifications.telling import standing


def test_a_flow_that_never_ran_says_so(page: Page) -> None:
    page.ledger.begin_run(KEY, Window(None, None, "full"))
    assert "no initial load yet" in page.get("/").text


def test_each_place_shows_its_last_run_rows_due_and_freshness(filled_page: Page) -> None:
    filled_page.ledger.advance_watermark("accounts", "usmf", datetime.now(UTC) - timedelta(hours=3), KEY)
    text = filled_page.get("/").text
    assert "1 created" in text
    assert "1 rejected</a>" in text
    assert ">3 h ago</time>" in text
    assert '<rect class="failed"' in text
    assert "data-live" not in text


def test_a_run_in_progress_shows_a_bar_with_rate_and_time_left(filled_page: Page) -> None:
    now = datetime.now(UTC)
    running = replace(KEY, run_id="manual__later")
    filled_page.ledger.begin_run(running, Window(None, None, "full"))
    filled_page.ledger.note_progress(running, Progress("load", 500, 2000, now - timedelta(seconds=10), now))
    text = filled_page.get("/").text
    assert '<progress value="500" max="2000"' in text
    assert "50 rows/s, 30 s left" in text
    assert "data-live" in text


def test_a_step_that_fell_silent_is_shown_as_such(filled_page: Page) -> None:
    then = datetime.now(UTC) - timedelta(minutes=20)
    running = replace(KEY, run_id="manual__later")
    filled_page.ledger.begin_run(running, Window(None, None, "full"))
    filled_page.ledger.note_progress(running, Progress("extract", 500, None, then - timedelta(seconds=10), then))
    assert "nothing heard for 20 min" in filled_page.get("/").text


def test_causes_that_stand_are_shown_to_whoever_may_see_their_flow(filled_page: Page) -> None:
    ledger = filled_page.ledger
    causes = (Alert(AlertKind.FRESHNESS, "accounts for usmf", "<b>"), Alert(AlertKind.RUN_FAILED, "accounts", "x"))
    ledger.note_alerts([standing(alert, ledger) for alert in causes])
    text = filled_page.get("/").text
    assert "The destination lags: accounts for usmf" in text
    assert "A run failed: accounts" in text
    assert "&lt;b&gt;" in text
    ledger.begin_run(replace(KEY, dag_id="contacts", flow="contacts"), Window(None, None, "full"))
    assert "The destination lags" not in filled_page.get("/", ONLY_CONTACTS, "viewer").text
