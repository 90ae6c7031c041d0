from __future__ import annotations

from dataclasses import replace

from fixtures.page import KEY, Page

from p2c.ledger import Outcome, RowOutcome, Window

ROW = {"flow": "accounts", "organization": "usmf", "source_id": "1"}


def test_a_key_in_any_case_leads_to_the_story_of_its_row(filled_page: Page) -> None:
    answer = filled_page.get("/rows", key=" us-001")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/p2c/row?flow=accounts&organization=usmf&source_id=1"


def test_a_key_that_several_rows_bear_is_listed(filled_page: Page) -> None:
    filled_page.ledger.record(KEY, [RowOutcome("5", "US-001", 1, Outcome.REJECTED)], fingerprint="settings")
    text = filled_page.get("/rows", key="US-001").text
    assert text.count("<bdi>US-001</bdi></a>") == 2


def test_a_key_that_no_row_bears_says_so(filled_page: Page) -> None:
    assert "No row has this key" in filled_page.get("/rows", key="US-404").text


def test_the_story_of_a_row_tells_of_every_run(filled_page: Page) -> None:
    later = replace(KEY, run_id="manual__later")
    filled_page.ledger.begin_run(later, Window(None, None, "full"))
    filled_page.ledger.record(
        later, [RowOutcome("1", "US-001", 2, Outcome.UPDATED, changed_fields=("CreditRating",))], fingerprint="settings"
    )
    text = filled_page.get("/row", **ROW).text
    assert KEY.run_id in text
    assert "CreditRating" in text
    assert "version 2" in text


def test_a_row_that_the_ledger_does_not_know_is_not_found(filled_page: Page) -> None:
    assert filled_page.get("/row", **ROW | {"source_id": "404"}).status_code == 404


def test_the_last_request_is_shown_with_the_answer(filled_page: Page) -> None:
    text = filled_page.get("/row", **ROW | {"source_id": "3"}).text
    assert "Answer of CustomersV3" in text
    assert text.count("request-3") == 3
    assert "Answer of" not in filled_page.get("/row", **ROW | {"source_id": "4"}).text
