from __future__ import annotations

from datetime import UTC, datetime

from fixtures.ledger import WHOLE, Clock, run_key
from sqlalchemy import Engine

from p2c.ledger import Ledger


def test_entries_are_dated_by_the_given_clock(ledger: Ledger, clock: Clock) -> None:
    assert ledger.begin_run(run_key(), WHOLE).started_at == clock.now


def test_without_a_clock_entries_are_dated_now_in_utc(engine: Engine) -> None:
    before = datetime.now(UTC)

    started = Ledger(engine).begin_run(run_key(), WHOLE).started_at

    assert before <= started <= datetime.now(UTC)
