from __future__ import annotations

from p2c.ledger import Outcome, Reason, RowOutcome
from p2c.money_check import MONEY
from p2c.steps.report import LOGGED_ROWS, LoadReport


def rejected(number: int) -> RowOutcome:
    return RowOutcome(f"id-{number}", f"A-{number}", 1, Outcome.REJECTED, (Reason("too_long", f"Row {number} is."),))


def test_the_log_names_a_bounded_number_of_bad_rows_and_the_report_has_all(steps):
    steps.extract("first")
    report = LoadReport(steps.context("first"))
    steps.lines.clear()
    report.add([rejected(number) for number in range(LOGGED_ROWS + 50)])
    report.reference({})
    named = [line for line in steps.lines if line.startswith("rejected A-")]
    assert len(named) == LOGGED_ROWS
    assert steps.context("first").staged("load").read().rows["rows"] == LOGGED_ROWS + 50


def test_a_row_that_did_not_change_is_named_in_the_log_only_for_its_amounts(steps):
    steps.extract("first")
    report = LoadReport(steps.context("first"))
    report.add(
        [
            RowOutcome("id-1", "A-1", 1, Outcome.UNCHANGED, (Reason(MONEY, "10.00 apart."),)),
            RowOutcome("id-2", "A-2", 1, Outcome.UNCHANGED, (Reason("truncated", "Cut."),)),
        ]
    )
    assert "unchanged A-1: 10.00 apart." in steps.lines
    assert not any("A-2" in line for line in steps.lines)


def test_the_report_of_a_dry_run_shows_creates_and_the_fields_that_would_change(steps):
    steps.run("dry", dry_run=True)
    staged = steps.context("dry").staged("load").read()
    rows = {row["key"]: row for part in staged.parts("rows") for row in part.to_pylist()}
    assert staged.metadata["dry_run"] is True
    assert rows["US-002"]["outcome"] == "created"
    assert rows["US-001"]["outcome"] == "updated"
    assert rows["US-001"]["changed"]
