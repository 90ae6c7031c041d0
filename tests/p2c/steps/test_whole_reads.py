from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fixtures.steps import Steps

from p2c.errors import ConfigurationError, NothingToReadError
from p2c.ledger import RunKey, Window
from p2c.steps.whole_reads import window_without_dates
from p2c.window import RunOptions

START, END = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def window(steps: Steps, run_id: str, **options: Any) -> Window | None:
    return window_without_dates(steps.context(run_id), RunOptions(**options), NOW)


def key(steps: Steps, run_id: str, organization: str = "usmf") -> RunKey:
    return RunKey(steps.flow, run_id, steps.flow, organization)


def test_a_run_that_is_no_backfills_has_the_usual_window(steps: Steps) -> None:
    for options in ({}, {"full": True}, {"keys": ("D0001",)}, {"keys": ("D0001",), "interval": (START, END)}):
        assert window(steps, "first", **options) is None


def test_dates_are_refused(steps: Steps) -> None:
    with pytest.raises(ConfigurationError, match="carries no modification time"):
        window(steps, "first", start=START)


def test_one_run_of_a_backfill_reads_everything(steps: Steps) -> None:
    everything = window(steps, "first", interval=(START, END))
    assert everything == Window(None, NOW, "interval")
    steps.ledger.begin_run(key(steps, "first"), everything)
    with pytest.raises(NothingToReadError, match="first has read all of them"):
        window(steps, "second", interval=(END, NOW))


def test_the_next_run_reads_where_the_first_failed(steps: Steps) -> None:
    steps.ledger.begin_run(key(steps, "first"), Window(None, NOW, "interval"))
    steps.ledger.note_state(key(steps, "first"), "failed")
    assert window(steps, "second", interval=(START, END)) == Window(None, NOW, "interval")


def test_a_scheduled_run_and_another_organization_do_not_count(steps: Steps) -> None:
    steps.ledger.begin_run(key(steps, "daily"), Window(None, NOW, "watermark"))
    steps.ledger.begin_run(key(steps, "first", "demf"), Window(None, NOW, "interval"))
    assert window(steps, "first", interval=(START, END)) == Window(None, NOW, "interval")
