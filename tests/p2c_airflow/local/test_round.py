from __future__ import annotations

import pytest
from fixtures.rounds import FirstRound, Rounds

from p2c.flows import FLOWS
from p2c_airflow.local.changes import Change
from p2c_airflow.local.round import Round
from p2c_airflow.local.stack import Stack
from p2c_airflow.local.systems import Systems


@pytest.fixture
def first(first_round: FirstRound) -> Round:
    """A first round of all flows."""
    return reported(first_round.stack, first_round.rounds, first_round.systems, "first", *FLOWS)


def reported(stack: Stack, rounds: Rounds, systems: Systems, run_id: str, *flows: str) -> Round:
    """A round that reports these runs."""
    found = Round(stack, rounds.steps.ledger, systems, rounds.steps.site)
    for flow in flows:
        found.report.take(flow, run_id)
    return found


def test_a_round_holds_whose_writes_the_journals_show(first: Round, capsys: pytest.CaptureFixture[str]) -> None:
    assert first.judge(set(), 0) == []
    assert "journals, as reported: " in capsys.readouterr().out


def test_a_write_that_no_run_reports_is_wrong(idle_stack: Stack, rounds: Rounds, systems: Systems) -> None:
    path = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-004')"
    systems.write_finance("PATCH", path, {"PrimaryContactPhone": "1"})
    problem = reported(idle_stack, rounds, systems, "first").judge(set(), 0)[-1]
    assert problem == "reported were: no write"


def test_a_failed_step_of_a_sound_organization_is_wrong(first: Round) -> None:
    assert first.judge({"demf"}, 0) == ["a step of demf failed"]


def test_a_failed_step_of_the_broken_organization_is_as_it_should_be(first: Round) -> None:
    assert first.judge({"glco"}, 0) == []


def test_an_organization_that_did_not_run_is_wrong(idle_stack: Stack, rounds: Rounds, systems: Systems) -> None:
    problems = Round(idle_stack, rounds.steps.ledger, systems, rounds.steps.site).judge(set(), 0)
    assert problems == ["usmf has not run", "demf has not run"]


def test_a_second_round_writes_nothing(idle_stack: Stack, rounds: Rounds, systems: Systems) -> None:
    rounds.run("first", "accounts")
    before = systems.effects()[-1]["id"]
    rounds.run("second", "accounts", full=True)
    second = reported(idle_stack, rounds, systems, "second", "accounts")
    assert second.judge(set(), before) == []
    assert second.compare_written([]) == []


def test_rows_written_though_nobody_changed_them_are_wrong(first: Round) -> None:
    change = Change("Sales", "", (("accounts", "US-002"), ("accounts", "US-999")))
    problems = first.compare_written([change])
    assert "accounts usmf US-999 had to be written and was not" in problems
    assert "accounts usmf US-005 was written though nobody changed it" in problems
    assert not [problem for problem in problems if "US-002" in problem]
