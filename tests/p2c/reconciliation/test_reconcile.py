from __future__ import annotations

from typing import Any

from p2c.discrepancy import Discrepancy
from p2c.ledger.reconciliations import Finding

MISTAKES = set(Discrepancy) - {Discrepancy.NOT_OURS}


def mistakes(found: Any) -> dict[Discrepancy, Finding]:
    return {kind: finding for kind, finding in found.items() if kind in MISTAKES}


def test_after_a_run_both_sides_agree_and_nothing_is_written(sides: Any) -> None:
    before = len(sides.sandbox.effects())
    found = sides.look()
    assert mistakes(found) == {}
    assert found[Discrepancy.NOT_OURS].rows > 0
    assert len(sides.sandbox.effects()) == before


def test_a_customer_that_went_missing_is_named_and_sent_again_on_request(sides: Any) -> None:
    account = sides.landed()
    sides.sandbox.delete_rows("finance_operations", "CustomersV3", ["usmf", account])
    assert mistakes(sides.look()) == {Discrepancy.MISSING: Finding(1, (account,))}
    assert account not in sides.steps.customers()

    assert sides.repair() == 1
    sides.steps.run("second")
    assert account in sides.steps.customers()
    assert mistakes(sides.look()) == {}


def test_a_customer_that_lost_our_mark_is_different(sides: Any) -> None:
    account = sides.landed()
    sides.steps.rewrite(
        "finance_operations", "CustomersV3", sides.steps.customers()[account], IsExternallyMaintained="No"
    )
    assert mistakes(sides.look()) == {Discrepancy.DIFFERENT: Finding(1, (account,))}


def test_a_marked_customer_that_no_row_sent_is_extra_and_repair_leaves_it_alone(sides: Any) -> None:
    copy = dict(sides.steps.customers()[sides.landed()])
    sides.steps.rewrite("finance_operations", "CustomersV3", copy, CustomerAccount="X-1")
    assert mistakes(sides.look()) == {Discrepancy.EXTRA: Finding(1, ("x-1",))}
    assert mistakes(sides.look("contacts_to_customers")).get(Discrepancy.EXTRA) is None
    assert sides.repair() == 0


def test_a_source_row_that_was_deleted_is_gone(sides: Any) -> None:
    account = sides.landed()
    sides.sandbox.delete_rows("sales", "accounts", [sides.steps.account(account)["accountid"]])
    assert mistakes(sides.look()) == {Discrepancy.GONE: Finding(1, (account,))}
    assert sides.repair() == 0


def test_rows_that_no_run_has_read_are_told(sides: Any) -> None:
    found = sides.look("products")
    assert found[Discrepancy.NEVER_READ].rows == 29
