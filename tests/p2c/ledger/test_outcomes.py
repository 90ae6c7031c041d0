from __future__ import annotations

from sqlalchemy import Engine

from p2c.ledger import Ledger, Outcome, RowOutcome, RunKey, Window

KEY = RunKey("accounts", "run", "accounts", "USMF")


def test_basic(engine: Engine) -> None:
    ledger = Ledger(engine)
    ledger.begin_run(KEY, Window(None, None, "full"))
    ledger.record(KEY, [RowOutcome("1", "A-1", 1, Outcome.CREATED, ours=True)], fingerprint="f")
    assert ledger.counts(KEY) == {Outcome.CREATED: 1}
    assert [o.source_id for o in ledger.outcomes(KEY)] == ["1"]
    assert ledger.states("accounts", "USMF", ["1"])["1"].ours
    assert ledger.holders("accounts", "USMF", ["a-1 "])["a-1"][0].source_id == "1"
    assert ledger.rows_due("accounts", "USMF", fingerprint="f", limit=5) == []
