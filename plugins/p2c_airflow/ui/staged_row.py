"""One row in the staged sets of a run: as read, in canonical form, and as it was to be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow.sdk import ObjectStoragePath

from p2c.errors import IntegrationError
from p2c.flow import Flow
from p2c.key_range import KeyRange
from p2c.ledger import RunKey
from p2c.staging import StagedSet, Staging
from p2c_airflow.installation import installed_site, staging_address

#: A staged set of more rows is not searched: a page would take seconds.
ROWS_AT_MOST = 100_000


@dataclass(frozen=True)
class StagedRow:
    """The row in each form; empty where it is not staged. ``run`` staged it."""

    run: RunKey | None = None
    source: Mapping[str, Any] = field(default_factory=dict)
    cds: Mapping[str, Any] = field(default_factory=dict)
    destination: Mapping[str, Any] = field(default_factory=dict)


def staged_row(flow: Flow, run: RunKey, source_id: str) -> StagedRow | None:
    """The row as a run staged it; None where its sets are gone, too large to search, or do not hold it."""
    staging = Staging(ObjectStoragePath(staging_address(installed_site())))
    place = (run.dag_id, run.run_id, run.organization, run.flow)
    try:
        extracted = staging.step(*place, "extract").read()
        if extracted.rows["rows"] > ROWS_AT_MOST:
            return None
        for key_range in KeyRange(of=extracted.key_ranges).all:
            mapped = staging.step(*place, "map", key_range).read()
            if found := _found(extracted.within(key_range), mapped, flow.source.id, run, source_id):
                return found
    except IntegrationError:
        return None
    return None


def _found(extracted: StagedSet, mapped: StagedSet, id_field: str, run: RunKey, source_id: str) -> StagedRow | None:
    import pyarrow.compute as pc

    tables = (extracted.parts("rows"), mapped.parts("cds"), mapped.parts("destination"))
    for read, cds, destination in zip(*tables, strict=False):
        position = pc.index(read[id_field], source_id).as_py()
        if position >= 0:
            one = (table.slice(position, 1).to_pylist()[0] for table in (read, cds, destination))
            return StagedRow(run, *one)
    return None
