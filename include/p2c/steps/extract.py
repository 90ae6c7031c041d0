"""Extract: the window's rows and the rows due, exactly as read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import pyarrow as pa

from p2c.errors import ConfigurationError, RequestRefusedError, unknown
from p2c.ledger import Run
from p2c.staging import StagedWriter
from p2c.steps.context import Reference, StepContext
from p2c.steps.derived import DerivedFields, ReferencingSystem
from p2c.steps.expectations import check_expectations
from p2c.systems.odata.query import Page, Query
from p2c.validation.scope import DELETED
from p2c.window import RunOptions, resolve_window

#: The column that marks a row taken up again, not newly read.
DUE = "p2c:due"

BUSINESS_UNIT_FIELDS = ("businessunitid", "name", "_parentbusinessunitid_value")

Row = Mapping[str, str | None]


class SourceSystem(ReferencingSystem, Protocol):
    """The system a flow reads."""

    def server_time(self) -> datetime: ...
    def rows_by_id(
        self, entity_set: str, id_field: str, ids: Sequence[str], fields: Sequence[str]
    ) -> Iterator[Page]: ...


def extract(context: StepContext, source: SourceSystem, options: RunOptions) -> Reference:
    """Read the run's window; a retry goes on after its last whole part.

    Raises ConfigurationError, StagingError and what reading raises.
    """
    check_expectations(context.applied_flow, source)
    run = _begun(context, source, options)
    units = _business_units(source)
    selected = selected_units(context.settings.business_units, units)
    writer = _staged(context, source, run)
    names = {unit: name for unit, (name, _) in units.items()}
    rows = writer.commit({"units": names, "selected_units": selected}).rows["rows"]
    context.progress(f"{rows} rows read from {context.flow.source.entity_set}")
    return context.reference(context.staged("extract"), rows, {"read": rows})


def _begun(context: StepContext, source: SourceSystem, options: RunOptions) -> Run:
    started = context.ledger.run(context.key)
    if started:
        window = started.window
    else:
        watermark = context.ledger.watermark(context.flow.name, context.organization)
        window = resolve_window(options, watermark, source.server_time(), context.site.runs.overlap)
    return context.ledger.begin_run(context.key, window, dry_run=options.dry_run, adopt=options.adopt)


def _staged(context: StepContext, source: SourceSystem, run: Run) -> StagedWriter:
    """Stage the rows; a place to go on that the source has forgotten since means to begin anew."""
    extraction = _Extraction(context, source, run, resume=True)
    try:
        extraction.write()
    except RequestRefusedError:
        if not extraction.resumes:
            raise
        context.progress("The source no longer knows where the interrupted read stood; it begins anew.")
        extraction = _Extraction(context, source, run, resume=False)
        extraction.write()
    return extraction.writer


class _Extraction:
    """Reads one run into a writer, part by part."""

    def __init__(self, context: StepContext, source: SourceSystem, run: Run, *, resume: bool) -> None:
        self.context = context
        self.source = source
        self.run = run
        self.origin = context.applied_flow.source
        self.fields: tuple[str, ...] = context.applied_flow.source_fields()
        self.derived = DerivedFields(self.origin, source)
        names = (*self.fields, *self.derived.names, DUE, DELETED)
        self.schema = pa.schema([(name, pa.string()) for name in names])
        step, basis = context.staged("extract"), repr(run.window)
        self.writer = step.writer({"rows": self.schema}, attempt=context.attempt, resume=resume, basis=basis)
        self.resumes = self.writer.progress.state is not None

    def write(self) -> None:
        """Read what is still to be read."""
        state = self.writer.progress.state
        if state is None or state["resume"]:
            for page in self._pages(state["resume"] if state else None):
                self._write(page.rows, {"resume": page.resume, "done": False})
                self.context.progress(f"{self.writer.progress.rows['rows']} rows read")
        if state and state["done"]:
            return
        self._rows_touched()
        if self.run.window.kind == "watermark":
            self._rows_due()

    def _pages(self, resume: str | None) -> Iterator[Page]:
        origin, window = self.origin, self.run.window
        if window.kind == "keys":
            return self.source.rows_by_id(origin.entity_set, origin.key, window.keys, self.fields)
        query = Query(
            entity_set=origin.entity_set,
            fields=self.fields,
            filter=self.source.window_filter(origin.modified, window.start, window.end) if window.end else None,
            order_by=(origin.modified, origin.id),
            page_size=self.context.site.runs.page_size,
        )
        return self.source.pages(query, resume)

    def _rows_touched(self) -> None:
        """Read rows of which only a derived field may have changed."""
        ids = self.derived.touched(self.run.window)
        for page in self.source.rows_by_id(self.origin.entity_set, self.origin.id, ids, self.fields):
            self._write(page.rows, {"resume": None, "done": False})

    def _rows_due(self) -> None:
        """Read the rows due again by id; one that is gone from the source is staged as deleted."""
        ledger, flow = self.context.ledger, self.context.flow
        fingerprint = self.context.site.fingerprint(self.context.organization, flow)
        organization, limit = self.context.organization, self.context.site.runs.due_per_run
        parents = {parent.id: parent.flow for parent in flow.parents}
        released = ledger.rows_released(flow.name, organization, parents, limit)
        retried = ledger.rows_due(flow.name, organization, fingerprint=fingerprint, limit=limit)
        due = list(dict.fromkeys([*released, *retried]))[:limit]
        if not due:
            return
        missing = set(due)
        rows: list[Row] = []
        for page in self.source.rows_by_id(self.origin.entity_set, self.origin.id, due, self.fields):
            missing -= {row[self.origin.id] or "" for row in page.rows}
            rows += [{**row, DUE: "true"} for row in page.rows]
        gone: list[Row] = [{self.origin.id: row, DUE: "true", DELETED: "true"} for row in sorted(missing)]
        self._write([*rows, *gone], {"resume": None, "done": True})
        self.context.progress(f"{len(due)} rows due taken up again")

    def _write(self, rows: Sequence[Row], state: Mapping[str, object]) -> None:
        rows = self.derived.added_to(rows) if self.derived.names else rows
        columns = [pa.array([row.get(name) for row in rows], pa.string()) for name in self.schema.names]
        self.writer.write({"rows": pa.Table.from_arrays(columns, schema=self.schema)}, state=state)


def _business_units(source: SourceSystem) -> dict[str, tuple[str, str]]:
    """Name and parent of every business unit of Sales, by id."""
    query = Query(entity_set="businessunits", fields=BUSINESS_UNIT_FIELDS, order_by=("businessunitid",))
    rows = (row for page in source.pages(query) for row in page.rows)
    return {row["businessunitid"] or "": (row["name"] or "", row["_parentbusinessunitid_value"] or "") for row in rows}


def selected_units(names: Sequence[str], units: Mapping[str, tuple[str, str]]) -> list[str] | None:
    """Ids of the named business units and of all below them, None for every unit; raises ConfigurationError."""
    if not names:
        return None
    by_name = {name: unit for unit, (name, _) in units.items()}
    for name in names:
        if name not in by_name:
            raise ConfigurationError("Sales: " + unknown("business unit", name, by_name) + " Mend it in site.toml.")
    chosen = {by_name[name] for name in names}
    while below := {unit for unit, (_, parent) in units.items() if parent in chosen} - chosen:
        chosen |= below
    return sorted(chosen)
