"""The page of the maintenance, as its DAG shows it."""

from __future__ import annotations

from p2c.discrepancy import Discrepancy
from p2c.site_settings import RetentionSettings
from p2c_airflow.documentation.markdown import table

MEANINGS = {
    Discrepancy.MISSING: "It landed, and is not at the destination any more. Repair sends it again.",
    Discrepancy.DIFFERENT: "It landed, and the destination row lost the mark of ours. Repair sends it again.",
    Discrepancy.EXTRA: "The destination row bears our mark, but no source row is known that it came from: another "
    "integration wrote it, or the ledger is younger. Adopt it by key, or remove it there by hand.",
    Discrepancy.GONE: "Its source row was deleted. A whole read treats it as left; else see `left` in `site.toml`.",
    Discrepancy.NEVER_READ: "No run has read the source row: trigger the flow's DAG with Full.",
    Discrepancy.NOT_OURS: "Destination rows that are not ours. Nothing is done to them.",
}

PAGE = """# Maintenance

## Clear up

Removes what runs left behind, once it is old enough by `[retention]` of `site.toml`:

| what | days |
|---|---|
| staged sets, but those of the latest run of each flow and organization | {staged_days} |
| what became of each row in each run, and the differences of dry runs | {rows_days} |
| runs with their windows and counts | {runs_days} |

The present state of every row, what is due and the watermarks always stay. A step whose staged set is gone can no
longer be cleared by itself: clear the run from `extract` on.

## Reconcile

Reads the keys of both systems, and nothing else, and holds them against what runs recorded. The page shows what it
finds under *Differences*. It writes nothing; *Repair* in the form has the next runs send again what is missing or
different, and touches no row that is not ours.

{discrepancies}"""


def maintenance_page(settings: RetentionSettings) -> str:
    """What is removed, and when."""
    rows = [(kind, MEANINGS[kind]) for kind in Discrepancy]
    return PAGE.format(**dict(settings), discrepancies=table(("Found", "Meaning, and what to do"), rows))
