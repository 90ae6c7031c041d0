from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fixtures.ledger import WHOLE, Clock, run_key

from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.ledger import Ledger, Outcome
from p2c.steps.step_progress import StepProgress


def begun(folder: Path) -> Ledger:
    engine = open_engine(f"sqlite:///{folder / 'ledger.sqlite'}")
    initialize(engine, [])
    ledger = Ledger(engine)
    ledger.begin_run(run_key(), WHOLE)
    return ledger


def test_the_ledger_hears_of_progress_every_few_seconds_at_most(tmp_path: Path) -> None:
    ledger, clock = begun(tmp_path), Clock()
    progress, heard = StepProgress(clock), []
    for done in range(10):
        clock.advance(seconds=1)
        progress.note(ledger, run_key(), "load", done, 100)
        run = ledger.run(run_key())
        heard.append(run.progress.done if run and run.progress else None)
    assert heard == [None, None, 2, 2, 2, 5, 5, 5, 8, 8]


def test_rate_and_time_left_follow_and_end_with_the_run(tmp_path: Path) -> None:
    ledger, clock = begun(tmp_path), Clock()
    progress = StepProgress(clock)
    clock.advance(seconds=10)
    progress.note(ledger, run_key(), "load", 500, 2000)
    run = ledger.run(run_key())
    assert run is not None
    assert run.progress is not None
    assert (run.progress.step, run.progress.rate, run.progress.left) == ("load", 50, timedelta(seconds=30))
    ledger.finish_run(run_key(), "success", {Outcome.CREATED: 1})
    run = ledger.run(run_key())
    assert run is not None
    assert run.progress is None


def test_without_a_total_no_time_left_is_told(tmp_path: Path) -> None:
    ledger, clock = begun(tmp_path), Clock()
    progress = StepProgress(clock)
    clock.advance(seconds=10)
    progress.note(ledger, run_key(), "extract", 500)
    run = ledger.run(run_key())
    assert run is not None
    assert run.progress is not None
    assert (run.progress.rate, run.progress.left) == (50, None)
