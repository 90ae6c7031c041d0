from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.ledger import WHOLE, run_key

from p2c.ledger import Run
from p2c_airflow.ui.charts import duration_columns, outcome_columns

START = datetime(2026, 3, 1, tzinfo=UTC)


def run(minutes: int, **counts: int) -> Run:
    return Run(run_key(), WHOLE, False, False, "success", START, START + timedelta(minutes=minutes), counts)


def test_outcomes_are_stacked_to_scale_the_oldest_run_first() -> None:
    old, new = outcome_columns([run(1, created=10), run(1, created=2, failed=3)], 20, 10, quiet=False)
    assert [(bar.kind, bar.y, bar.height) for bar in old.bars] == [("created", 8, 2), ("failed", 5, 3)]
    assert [(bar.x, bar.kind, bar.height) for bar in new.bars] == [(10, "created", 10)]


def test_rows_without_effect_do_not_drown_the_others() -> None:
    (column,) = outcome_columns([run(1, unchanged=100000, created=1)], 10, 10, quiet=False)
    assert [bar.kind for bar in column.bars] == ["created"]


def test_a_run_without_effect_is_still_seen() -> None:
    (column,) = outcome_columns([run(1, unchanged=5)], 10, 10, quiet=False)
    assert [bar.kind for bar in column.bars] == ["none success"]


def test_durations_are_drawn_to_scale() -> None:
    assert [column.bars[0].height for column in duration_columns([run(4), run(1)], 10, 100)] == [25, 100]
