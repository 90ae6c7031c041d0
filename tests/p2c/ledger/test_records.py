from __future__ import annotations

import pytest
from fixtures.ledger import record, row, run_key

from p2c.ledger import Ledger, Outcome, Reason, RowState, summary


@pytest.fixture
def state(ledger: Ledger) -> RowState:
    """A row that one run updated."""
    record(ledger, row("1", Outcome.UPDATED, differences="Name: Fabrikam"), run_id="run 1")
    return ledger.states("accounts", "USMF", ["1"])["1"]


def test_a_state_knows_the_run_that_recorded_it(state: RowState) -> None:
    assert state.is_of(run_key("run 1"))
    assert not state.is_of(run_key("run 2"))


def test_the_same_differences_in_another_run_count_on(state: RowState) -> None:
    assert state.times_differing(run_key("run 2"), "Name: Fabrikam") == 2


def test_the_same_differences_in_the_same_run_count_once(state: RowState) -> None:
    assert state.times_differing(run_key("run 1"), "Name: Fabrikam") == 1


def test_other_differences_begin_anew(state: RowState) -> None:
    assert state.times_differing(run_key("run 2"), "Name: Contoso") == 1


def test_a_reason_about_a_line_names_it() -> None:
    reasons = (Reason("length", "Name is long."), Reason("reference", "Unit is unknown.", line="3"))
    assert summary(reasons) == "Name is long. line 3: Unit is unknown."
