from __future__ import annotations

from fixtures.ledger import FINGERPRINT, WHOLE, row, run_key

from p2c.ledger import Ledger, Outcome, Reason
from p2c.ledger.records import NOT_SELECTED

JAPAN = Reason(NOT_SELECTED, "It belongs to business unit 'Contoso Japan'.", "unit", "Contoso Japan")
INACTIVE = Reason("out_of_scope", "Out of scope: the account is inactive in Sales.", "statecode", "1")
ORGANIZATIONS = ["USMF", "DEMF"]


def judge(ledger: Ledger, organization: str, **outcomes: Reason | None) -> None:
    """Record rows of one organization: skipped for a reason, or created."""
    key = run_key("run 1", organization)
    ledger.begin_run(key, WHOLE)
    rows = [
        row(source_id, Outcome.SKIPPED, reasons=(reason,)) if reason else row(source_id)
        for source_id, reason in outcomes.items()
    ]
    ledger.record(key, rows, fingerprint=FINGERPRINT)


def unselected(ledger: Ledger, organizations: list[str] = ORGANIZATIONS) -> list[str]:
    return [found.source_id for found in ledger.rows_unselected("accounts", organizations)]


def test_a_row_that_every_organization_passed_over_is_listed_with_one_reason(ledger: Ledger) -> None:
    judge(ledger, "USMF", ours=None, nobodys=JAPAN)
    judge(ledger, "DEMF", ours=JAPAN, nobodys=JAPAN)
    (found,) = ledger.rows_unselected("accounts", ORGANIZATIONS)
    assert (found.source_id, found.integration_key, found.reasons) == ("nobodys", "A-nobodys", (JAPAN,))


def test_a_row_that_one_organization_selects_but_skips_is_not_listed(ledger: Ledger) -> None:
    judge(ledger, "USMF", ours=INACTIVE)
    judge(ledger, "DEMF", ours=JAPAN)
    assert unselected(ledger) == []


def test_a_row_that_an_organization_has_not_judged_is_not_listed(ledger: Ledger) -> None:
    judge(ledger, "USMF", new=JAPAN)
    judge(ledger, "DEMF", other=JAPAN)
    assert unselected(ledger) == []
    assert unselected(ledger, ["USMF"]) == ["new"]


def test_a_row_that_left_its_organization_for_none_is_listed(ledger: Ledger) -> None:
    judge(ledger, "DEMF", moved=JAPAN)
    key = run_key("run 1", "USMF")
    ledger.begin_run(key, WHOLE)
    ledger.record(key, [row("moved", Outcome.LEFT, reasons=(JAPAN,))], fingerprint=FINGERPRINT)
    assert unselected(ledger) == ["moved"]


def test_rows_of_other_flows_do_not_count(ledger: Ledger) -> None:
    judge(ledger, "USMF", nobodys=JAPAN)
    assert list(ledger.rows_unselected("contacts", ["USMF"])) == []
    assert ledger.organizations_judging("contacts", ORGANIZATIONS) == []


def test_organizations_judge_a_flow_once_they_have_run_it(ledger: Ledger) -> None:
    judge(ledger, "DEMF", nobodys=JAPAN)
    assert ledger.organizations_judging("accounts", ORGANIZATIONS) == ["DEMF"]
