"""Clearing up what runs left behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from p2c.ledger import Ledger
from p2c.site_settings import RetentionSettings
from p2c.staging import Staging


class Cleared(NamedTuple):
    """What was removed: staged sets of runs, entries about rows, and runs."""

    staged_runs: int
    rows: int
    runs: int


def clear_up(settings: RetentionSettings, ledger: Ledger, staging: Staging, now: datetime) -> Cleared:
    """Remove what is older than the settings say; run again after a failure, it goes on. Raises IntegrationError."""
    staged = 0
    old = ledger.runs_to_clear(now - timedelta(days=settings.staged_days))
    for dag_id, runs in groupby(old, key=lambda run: run.dag_id):
        holds = staging.holds(dag_id)
        for run in (run for run in runs if holds(run.run_id)):
            staging.discard_run(dag_id, run.run_id)
            staged += 1
    rows = ledger.discard_rows(now - timedelta(days=settings.rows_days))
    return Cleared(staged, rows, ledger.discard_runs(now - timedelta(days=settings.runs_days)))
