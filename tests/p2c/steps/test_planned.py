from __future__ import annotations

from p2c.ledger import Outcome, Reason
from p2c.planning import Change, MappedRow, Plan
from p2c.steps.planned import Planned

ROW = MappedRow("id-1", "CON-1", 5, {})


def test_a_row_that_lands_is_ours_under_the_key_of_its_destination() -> None:
    outcome = Planned(ROW, Plan(Outcome.CREATED, {"Name": "x"}), "CON-1|Customer|US-001").outcome(request_id="r")
    assert (outcome.ours, outcome.destination_key, outcome.request_id) == (True, "CON-1|Customer|US-001", "r")
    assert outcome.changed_fields == ("Name",)


def test_a_row_that_does_not_land_claims_no_destination_key() -> None:
    outcome = Planned(ROW, Plan(Outcome.PARKED), "CON-1").outcome()
    assert (outcome.ours, outcome.destination_key) == (False, None)


def test_a_row_that_failed_claims_nothing_it_was_to_change() -> None:
    failed = Planned(ROW, Plan(Outcome.UPDATED, {"Name": "x"}), "CON-1").failed(Reason("refused", "No."))
    assert (failed.outcome, failed.ours, failed.changed_fields) == (Outcome.FAILED, False, ())


def test_a_row_writes_if_it_or_what_it_left_behind_changes() -> None:
    behind = Change("CON-1|Customer|US-001", {"IsInactive": "Yes"})
    assert Planned(ROW, Plan(Outcome.UNCHANGED, behind=behind)).writes
    assert Planned(ROW, Plan(Outcome.UPDATED, {"Name": "x"})).writes
    assert not Planned(ROW, Plan(Outcome.UNCHANGED)).writes
