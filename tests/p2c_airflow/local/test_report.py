from __future__ import annotations

import re

import pytest
from fixtures.rounds import FirstRound

from p2c.flows import FLOWS
from p2c.ledger import Outcome
from p2c_airflow.local.report import Report, identity


@pytest.fixture
def report(first_round: FirstRound) -> Report:
    """The report of the first round of all flows."""
    rounds = first_round.rounds
    found = Report(rounds.steps.ledger, first_round.systems, rounds.steps.site)
    for flow in FLOWS:
        found.take(flow, "first")
    return found


def test_each_run_is_printed_once_with_the_sum_of_its_rows(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_ended()
    printed = capsys.readouterr().out
    assert re.search(r"usmf  Accounts to customers    \d+ read = \d+ created \+ \d+ updated", printed)
    report.print_ended()
    assert capsys.readouterr().out == ""


def test_the_sum_of_the_outcomes_is_what_was_read(report: Report) -> None:
    for run, outcomes in report.runs_with_outcomes():
        assert identity(run, 0).startswith(f"{len(outcomes)} read = ")


def test_a_run_of_another_dag_run_is_not_reported(first_round: FirstRound) -> None:
    rounds = first_round.rounds
    report = Report(rounds.steps.ledger, first_round.systems, rounds.steps.site)
    report.take("accounts", "first")
    assert {run.key.flow for run in report.runs()} == {"accounts"}


def test_each_row_that_did_not_land_is_named_with_value_and_reason(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    report.print_reasons()
    printed = capsys.readouterr().out
    assert "rejected  US-041 Pinetree Outfitters: AddressState: 'Calif.' is not in" in printed
    assert "map the value in site.toml" in printed


def test_rows_with_the_same_fault_are_told_together(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_reasons()
    printed = capsys.readouterr().out
    assert "The same for US-103 Rain Projectors." in printed


def test_rows_out_of_scope_are_counted_by_reason(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_reasons()
    assert "skipped   1 x Out of scope: the account is inactive in Sales." in capsys.readouterr().out


def test_rows_of_another_organization_are_no_reason_to_mend(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_reasons()
    assert "belongs to business unit" not in capsys.readouterr().out
    assert any(row.outcome is Outcome.SKIPPED for _, rows in report.runs_with_outcomes() for row in rows)


def test_rows_that_no_organization_selects_are_named(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.print_unselected()
    assert "Selected by no organization: contacts to contacts: CON-01024-BYRYMH" in capsys.readouterr().out


def test_a_reason_that_was_told_is_not_told_again(
    first_round: FirstRound, report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    report.print_reasons()
    capsys.readouterr()
    rounds = first_round.rounds
    later = Report(rounds.steps.ledger, first_round.systems, rounds.steps.site, report)
    later.take("accounts", "first")
    later.print_reasons()
    assert capsys.readouterr().out.strip() == "Rows that did not land, and why. What was told above is left out."


@pytest.mark.parametrize(("deleted", "told"), [(0, ""), (1, ", 1 line deleted"), (2, ", 2 lines deleted")])
def test_lines_that_were_deleted_stand_beside_the_sum(report: Report, deleted: int, told: str) -> None:
    run = report.runs()[0]
    assert identity(run, deleted) == identity(run, 0) + told
