from __future__ import annotations

import pytest
from fixtures.rounds import FirstRound, Rounds

from p2c.flows import FLOWS
from p2c_airflow.local.changes import make_changes
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.verdict import Verdict

KEY = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-001')"


def verdict(rounds: Rounds, systems: Systems) -> Verdict:
    """The verdict about both systems as they stand now."""
    return Verdict(Snapshot(systems, rounds.steps.site), rounds.steps.ledger)


def test_both_systems_are_as_they_have_to_be_after_the_first_round_and_after_changes(
    rounds: Rounds, systems: Systems, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds.run("first")
    assert verdict(rounds, systems).print() == []
    list(make_changes(systems))
    rounds.steps.let_pass(60)
    rounds.run("second")
    assert verdict(rounds, systems).print() == []
    assert "usmf  Accounts to customers    " in capsys.readouterr().out


def test_every_flow_has_rows_to_compare(first_round: FirstRound) -> None:
    judged = verdict(first_round.rounds, first_round.systems)
    assert [flow for flow in FLOWS if judged.compare(flow, "usmf").fields == 0] == []


def test_a_field_that_differs_from_its_source_is_wrong(rounds: Rounds, systems: Systems) -> None:
    rounds.run("first", "accounts")
    systems.write_finance("PATCH", KEY, {"PrimaryContactPhone": "wrong"})
    [problem] = verdict(rounds, systems).compare("accounts", "usmf").problems
    assert problem.startswith("US-001: PrimaryContactPhone is 'wrong', not '")


def test_a_row_that_was_never_read_is_wrong(rounds: Rounds, systems: Systems) -> None:
    assert "US-001 has never been read" in verdict(rounds, systems).compare("accounts", "usmf").problems


def test_a_row_that_is_missing_at_the_destination_is_wrong(rounds: Rounds, systems: Systems) -> None:
    rounds.run("first", "accounts")
    rounds.steps.sandbox.delete_rows("finance_operations", "CustomersV3", ["usmf", "US-001"])
    assert "US-001 is missing" in verdict(rounds, systems).compare("accounts", "usmf").problems


def test_a_row_that_landed_though_it_is_out_of_scope_is_wrong(rounds: Rounds, systems: Systems) -> None:
    rounds.run("first", "accounts")
    [account] = systems.sales_rows("accounts?$filter=accountnumber eq 'US-001'")
    systems.write_sales("PATCH", f"accounts({account['accountid']})", {"statecode": 1})
    problems = verdict(rounds, systems).compare("accounts", "usmf").problems
    assert problems == ["US-001 has landed, but is out of scope"]


def test_rows_held_back_are_counted(first_round: FirstRound) -> None:
    compared = verdict(first_round.rounds, first_round.systems).compare("accounts", "usmf")
    assert compared.held_back
    assert f"{compared.held_back} held back" in compared.line()


def test_a_row_that_came_into_being_though_nothing_wants_it_is_wrong(
    rounds: Rounds, systems: Systems, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds.run("first", "accounts")
    body = {
        "dataAreaId": "usmf",
        "CustomerAccount": "STRAY-1",
        "OrganizationName": "Stray",
        "CustomerGroupId": "10",
        "SalesCurrencyCode": "USD",
    }
    systems.write_finance("POST", "CustomersV3", body)
    assert "CustomersV3 usmf,STRAY-1 is there, and has no business to be" in verdict(rounds, systems).print()
