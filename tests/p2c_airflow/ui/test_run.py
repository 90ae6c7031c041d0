from __future__ import annotations

import csv
import io
from dataclasses import replace

from fixtures.page import KEY, Page

from p2c.ledger import Outcome, RowOutcome


def test_a_run_shows_its_rows_with_reason_field_value_and_request_id(filled_page: Page) -> None:
    text = filled_page.of_run("/run").text
    for expected in ("US-001", "No such group.", "<code>Name</code>", "request-3", "4 in all"):
        assert expected in text


def test_rows_are_chosen_by_outcome_and_key(filled_page: Page) -> None:
    assert "1 in all" in filled_page.of_run("/run", outcome="failed").text
    assert "US-002" in (text := filled_page.of_run("/run", key="us-002").text)
    assert "1 in all" in text


def test_a_run_that_the_ledger_does_not_have_is_not_found(filled_page: Page) -> None:
    assert filled_page.of_run("/run", replace(KEY, run_id="gone")).status_code == 404


def test_the_download_has_every_row_and_no_formula(filled_page: Page) -> None:
    filled_page.ledger.record(KEY, [RowOutcome("9", '=HYPERLINK("x")', 1, Outcome.SKIPPED)], fingerprint="settings")
    answer = filled_page.of_run("/run.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["source id"] for row in rows] == ["1", "2", "3", "4", "9"]
    assert rows[4]["key"] == '\'=HYPERLINK("x")'
    assert (rows[1]["field"], rows[1]["reason"]) == ("Name", "The name has 160 characters; 100 fit.")
    assert answer.headers["content-disposition"].startswith('attachment; filename="accounts-usmf-')
    assert len(filled_page.of_run("/run.csv", outcome="failed").text.splitlines()) == 2
