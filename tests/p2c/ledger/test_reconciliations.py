from __future__ import annotations

from dataclasses import replace

from fixtures.ledger import Clock, record, row

from p2c.discrepancy import Discrepancy
from p2c.ledger import Ledger, Outcome
from p2c.ledger.reconciliations import Finding, Identity, Reconciliation


def test_the_latest_takes_the_place_of_the_one_before(ledger: Ledger, clock: Clock) -> None:
    found = Reconciliation("accounts", "USMF", clock.now, {Discrepancy.MISSING: Finding(2, ("A", "B"))})
    ledger.record_reconciliation(found)
    later = replace(found, at=clock.advance(days=1), findings={})
    ledger.record_reconciliation(later)
    ledger.record_reconciliation(replace(found, organization="DEMF"))
    assert ledger.reconciliations(["accounts"]) == [replace(found, organization="DEMF"), later]
    assert ledger.reconciliations(["quotes"]) == []


def test_a_row_counts_as_landed_while_its_destination_row_is_ours(ledger: Ledger) -> None:
    record(
        ledger,
        row("1", Outcome.CREATED, destination_key="US-1", ours=True),
        row("2", Outcome.REJECTED),
    )
    assert sorted(ledger.identities("accounts", "USMF")) == [
        Identity("1", "A-1", "us-1", landed=True),
        Identity("2", "A-2", None, landed=False),
    ]
