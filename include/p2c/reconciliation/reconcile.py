"""Hold the keys of both systems against the identity map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from p2c.discrepancy import Discrepancy
from p2c.flow import Flow
from p2c.ledger import Ledger
from p2c.ledger.reconciliations import Finding, Identity, Reconciliation
from p2c.reconciliation.keys import SystemKeys

#: Keys that are kept of each kind.
EXAMPLES = 20

Place = tuple[Flow, str]


def reconcile(
    ledger: Ledger, keys: SystemKeys, flow: Flow, organization: str, places: Sequence[Place], now: datetime
) -> Reconciliation:
    """What disagrees for one flow and organization; reads only.

    ``places`` are all flows, as the site has them, with the organizations they run for: a destination row is extra only
    if no row of any of them is kept there. It is told of once, where its place is first among those that share it.
    """
    found: defaultdict[Discrepancy, list[str]] = defaultdict(list)
    source, destination = keys.of_source(flow, organization), keys.of_destination(flow, organization)
    judged = set[str]()
    for row in ledger.identities(flow.name, organization):
        judged.add(row.source_id)
        for kind in _of_row(row, source, destination):
            found[kind].append(row.integration_key or row.source_id)
    found[Discrepancy.NEVER_READ] = sorted(source - judged)
    sharing = [place for place in places if keys.place(*place) == keys.place(flow, organization)]
    if sharing and sharing[0] == (flow, organization):
        ours = {row.destination_key for place in sharing for row in ledger.identities(place[0].name, place[1])}
        for key, marked in destination.items():
            if key not in ours:
                found[Discrepancy.EXTRA if marked else Discrepancy.NOT_OURS].append(key)
    findings = {kind: Finding(len(rows), tuple(sorted(rows)[:EXAMPLES])) for kind, rows in found.items() if rows}
    return Reconciliation(flow.name, organization, now, findings)


def _of_row(row: Identity, source: frozenset[str], destination: Mapping[str, bool | None]) -> Iterator[Discrepancy]:
    if not row.landed:
        return
    if row.source_id not in source:
        yield Discrepancy.GONE
    if row.destination_key is None or row.destination_key not in destination:
        yield Discrepancy.MISSING
    elif destination[row.destination_key] is False:
        yield Discrepancy.DIFFERENT


def repair(ledger: Ledger, keys: SystemKeys, flow: Flow, organization: str) -> int:
    """Have the next run send what is missing or different; returns the number of rows.

    Nothing is written to a system here, and rows that are not ours are never touched.
    """
    source, destination = keys.of_source(flow, organization), keys.of_destination(flow, organization)
    mended = {Discrepancy.MISSING, Discrepancy.DIFFERENT}
    wanted = [
        row.source_id
        for row in ledger.identities(flow.name, organization)
        if row.source_id in source and mended.intersection(_of_row(row, source, destination))
    ]
    return ledger.retry(flow.name, organization, wanted) if wanted else 0
