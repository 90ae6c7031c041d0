"""The page of the initial load, as its DAG shows it."""

from __future__ import annotations

from collections.abc import Iterable

from p2c.flow import Flow

PAGE = """# Initial load

Reads every row of every flow, whatever its age, and brings the destinations in step. For each organization the flows
run one after another: {flows}. After it each flow's own DAG goes on from where this one read.

1. Trigger it as the form stands: a **dry run**. It writes nothing. The log of each load shows what would be created,
   which rows were there before and wait to be adopted, and every field that differs; `p2c differences` shows the same.
2. Mend what is rejected: value maps and defaults in `site.toml`, rows in the source.
3. Trigger it with *Dry run* off. *Adopt* takes over the destination rows that were there before.

Running it again is safe: rows that agree are not written. It never stops for the share of bad rows, it reports them.
A flow starts when the one before it has ended, even if that failed or was skipped: a row that needs one which did not
land waits for it (*parked*) and lands by itself later. The run as a whole succeeds only if every load did."""


def initial_load_page(flows: Iterable[Flow]) -> str:
    """What the initial load does, with its flows in their order."""
    return PAGE.format(flows=", ".join(flow.title[:1].lower() + flow.title[1:] for flow in flows))
