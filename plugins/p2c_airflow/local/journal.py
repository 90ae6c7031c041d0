"""Whether the systems' own journals show the writes that runs report, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from p2c.flow import Flow
from p2c.flows import FLOWS, flow_named
from p2c.ledger import Outcome, RowOutcome, Run
from p2c_airflow.local.systems import Row
from p2c_metadata import load

#: Rows by entity set and what became of them.
Writes = Counter[tuple[str, str]]
Place = tuple[str, str]


def journalled(effects: Iterable[Row]) -> Writes:
    """How many rows of each entity set were created, updated and deleted.

    A row that was created and then updated is a created one. What happens to a line happens to its header; lines that
    are deleted are counted beside it.
    """
    kinds: dict[Place, list[str]] = {}
    for effect in effects:
        kinds.setdefault((str(effect["entity_set"]), str(effect["key"])), []).append(str(effect["kind"]))
    headers = {flow.lines.flow.destination.entity_set: flow for flow in FLOWS.values() if flow.lines}
    became = {place: kind for place, of_place in kinds.items() if (kind := _became(of_place))}
    counted: Writes = Counter()
    written = {place: kind for place, kind in became.items() if place[0] not in headers}
    for (entity_set, key), kind in became.items():
        if entity_set in headers:
            written.setdefault(_header(headers[entity_set], entity_set, key), "updated")
            counted[entity_set, kind] += kind == "deleted"
    counted.update((entity_set, kind) for (entity_set, _), kind in written.items())
    return +counted


def reported(outcomes: Iterable[tuple[Run, Iterable[RowOutcome]]]) -> Writes:
    """The same as runs report it. A row that left scope counts where something was done to it at the destination."""
    counted: Writes = Counter()
    for run, rows in outcomes:
        flow = flow_named(run.key.flow)
        for row in rows:
            counted[flow.destination.entity_set, _kind(row)] += 1
            if flow.lines:
                counted[flow.lines.flow.destination.entity_set, "deleted"] += row.deleted
    return Counter({place: count for place, count in counted.items() if count and place[1]})


def written_rows(outcomes: Iterable[tuple[Run, Iterable[RowOutcome]]]) -> set[tuple[str, str, str]]:
    """Flow, organization and integration key of each row that runs wrote."""
    return {
        (run.key.flow, run.key.organization, row.integration_key)
        for run, rows in outcomes
        for row in rows
        if _kind(row)
    }


def _became(kinds: Sequence[str]) -> str:
    """What became of a row by all that happened to it, empty for one that came and went."""
    if kinds[0] == "created":
        return "" if kinds[-1] == "deleted" else "created"
    return "deleted" if "deleted" in kinds else "updated"


def _header(flow: Flow, line_set: str, key: str) -> Place:
    """The place of a line's header: its key is part of the line's."""
    model = load(flow.destination.system)
    values = dict(zip(model.entity_set(line_set).key, key.split(","), strict=True))
    entity_set = flow.destination.entity_set
    return entity_set, ",".join(values[name] for name in model.entity_set(entity_set).key)


def _kind(row: RowOutcome) -> str:
    if row.outcome is Outcome.LEFT:
        return "updated" if row.changed_fields else ""
    return row.outcome.value if row.outcome in (Outcome.CREATED, Outcome.UPDATED) else ""
