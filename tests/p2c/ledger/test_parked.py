from __future__ import annotations

from fixtures.ledger import FINGERPRINT, Clock, record, row

from p2c.ledger import Ledger, Outcome, Reason, RunKey, Window

CHILDREN = RunKey("contacts", "run 1", "contacts", "USMF")
PARENTS = {"parent": "accounts"}


def park(ledger: Ledger, child: str, parent: str, field: str = "parent") -> None:
    ledger.begin_run(CHILDREN, Window(None, None, "full"))
    reason = Reason("parent", "It waits.", field, parent)
    ledger.record(CHILDREN, [row(child, Outcome.PARKED, reasons=(reason,))], fingerprint=FINGERPRINT)


def released(ledger: Ledger, limit: int = 100, organization: str = "USMF") -> list[str]:
    return ledger.rows_released("contacts", organization, PARENTS, limit)


def test_a_parked_row_is_released_when_its_parent_lands(ledger: Ledger) -> None:
    park(ledger, "child", "1")
    assert released(ledger) == []
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    assert released(ledger) == ["child"]


def test_a_parent_that_landed_before_its_child_was_recorded_counts(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    park(ledger, "child", "1")
    assert released(ledger) == ["child"]


def test_a_parent_that_is_rejected_releases_nothing(ledger: Ledger) -> None:
    park(ledger, "child", "1")
    record(ledger, row("1", Outcome.REJECTED))
    assert released(ledger) == []


def test_rows_of_other_organizations_and_other_fields_are_not_released(ledger: Ledger) -> None:
    park(ledger, "child", "1", field="another field")
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    assert released(ledger) == []
    assert released(ledger, organization="DEMF") == []


def test_no_more_are_released_than_a_run_takes_up_and_the_longest_parked_first(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    for child in ("b", "a", "c"):
        park(ledger, child, "1")
        clock.advance(minutes=1)
    assert released(ledger, limit=2) == ["b", "a"]


def test_a_row_that_is_parked_again_waits_for_its_new_parent_only(ledger: Ledger) -> None:
    park(ledger, "child", "1")
    park(ledger, "child", "2")
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    assert released(ledger) == []
    record(ledger, row("2", Outcome.CREATED, destination_key="A-2", ours=True))
    assert released(ledger) == ["child"]


def test_a_row_that_landed_or_was_dismissed_is_not_released(ledger: Ledger) -> None:
    park(ledger, "landed", "1")
    park(ledger, "dismissed", "1")
    ledger.record(CHILDREN, [row("landed", Outcome.CREATED)], fingerprint=FINGERPRINT)
    ledger.dismiss("contacts", "USMF", ["dismissed"], by="ann", why="Closed.")
    record(ledger, row("1", Outcome.CREATED, destination_key="A-1", ours=True))
    assert released(ledger) == []


def test_a_row_with_two_parents_is_released_once(ledger: Ledger) -> None:
    ledger.begin_run(CHILDREN, Window(None, None, "full"))
    reasons = tuple(Reason("parent", "It waits.", "parent", parent) for parent in ("1", "2", "1"))
    ledger.record(CHILDREN, [row("child", Outcome.PARKED, reasons=reasons)], fingerprint=FINGERPRINT)
    landed = [row(id_, Outcome.CREATED, destination_key=f"A-{id_}", ours=True) for id_ in ("1", "2")]
    record(ledger, *landed)
    assert released(ledger) == ["child"]
