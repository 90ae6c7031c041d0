from __future__ import annotations

import pytest
from fixtures.ledger import record, row

from p2c.ledger import Ledger, Outcome, Reason
from p2c.ledger.records import NOT_SELECTED
from p2c.ledger.unselected import PassedOver

JAPAN = Reason(NOT_SELECTED, "It belongs to business unit 'Contoso Japan'.", "unit", "Contoso Japan")
INACTIVE = Reason("out_of_scope", "Out of scope: the account is inactive in Sales.", "statecode", "1")


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.LEFT])
def test_a_row_that_was_never_selected_or_is_so_no_more_is_passed_over(ledger: Ledger, outcome: Outcome) -> None:
    record(ledger, row("1", outcome, reasons=(JAPAN,)))
    assert list(ledger.rows_passed_over("accounts", "USMF")) == [PassedOver("1", "A-1", (JAPAN,))]


def test_a_row_that_is_selected_and_skipped_for_another_reason_is_not(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.SKIPPED, reasons=(INACTIVE,)), row("2"), row("3", Outcome.SKIPPED))
    assert list(ledger.rows_passed_over("accounts", "USMF")) == []


def test_an_organization_has_judged_the_flows_of_which_it_has_rows(ledger: Ledger) -> None:
    record(ledger, row("1"))
    assert ledger.has_judged("accounts", "USMF")
    assert not ledger.has_judged("contacts", "USMF")
    assert not ledger.has_judged("accounts", "DEMF")
    assert list(ledger.rows_passed_over("accounts", "DEMF")) == []
