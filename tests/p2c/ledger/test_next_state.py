from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fixtures.ledger import row, run_key

from p2c.ledger import Outcome, RowOutcome, RowState
from p2c.ledger.next_state import Recording, key_given_up, next_state

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def after(*outcomes: RowOutcome, same_run: bool = False) -> RowState:
    """The state after outcomes, each of a run of its own unless said otherwise."""
    state: RowState | None = None
    for number, outcome in enumerate(outcomes):
        recording = Recording(run_key("run" if same_run else f"run {number}"), "fingerprint", NOW)
        state = next_state(state, outcome, recording) or state
    assert state
    return state


def failed(times: int, *, same_run: bool = False) -> RowState:
    return after(*[row("1", Outcome.FAILED)] * times, same_run=same_run)


def test_an_older_version_leads_to_no_new_state() -> None:
    state = after(row("1", version=2))

    assert next_state(state, row("1", Outcome.REJECTED, version=1), Recording(run_key(), "f", NOW)) is None


def test_a_row_that_the_source_no_longer_has_keeps_its_version() -> None:
    state = after(row("1", Outcome.FAILED, version=7), row("1", Outcome.LEFT, version=0))

    assert (state.outcome, state.version, state.due_at) == (Outcome.LEFT, 7, None)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 2), (2, 4), (3, 8), (10, 1024), (11, 1440), (99, 1440)])
def test_a_failed_row_waits_twice_as_long_each_time_and_a_day_at_most(attempts: int, minutes: int) -> None:
    state = failed(attempts)

    assert (state.attempts, state.due_at) == (attempts, NOW + timedelta(minutes=minutes))


def test_a_step_run_again_in_its_run_is_the_same_attempt() -> None:
    assert failed(3, same_run=True).attempts == 1


def test_a_row_that_lands_has_no_failed_attempts_and_is_not_due() -> None:
    state = after(row("1", Outcome.FAILED), row("1", Outcome.CREATED))

    assert (state.attempts, state.due_at) == (0, None)


def test_a_parked_row_waits_a_day() -> None:
    assert after(row("1", Outcome.PARKED)).due_at == NOW + timedelta(days=1)


def test_a_rejected_row_waits_for_a_change() -> None:
    assert after(row("1", Outcome.REJECTED)).due_at is None


def test_the_destination_key_last_written_stays_when_a_later_version_is_rejected() -> None:
    state = after(row("1", destination_key="A-1", ours=True), row("1", Outcome.REJECTED, key="A-2", version=2))

    assert (state.destination_key, state.ours, state.integration_key) == ("A-1", True, "A-2")


def test_differences_are_counted_over_runs() -> None:
    assert after(*[row("1", Outcome.UPDATED, differences="Name")] * 3).times_differed == 3


def test_a_row_that_agrees_has_settled() -> None:
    state = after(row("1", Outcome.UPDATED, differences="Name"), row("1", Outcome.UNCHANGED))

    assert (state.differences, state.times_differed) == ("", 0)


def test_a_refused_write_does_not_count_as_unsettled() -> None:
    state = after(
        row("1", Outcome.UPDATED, differences="Name"),
        row("1", Outcome.FAILED, differences="Name"),
        row("1", Outcome.FAILED, differences="Name"),
    )

    assert (state.differences, state.times_differed) == ("Name", 1)


def test_a_row_set_aside_for_not_settling_stays_so() -> None:
    state = after(*[row("1", Outcome.UPDATED, differences="Name")] * 2, row("1", Outcome.REJECTED, differences="Name"))

    assert state.times_differing(run_key("next run"), "Name") == 4


@pytest.mark.parametrize(
    ("before", "now", "given_up"),
    [
        (row("1", key="A-1"), row("1", key="B-1", version=2), "a-1"),
        (row("1", key="A-1"), row("1", Outcome.LEFT, key="A-1", version=2), "a-1"),
        (row("1", key="A-1"), row("1", Outcome.SKIPPED, key="A-1", version=2), "a-1"),
        (row("1", key="A-1"), row("1", key="a-1 ", version=2), None),
        (row("1", Outcome.SKIPPED, key="A-1"), row("1", Outcome.SKIPPED, key="B-1", version=2), None),
    ],
    ids=["changed", "left", "out of scope", "another spelling", "never claimed"],
)
def test_a_key_is_given_up_by_changing_it_or_leaving_scope(
    before: RowOutcome, now: RowOutcome, given_up: str | None
) -> None:
    assert key_given_up(after(before), after(before, now)) == given_up


def test_a_new_row_gives_up_no_key() -> None:
    assert key_given_up(None, after(row("1"))) is None
