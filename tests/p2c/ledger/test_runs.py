from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fixtures.ledger import WHOLE, Clock, record, row, run_key

from p2c.ledger import Ledger, Outcome, Window

MARCH_1 = datetime(2026, 3, 1, tzinfo=UTC)
MARCH_2 = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_run_that_never_started_is_unknown(ledger: Ledger) -> None:
    assert ledger.run(run_key()) is None


def test_a_run_is_kept_as_it_began(ledger: Ledger, clock: Clock) -> None:
    window = Window(MARCH_1, MARCH_2, "keys", ("A-1", "A-2"))

    begun = ledger.begin_run(run_key(), window, dry_run=True, adopt=True)

    assert ledger.run(run_key()) == begun
    assert (begun.window, begun.dry_run, begun.adopt) == (window, True, True)
    assert (begun.state, begun.started_at, begun.finished_at) == ("running", clock.now, None)


def test_a_run_begun_again_keeps_the_window_and_options_of_its_first_start(ledger: Ledger) -> None:
    first = ledger.begin_run(run_key(), Window(MARCH_1, MARCH_2, "watermark"), adopt=True)

    again = ledger.begin_run(run_key(), Window(MARCH_2, None, "full"), dry_run=True)

    assert again == first


def test_a_finished_run_that_is_begun_again_is_running(ledger: Ledger) -> None:
    ledger.begin_run(run_key(), WHOLE)
    ledger.finish_run(run_key(), "failed", {})

    again = ledger.begin_run(run_key(), WHOLE)

    assert (again.state, again.finished_at) == ("running", None)


def test_a_finished_run_keeps_its_counts_and_statistics(ledger: Ledger, clock: Clock) -> None:
    ledger.begin_run(run_key(), WHOLE)
    finished_at = clock.advance(minutes=3)

    ledger.finish_run(run_key(), "success", {Outcome.CREATED: 2}, {"requests": 7})

    run = ledger.run(run_key())
    assert run
    assert (run.state, run.finished_at, run.counts) == ("success", finished_at, {"created": 2})
    assert run.statistics == {"requests": 7}


def test_the_figures_of_all_tries_add_up_and_outlast_the_end_of_a_run(ledger: Ledger) -> None:
    ledger.begin_run(run_key(), WHOLE)
    ledger.add_statistics(run_key(), {"requests": 3, "seconds_waited": 0.5})
    ledger.finish_run(run_key(), "success", {}, {"deleted": 2})

    ledger.begin_run(run_key(), WHOLE)
    ledger.add_statistics(run_key(), {"requests": 4, "seconds_waited": 0.25})

    run = ledger.run(run_key())
    assert run
    assert run.statistics == {"requests": 7, "seconds_waited": 0.75, "deleted": 2}


def test_figures_of_a_run_that_never_began_are_let_be(ledger: Ledger) -> None:
    ledger.add_statistics(run_key(), {"requests": 3})

    assert ledger.run(run_key()) is None


def test_a_run_that_never_started_cannot_finish(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="never begun"):
        ledger.finish_run(run_key(), "success", {})


def test_runs_are_listed_newest_first_and_no_more_than_asked(ledger: Ledger, clock: Clock) -> None:
    for run_id in ("first", "second", "third"):
        ledger.begin_run(run_key(run_id), WHOLE)
        clock.advance(days=1)

    assert [run.key.run_id for run in ledger.runs(limit=2)] == ["third", "second"]


def test_runs_can_be_listed_by_organization_and_run_id(ledger: Ledger) -> None:
    for organization in ("USMF", "DEMF"):
        for run_id in ("first", "second"):
            ledger.begin_run(run_key(run_id, organization), WHOLE)

    found = ledger.runs(organization="DEMF", run_id="first")

    assert [run.key for run in found] == [run_key("first", "DEMF")]


def test_discarded_runs_take_their_outcomes_along_and_leave_the_state_of_rows(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1"), run_id="old")
    record_from = clock.advance(days=90)
    record(ledger, row("2"), run_id="new")

    assert ledger.discard_runs(before=record_from) == 1

    assert [run.key.run_id for run in ledger.runs()] == ["new"]
    assert list(ledger.outcomes(run_key("old"))) == []
    assert set(ledger.states("accounts", "USMF", ["1", "2"])) == {"1", "2"}
