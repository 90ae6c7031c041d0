from __future__ import annotations

from fixtures.ledger import Clock, record, row, run_key

from p2c.ledger import Ledger, Outcome
from p2c.ledger.retention import StagedRun


def ended(ledger: Ledger, run_id: str) -> None:
    record(ledger, row("1", Outcome.UPDATED), run_id=run_id)
    ledger.finish_run(run_key(run_id), "success", {"updated": 1})


def test_old_runs_go_with_what_is_kept_of_them_and_the_state_of_rows_stays(ledger: Ledger, clock: Clock) -> None:
    ended(ledger, "old")
    before = clock.advance(days=1)
    ended(ledger, "new")
    assert ledger.discard_runs(before) == 1
    assert [run.key.run_id for run in ledger.runs()] == ["new"]
    assert set(ledger.states("accounts", "USMF", ["1"])) == {"1"}


def test_what_became_of_rows_goes_before_their_runs(ledger: Ledger, clock: Clock) -> None:
    ended(ledger, "old")
    before = clock.advance(days=1)
    ended(ledger, "new")
    assert ledger.discard_rows(before) == 1
    assert ledger.discard_rows(before) == 0
    assert list(ledger.outcomes(run_key("old"))) == []
    assert [run.counts for run in ledger.runs(run_id="old")] == [{"updated": 1}]
    assert len(list(ledger.outcomes(run_key("new")))) == 1


def test_staged_sets_of_the_latest_run_and_of_one_at_work_are_needed(ledger: Ledger, clock: Clock) -> None:
    for run_id in ("first", "second"):
        ended(ledger, run_id)
        clock.advance(hours=1)
    record(ledger, row("2"), run_id="at work")
    clock.advance(hours=1)
    ended(ledger, "latest")
    before = clock.advance(days=30)
    assert list(ledger.runs_to_clear(before)) == [StagedRun("accounts", "first"), StagedRun("accounts", "second")]
    assert list(ledger.runs_to_clear(clock.advance(days=-60))) == []
