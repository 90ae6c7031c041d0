from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from fixtures.steps import Steps
from sqlalchemy import event

from p2c.ledger import Outcome

OLDER, NEWER = "555 0102", "555 0103"


@contextmanager
def broken_off(steps: Steps) -> Iterator[None]:
    """The process ends before the ledger hears of the first row written."""

    def end(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO ledger_row_outcomes"):
            raise KeyboardInterrupt

    event.listen(steps.engine, "before_cursor_execute", end)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        event.remove(steps.engine, "before_cursor_execute", end)


@pytest.fixture
def older(steps: Steps) -> Mapping[str, Any]:
    """What a run has staged to load, when another has written a newer version and was broken off."""
    steps.run("first")
    steps.change_account("US-001", telephone1=OLDER)
    staged = steps.judged("older")
    steps.change_account("US-001", telephone1=NEWER)
    newer = steps.judged("newer")
    with broken_off(steps):
        steps.load("newer", newer)
    assert steps.customers()["US-001"]["PrimaryContactPhone"] == NEWER
    return staged


def test_an_older_version_is_not_written_over_what_a_killed_load_may_have_written(
    steps: Steps, older: Mapping[str, Any]
) -> None:
    steps.load("older", older)
    assert steps.customers()["US-001"]["PrimaryContactPhone"] == NEWER
    outcome = steps.outcome("older", "US-001")
    assert (outcome.outcome, outcome.reasons[0].code) == (Outcome.SKIPPED, "older_version")
    assert "newer was loading when it was broken off" in outcome.reasons[0].text


def test_the_next_scheduled_run_settles_the_row(steps: Steps, older: Mapping[str, Any]) -> None:
    steps.load("older", older)
    writes = len(steps.writes())
    steps.run("next")
    assert steps.outcome("next", "US-001").outcome is Outcome.UNCHANGED
    assert len(steps.writes()) == writes


def test_the_broken_load_settles_the_row_when_it_is_done_again(steps: Steps, older: Mapping[str, Any]) -> None:
    steps.load("older", older)
    steps.load("newer", steps.judged("newer"))
    assert steps.outcome("newer", "US-001").outcome is Outcome.UNCHANGED


def test_a_broken_load_of_which_nothing_is_staged_any_more_stops_no_other(
    steps: Steps, older: Mapping[str, Any]
) -> None:
    steps.staging.discard_run("accounts", "newer")
    steps.load("older", older)
    assert steps.outcome("older", "US-001").outcome is Outcome.UPDATED
    assert any("is discarded" in line for line in steps.lines)
