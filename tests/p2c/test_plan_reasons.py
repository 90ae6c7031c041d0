from __future__ import annotations

from fixtures.quotes import QUOTES

from p2c.flows.accounts import ACCOUNTS
from p2c.plan_reasons import does_not_settle, key_changed, locked, not_ours


def test_a_row_that_is_not_ours_names_the_mark_it_lacks() -> None:
    assert "(IsExternallyMaintained is not Yes)" in not_ours("US-001", ACCOUNTS).text


def test_a_locked_row_names_its_state_and_those_in_which_it_is_changed() -> None:
    reason = locked("Q-1", QUOTES, "Confirmed")
    assert (reason.code, reason.field, reason.value) == ("locked", "SalesQuotationStatus", "Confirmed")
    assert "Q-1 is Confirmed in F&O" in reason.text
    assert "only rows that are Created are changed" in reason.text


def test_a_changed_key_and_a_row_that_does_not_settle_say_what_it_is_about() -> None:
    assert key_changed("A", "B").value == "B"
    assert does_not_settle(("CreditLimit", "line 1: SalesPrice")).field == "CreditLimit, line 1: SalesPrice"
