from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from fixtures.ledger import FINGERPRINT, WHOLE, record, row, run_key
from sqlalchemy import Engine

from p2c.database.engine import open_engine
from p2c.ledger import Ledger, Outcome, Reason, RowOutcome

CREATED, UPDATED, UNCHANGED, REJECTED = Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.REJECTED


def outcome_of(ledger: Ledger, source_id: str) -> Outcome:
    return ledger.states("accounts", "USMF", [source_id])[source_id].outcome


def test_an_outcome_is_read_back_as_it_was_recorded(ledger: Ledger) -> None:
    reason = Reason("truncated", "SalesMemo: cut to 60 characters.", "description", "Long")
    outcome = row(
        "1",
        UPDATED,
        reasons=(reason,),
        destination_key="A-1",
        request_id="abc",
        changed_fields=("OrganizationName", "SalesMemo"),
        ours=True,
        deleted=2,
        amounts=(Decimal("100.10"), Decimal("100.11")),
    )

    assert list(ledger.outcomes(record(ledger, outcome))) == [outcome]


def test_recording_twice_changes_nothing(ledger: Ledger) -> None:
    outcomes = [row("1"), row("2", REJECTED), row("3", Outcome.FAILED)]
    key = record(ledger, *outcomes)
    once = (list(ledger.outcomes(key)), ledger.counts(key), ledger.rows())

    record(ledger, *outcomes)

    assert (list(ledger.outcomes(key)), ledger.counts(key), ledger.rows()) == once


def test_within_a_run_the_later_outcome_replaces_the_earlier(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.FAILED))
    key = record(ledger, row("1", CREATED))

    assert ledger.counts(key) == {CREATED: 1}


@pytest.mark.parametrize("written", [CREATED, UPDATED])
def test_a_row_written_in_a_run_stays_so_when_its_load_runs_again(ledger: Ledger, written: Outcome) -> None:
    record(ledger, row("1", written))
    key = record(ledger, row("1", UNCHANGED))

    assert ledger.counts(key) == {written: 1}


def test_a_newer_version_found_unchanged_replaces_what_the_run_wrote_before(ledger: Ledger) -> None:
    record(ledger, row("1", CREATED))
    key = record(ledger, row("1", UNCHANGED, version=2))

    assert ledger.counts(key) == {UNCHANGED: 1}


def test_another_run_has_its_own_outcomes(ledger: Ledger) -> None:
    first = record(ledger, row("1", CREATED), run_id="run 1")
    second = record(ledger, row("1", UNCHANGED), run_id="run 2")

    assert (ledger.counts(first), ledger.counts(second)) == ({CREATED: 1}, {UNCHANGED: 1})


def test_an_older_version_never_overwrites_a_newer_state(ledger: Ledger) -> None:
    record(ledger, row("1", CREATED, version=2), run_id="today")
    yesterday = record(ledger, row("1", Outcome.SKIPPED, version=1), run_id="yesterday, cleared")

    assert outcome_of(ledger, "1") is CREATED
    assert ledger.counts(yesterday) == {Outcome.SKIPPED: 1}


def test_of_two_outcomes_of_a_row_in_one_call_the_last_counts(ledger: Ledger) -> None:
    key = record(ledger, row("1", Outcome.FAILED), row("1", CREATED))

    assert ledger.counts(key) == {CREATED: 1}
    assert outcome_of(ledger, "1") is CREATED


def test_a_dry_run_records_nothing(ledger: Ledger) -> None:
    ledger.begin_run(run_key(), WHOLE, dry_run=True)

    with pytest.raises(ValueError, match="dry run"):
        ledger.record(run_key(), [row("1")], fingerprint=FINGERPRINT)
    assert ledger.rows() == []


def test_a_run_that_never_started_records_nothing(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="never begun"):
        ledger.record(run_key(), [row("1")], fingerprint=FINGERPRINT)


def test_outcomes_can_be_read_by_kind(ledger: Ledger) -> None:
    key = record(ledger, row("1"), row("2", REJECTED), row("3", REJECTED))

    assert [outcome.source_id for outcome in ledger.outcomes(key, REJECTED)] == ["2", "3"]


def test_outcomes_are_streamed_while_others_are_recorded(ledger: Ledger) -> None:
    key = record(ledger, *(row(f"{number:04}") for number in range(3000)))

    stream = ledger.outcomes(key)
    next(stream)
    record(ledger, row("another"), run_id="run 2")

    assert sum(1 for _ in stream) == 2999


def test_a_load_tried_again_on_the_same_staged_set_keeps_its_outcomes(ledger: Ledger) -> None:
    key = run_key()
    ledger.begin_run(key, WHOLE)
    ledger.open_outcomes(key, "checksum of the set")
    ledger.record(key, [row("1")], fingerprint=FINGERPRINT)

    ledger.open_outcomes(key, "checksum of the set")

    assert ledger.counts(key) == {CREATED: 1}


def test_a_load_of_another_staged_set_forgets_outcomes_but_not_states(ledger: Ledger) -> None:
    key = run_key()
    ledger.begin_run(key, WHOLE)
    ledger.open_outcomes(key, "checksum of the set")
    ledger.record(key, [row("1")], fingerprint=FINGERPRINT)

    ledger.open_outcomes(key, "checksum of the set extracted anew")

    assert ledger.counts(key) == {}
    assert outcome_of(ledger, "1") is CREATED


def test_the_history_of_a_row_is_told_newest_first(ledger: Ledger) -> None:
    first = record(ledger, row("1", REJECTED), run_id="run 1")
    second = record(ledger, row("1", CREATED), row("2"), run_id="run 2")

    told = [(run, outcome.outcome) for run, outcome in ledger.history("accounts", "USMF", "1")]

    assert told == [(second, CREATED), (first, REJECTED)]


@pytest.mark.parametrize("letting_go", [row("1", key="B-1", version=2), row("1", Outcome.LEFT, key="A-1", version=2)])
def test_a_row_that_gives_up_its_key_makes_its_duplicates_due(ledger: Ledger, letting_go: RowOutcome) -> None:
    duplicate = Reason("duplicate_key", "Key 'A-1' is also used by another row.", value="A-1")
    record(ledger, *(row(number, REJECTED, key="A-1", reasons=(duplicate,)) for number in ("1", "2")))

    record(ledger, letting_go, run_id="run 2")

    assert ledger.rows_due("accounts", "USMF", fingerprint=FINGERPRINT, limit=9) == ["2"]


def test_text_that_a_database_refuses_does_not_stop_the_recording(ledger: Ledger) -> None:
    reason = Reason("type", "Name holds a NUL \x00 character.", "name", "half \ud83d")

    key = record(ledger, row("1", REJECTED, key="A\x001", reasons=(reason,)))

    stored = next(ledger.outcomes(key))
    assert stored.integration_key == "A\ufffd1"
    assert stored.reasons == (Reason("type", "Name holds a NUL \ufffd character.", "name", "half \ufffd"),)


def test_four_writers_at_once_lose_nothing(engine: Engine) -> None:
    def write(number: int) -> None:
        own = open_engine(engine.url)
        key = run_key(f"run {number}")
        ledger = Ledger(own)
        ledger.begin_run(key, WHOLE)
        for batch in range(10):
            rows = [row(f"{number}-{batch}-{n}") for n in range(50)] + [row("shared", version=number * 10 + batch)]
            ledger.record(key, rows, fingerprint=FINGERPRINT)
        own.dispose()

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))

    ledger = Ledger(engine)
    assert [sum(ledger.counts(run_key(f"run {number}")).values()) for number in range(4)] == [501] * 4
    assert ledger.states("accounts", "USMF", ["shared"])["shared"].version == 39
    assert len(ledger.rows(limit=9999)) == 2001


def test_the_destination_rows_deleted_in_a_run_are_counted(ledger: Ledger) -> None:
    key = record(ledger, row("1", UPDATED, deleted=2), row("2", UPDATED, deleted=1), row("3"))
    assert ledger.deleted(key) == 3
    assert ledger.deleted(record(ledger, run_id="run 2")) == 0


def test_a_newer_revision_takes_over_the_destination_row_of_the_older(ledger: Ledger) -> None:
    record(ledger, row("old", key="Q-1", destination_key="Q-1", ours=True))
    record(
        ledger, row("new", UPDATED, key="Q-1", destination_key="Q-1", ours=True, takes_over=("old",)), run_id="run 2"
    )
    states = ledger.states("accounts", "USMF", ["old", "new"])
    assert {name: (state.ours, state.destination_key) for name, state in states.items()} == {
        "old": (False, None),
        "new": (True, "Q-1"),
    }
    record(ledger, row("old", Outcome.SKIPPED, key="Q-1", version=2), run_id="run 3")
    assert not ledger.states("accounts", "USMF", ["old"])["old"].ours
