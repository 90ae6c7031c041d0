from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from fixtures.page import KEY, Page

from p2c.ledger import Difference, Outcome, RowOutcome, Window
from p2c.ledger.reconciliations import Discrepancy, Finding, Reconciliation


def test_what_a_dry_run_found_is_shown_by_field_with_examples(filled_page: Page) -> None:
    dry = replace(KEY, run_id="dry")
    filled_page.ledger.begin_run(dry, Window(None, None, "full"), dry_run=True)
    found = [
        Difference("2", "US-002", Outcome.UPDATED, "Name", "Contoso", "Kontoso"),
        Difference("3", "US-003", Outcome.REJECTED, "Zip", reason="The state does not exist."),
    ]
    filled_page.ledger.record_differences(dry, [each.source_id for each in found], found)
    filled_page.ledger.finish_run(dry, "success", {Outcome.UPDATED: 1}, {"fields": {"Name": 1}})
    text = filled_page.get("/differences").text
    for expected in ("rows that differ, by field: Name 1", "Kontoso", "The state does not exist."):
        assert expected in text


def test_rows_whose_sums_are_apart_are_listed(filled_page: Page) -> None:
    rows = [
        RowOutcome("7", "Q-7", 1, Outcome.CREATED, amounts=(Decimal("100.00"), Decimal("99.50"))),
        RowOutcome("8", "Q-8", 1, Outcome.CREATED, amounts=(Decimal("100.00"), Decimal("100.00"))),
    ]
    filled_page.ledger.record(KEY, rows, fingerprint="settings")
    text = filled_page.get("/differences").text
    assert ("Q-7" in text, "Q-8" in text) == (True, False)
    assert "-0.50" in text


def test_keys_that_one_side_lacks_are_shown_with_what_to_do(filled_page: Page) -> None:
    assert "Nobody has looked yet." in filled_page.get("/differences").text
    findings = {Discrepancy.MISSING: Finding(3, ("<b>",))}
    filled_page.ledger.record_reconciliation(Reconciliation("accounts", "usmf", datetime.now(UTC), findings))
    text = filled_page.get("/differences").text
    assert '<td data-label="Found">missing</td>' in text
    assert "&lt;b&gt;" in text
    assert "Repair sends it again." in text
