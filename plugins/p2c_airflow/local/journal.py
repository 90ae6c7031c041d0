"""Whether the systems' own journals show the writes that runs report, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from p2c.flows import flow_named
from p2c.ledger import Outcome, RowOutcome, Run
from p2c_airflow.local.systems import Row

Writes = Counter[tuple[str, str]]


def journalled(effects: Iterable[Row]) -> Writes:
    """How many rows of each entity set were created, updated and deleted.

    A row that was created and then updated is a created one.
    """
    kinds: dict[tuple[str, str], str] = {}
    for effect in effects:
        place = (str(effect["entity_set"]), str(effect["key"]))
        kinds[place] = kinds.get(place, str(effect["kind"]))
    return Counter((entity_set, kind) for (entity_set, _), kind in kinds.items())


def reported(outcomes: Iterable[tuple[Run, Iterable[RowOutcome]]]) -> Writes:
    """The same as runs report it. A row that left scope counts where something was done to it at the destination."""
    counted: Writes = Counter()
    for run, rows in outcomes:
        entity_set = flow_named(run.key.flow).destination.entity_set
        counted.update((entity_set, kind) for row in rows if (kind := _kind(row)))
    return counted


def written_rows(outcomes: Iterable[tuple[Run, Iterable[RowOutcome]]]) -> set[tuple[str, str, str]]:
    """Flow, organization and integration key of each row that runs wrote."""
    return {
        (run.key.flow, run.key.organization, row.integration_key)
        for run, rows in outcomes
        for row in rows
        if _kind(row)
    }


def _kind(row: RowOutcome) -> str:
    if row.outcome is Outcome.LEFT:
        return "updated" if row.changed_fields else ""
    return row.outcome.value if row.outcome in (Outcome.CREATED, Outcome.UPDATED) else ""
