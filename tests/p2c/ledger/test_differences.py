from __future__ import annotations

from datetime import timedelta

import pytest
from fixtures.ledger import WHOLE, Clock, run_key

from p2c.ledger import Difference, Ledger, Outcome, RunKey, Window

DIFFERS = Difference("1", "A-1", Outcome.UPDATED, "Name", "Contoso", "Fabrikam")
MISSING = Difference("2", "A-2", Outcome.CREATED)
BARRED = Difference("3", "A-3", Outcome.REJECTED, "Name", found="?", reason="No such name.")


def dry_run(ledger: Ledger, *found: Difference, run_id: str = "run 1", window: Window = WHOLE) -> RunKey:
    key = run_key(run_id)
    ledger.begin_run(key, window, dry_run=True)
    ledger.open_differences(key)
    ledger.record_differences(key, [each.source_id for each in found], found)
    ledger.finish_run(key, "success", {})
    return key


def test_fields_missing_rows_and_rows_that_cannot_land_are_kept_apart(ledger: Ledger) -> None:
    key = dry_run(ledger, DIFFERS, MISSING, BARRED)
    assert ledger.differences(key, "Name", 10) == [DIFFERS]
    assert ledger.differences(key, "", 10) == [MISSING]
    assert ledger.rows_barred(key, 10) == [BARRED]


def test_no_more_are_read_than_asked_for(ledger: Ledger) -> None:
    others = (Difference(str(number), f"A-{number}", Outcome.CREATED) for number in range(5))
    assert len(ledger.differences(dry_run(ledger, *others), "", 3)) == 3


def test_a_step_that_is_tried_again_begins_anew(ledger: Ledger) -> None:
    dry_run(ledger, DIFFERS, MISSING)
    key = dry_run(ledger, MISSING)
    assert ledger.differences(key, "Name", 10) == []
    assert ledger.differences(key, "", 10) == [MISSING]


def test_what_is_found_of_a_row_takes_the_place_of_what_was_found_of_it_before(ledger: Ledger) -> None:
    key = dry_run(ledger, DIFFERS, MISSING)
    ledger.record_differences(key, [DIFFERS.source_id], [])
    assert ledger.differences(key, "Name", 10) == []
    assert ledger.differences(key, "", 10) == [MISSING]


def test_a_run_that_never_began_has_no_differences_to_keep(ledger: Ledger) -> None:
    with pytest.raises(LookupError):
        ledger.record_differences(run_key("never"), [DIFFERS.source_id], [DIFFERS])


def test_differences_go_with_their_run(ledger: Ledger, clock: Clock) -> None:
    key = dry_run(ledger, DIFFERS)
    ledger.discard_runs(clock.advance(days=1))
    assert ledger.differences(key, "Name", 10) == []


def test_comparisons_are_whole_dry_runs_that_ended_well_the_oldest_first(ledger: Ledger, clock: Clock) -> None:
    dry_run(ledger, run_id="first")
    dry_run(ledger, run_id="keys", window=Window(None, None, "keys", ("A-1",)))
    ledger.begin_run(run_key("wrote"), WHOLE)
    ledger.finish_run(run_key("wrote"), "success", {})
    ledger.begin_run(run_key("failed"), WHOLE, dry_run=True)
    clock.advance(days=1)
    dry_run(ledger, run_id="second", window=Window(None, clock.now, "initial"))
    assert [run.key.run_id for run in ledger.comparisons()] == ["first", "second"]
    assert [run.key.run_id for run in ledger.comparisons(since=clock.now - timedelta(hours=1))] == ["second"]
    assert ledger.comparisons(flow="contacts") == []
