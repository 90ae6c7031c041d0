from __future__ import annotations

from fixtures.ledger import WHOLE, Clock, run_key

from p2c.ledger import Ledger
from p2c.ledger.pages import Cut
from p2c.ledger.run_history import RunChoice, Sort

DAGS = ("accounts",)


def runs(ledger: Ledger, clock: Clock) -> None:
    """The first is the longest, the last still runs."""
    for run_id, minutes in (("long", 30), ("short", 1), ("running", 0)):
        ledger.begin_run(run_key(run_id), WHOLE)
        clock.advance(minutes=minutes or 5)
        if minutes:
            ledger.finish_run(run_key(run_id), "success", {})


def listed(ledger: Ledger, sort: Sort = "started", *, descending: bool = True, **filters: str) -> list[str]:
    page = ledger.run_page(RunChoice(DAGS, **filters), Cut(), sort, descending=descending)
    return [run.key.run_id for run in page.rows]


def test_runs_stand_newest_first_or_as_they_are_sorted(ledger: Ledger, clock: Clock) -> None:
    runs(ledger, clock)
    assert listed(ledger) == ["running", "short", "long"]
    assert listed(ledger, descending=False) == ["long", "short", "running"]
    assert listed(ledger, "duration") == ["long", "short", "running"]
    assert listed(ledger, "state") == ["short", "long", "running"]


def test_runs_are_chosen_by_every_filter(ledger: Ledger, clock: Clock) -> None:
    runs(ledger, clock)
    assert listed(ledger, state="running") == ["running"]
    assert listed(ledger, text="OR") == ["short"]
    assert listed(ledger, run_id="long") == ["long"]
    assert listed(ledger, organization="DEMF") == []


def test_runs_of_other_dags_are_left_out(ledger: Ledger, clock: Clock) -> None:
    runs(ledger, clock)
    assert ledger.run_page(RunChoice(()), Cut()).total == 0
    assert ledger.latest_runs("accounts", "USMF", (), 5) == []
    assert [run.key.run_id for run in ledger.latest_runs("accounts", "USMF", DAGS, 2)] == ["running", "short"]
    assert ledger.dags_by_flow() == {"accounts": frozenset(DAGS)}
