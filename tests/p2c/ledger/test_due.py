from __future__ import annotations

from fixtures.ledger import FINGERPRINT, Clock, record, row

from p2c.ledger import Ledger, Outcome, Reason

DUPLICATE = (Reason("duplicate_key", "Key 'A-1' is also used by another row.", value="A-1"),)
TOO_LONG = (Reason("length", "Name is longer than 100 characters.", "name"),)


def due(ledger: Ledger, fingerprint: str = FINGERPRINT, limit: int = 100) -> list[str]:
    return ledger.rows_due("accounts", "USMF", fingerprint=fingerprint, limit=limit)


def test_a_failed_row_is_due_when_its_time_has_come(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.FAILED))

    assert due(ledger) == []
    clock.advance(minutes=2)
    assert due(ledger) == ["1"]


def test_a_parked_row_is_due_once_a_day(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.PARKED))

    clock.advance(hours=23)
    assert due(ledger) == []
    clock.advance(hours=1)
    assert due(ledger) == ["1"]


def test_a_rejected_row_is_due_only_when_settings_change(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.REJECTED, reasons=TOO_LONG))

    clock.advance(days=365)
    assert due(ledger) == []
    assert due(ledger, "settings of tomorrow") == ["1"]


def test_a_duplicate_is_looked_into_daily_for_the_other_row_may_be_deleted(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.REJECTED, reasons=DUPLICATE))

    clock.advance(hours=23)
    assert due(ledger) == []
    clock.advance(hours=1)
    assert due(ledger) == ["1"]


def test_rows_that_landed_or_are_out_of_scope_are_not_due(ledger: Ledger, clock: Clock) -> None:
    landed = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.LEFT)
    record(ledger, *(row(outcome.value, outcome) for outcome in landed))

    clock.advance(days=365)
    assert due(ledger, "settings of tomorrow") == []


def test_no_more_rows_are_due_than_a_run_takes_up_and_the_longest_due_first(ledger: Ledger, clock: Clock) -> None:
    for source_id in ("1", "2", "3"):
        record(ledger, row(source_id, Outcome.FAILED))
        clock.advance(minutes=1)

    clock.advance(days=1)
    assert due(ledger, limit=2) == ["1", "2"]


def test_rows_of_other_organizations_are_not_due(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.FAILED))

    clock.advance(days=1)
    assert ledger.rows_due("accounts", "DEMF", fingerprint=FINGERPRINT, limit=9) == []


def test_released_duplicates_are_due_whatever_the_spelling_of_their_key(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.REJECTED, key="A-1", reasons=DUPLICATE))

    assert ledger.release_duplicates("accounts", "USMF", ["a-1 "]) == 1
    assert due(ledger) == ["1"]


def test_rows_rejected_for_another_reason_are_not_released(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.REJECTED, key="A-1", reasons=TOO_LONG))

    assert ledger.release_duplicates("accounts", "USMF", ["A-1"]) == 0
    assert due(ledger) == []


def test_a_released_duplicate_that_is_rejected_again_waits_again(ledger: Ledger) -> None:
    rejected = row("1", Outcome.REJECTED, key="A-1", reasons=DUPLICATE)
    record(ledger, rejected)
    ledger.release_duplicates("accounts", "USMF", ["A-1"])

    record(ledger, rejected, run_id="run 2")

    assert due(ledger) == []


def test_a_row_that_a_person_wants_retried_is_due_before_all_others(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.FAILED), row("2", Outcome.REJECTED, reasons=TOO_LONG))
    clock.advance(days=1)

    assert ledger.retry("accounts", "USMF", ["2", "unknown"]) == 1
    assert due(ledger) == ["2", "1"]


def test_a_retry_is_asked_for_once(ledger: Ledger) -> None:
    rejected = row("1", Outcome.REJECTED, reasons=TOO_LONG)
    record(ledger, rejected)
    ledger.retry("accounts", "USMF", ["1"])

    record(ledger, rejected, run_id="run 2")

    assert due(ledger) == []


def test_a_row_that_did_not_settle_counts_anew_after_a_retry_by_hand(ledger: Ledger) -> None:
    for run_id in ("run 1", "run 2", "run 3"):
        record(ledger, row("1", Outcome.UPDATED, differences="Name"), run_id=run_id)

    ledger.retry("accounts", "USMF", ["1"])

    assert ledger.states("accounts", "USMF", ["1"])["1"].times_differed == 0


def test_a_dismissed_row_is_skipped_and_never_due(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.FAILED))

    assert ledger.dismiss("accounts", "USMF", ["1"], by="ann", why="Closed.") == 1
    clock.advance(days=365)

    state = ledger.states("accounts", "USMF", ["1"])["1"]
    assert (state.dismissed, state.outcome, state.reasons[0].code) == (True, Outcome.SKIPPED, "dismissed")
    assert due(ledger, "settings of tomorrow") == []


def test_a_dismissed_row_that_is_read_unchanged_stays_dismissed(ledger: Ledger) -> None:
    rejected = row("1", Outcome.REJECTED, reasons=TOO_LONG)
    record(ledger, rejected)
    ledger.dismiss("accounts", "USMF", ["1"], by="ann", why="Closed.")

    record(ledger, rejected, run_id="run 2")

    assert ledger.states("accounts", "USMF", ["1"])["1"].dismissed
    assert due(ledger, "settings of tomorrow") == []


def test_a_dismissed_row_comes_back_when_its_source_changes(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.REJECTED, reasons=TOO_LONG))
    ledger.dismiss("accounts", "USMF", ["1"], by="ann", why="Closed.")

    record(ledger, row("1", Outcome.REJECTED, version=2, reasons=TOO_LONG), run_id="run 2")

    assert not ledger.states("accounts", "USMF", ["1"])["1"].dismissed
    assert due(ledger, "settings of tomorrow") == ["1"]


def test_a_dismissed_row_can_be_retried(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.REJECTED, reasons=TOO_LONG))
    ledger.dismiss("accounts", "USMF", ["1"], by="ann", why="Closed.")

    ledger.retry("accounts", "USMF", ["1"])

    assert due(ledger) == ["1"]


def test_a_dismissed_row_keeps_who_dismissed_it_and_why(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED))

    ledger.dismiss("accounts", "USMF", ["1"], by="ann", why="Closed.")

    [dismissed] = ledger.waiting("accounts", "USMF", dismissed=True)
    assert dismissed.reasons[0].text.startswith("Dismissed by ann: Closed.")
    assert list(ledger.waiting("accounts", "USMF")) == []


def test_rows_wait_since_they_first_did_not_land(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.PARKED), row("2", Outcome.CREATED))
    since = clock.now
    clock.advance(days=1)
    record(ledger, row("1", Outcome.REJECTED, reasons=TOO_LONG), row("2", Outcome.FAILED), run_id="run 2")

    assert [(state.source_id, state.waiting_since) for state in ledger.waiting()] == [("1", since), ("2", clock.now)]


def test_a_row_that_landed_in_between_waits_anew(ledger: Ledger, clock: Clock) -> None:
    for outcome in (Outcome.FAILED, Outcome.UPDATED, Outcome.FAILED):
        clock.advance(days=1)
        record(ledger, row("1", outcome), run_id=f"run {outcome} {clock.now}")

    assert [state.waiting_since for state in ledger.waiting()] == [clock.now]


def test_rows_that_wait_can_be_read_by_flow_and_organization(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED))

    assert len(list(ledger.waiting("accounts", "USMF"))) == 1
    assert list(ledger.waiting("contacts")) == list(ledger.waiting(organization="DEMF")) == []
