"""What 100,000 rows that wait cost: each run that asks which are due, and a person who searches them for what none has.

They are in the database of P2C_BENCHMARK_URL, without it in a SQLite file. None is due: parked ones wait for parents
that have not landed, rejected ones for other settings, failed ones for their time.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from p2c.database.engine import open_engine
from p2c.database.schema import initialize
from p2c.ledger import Ledger, Outcome, Reason, RowOutcome, RunKey, Window
from p2c.ledger.pages import Cut
from p2c.ledger.row_lists import DueChoice

ROWS = 100_000
PART = 5_000
RUNS = 5
WAITING = {Outcome.PARKED: "parent", Outcome.REJECTED: "too_long", Outcome.FAILED: "refused"}
CHILDREN = RunKey("contacts", "benchmark", "contacts", "usmf")


def main() -> None:
    """For each kind of row fill an empty ledger, measure, print."""
    for outcome, reason in WAITING.items():
        with tempfile.TemporaryDirectory() as folder:
            engine = open_engine(os.environ.get("P2C_BENCHMARK_URL") or f"sqlite:///{Path(folder) / 'cds.sqlite'}")
            initialize(engine, [])
            ledger = Ledger(engine)
            fill(ledger, outcome, reason)
            seconds = sorted(asked(ledger) for _ in range(RUNS))
            searches = sorted(searched(ledger) for _ in range(RUNS))
            figures = f"{median(seconds):.3f} s a run, {median(searches):.3f} s a search"
            sys.stdout.write(f"{engine.dialect.name}: {ROWS} rows {outcome}, {figures}\n")
            engine.dispose()


def fill(ledger: Ledger, outcome: Outcome, reason: str) -> None:
    """Let the rows wait; they take the place of those of another kind."""
    ledger.begin_run(CHILDREN, Window(None, None, "full"))
    for start in range(0, ROWS, PART):
        rows = [waiting(number, outcome, reason) for number in range(start, start + PART)]
        ledger.record(CHILDREN, rows, fingerprint="settings")


def waiting(number: int, outcome: Outcome, reason: str) -> RowOutcome:
    """A row of its own key and, where it waits for one, of its own parent."""
    because = Reason(reason, "It has to wait.", "_parentcustomerid_value", f"account-{number:08}")
    return RowOutcome(f"contact-{number:08}", f"C-{number:08}", 1, outcome, (because,))


def asked(ledger: Ledger) -> float:
    """Seconds that a run's question takes."""
    began = time.perf_counter()
    parents = {"_parentcustomerid_value": "accounts"}
    ledger.rows_released(CHILDREN.flow, CHILDREN.organization, parents, 1000)
    ledger.rows_due(CHILDREN.flow, CHILDREN.organization, fingerprint="settings", limit=1000)
    return time.perf_counter() - began


def searched(ledger: Ledger) -> float:
    """Seconds that a page of the view takes which finds nothing: it looks at the reasons of every row."""
    began = time.perf_counter()
    ledger.due_page(DueChoice((CHILDREN.flow,), reason="no such word"), Cut())
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
