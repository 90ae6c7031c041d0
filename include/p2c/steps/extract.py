"""Extract: the window's rows and the rows due, exactly as read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from p2c.errors import ConfigurationError, RequestRefusedError, unknown
from p2c.key_range import places_by_range
from p2c.ledger import Run, Window
from p2c.staging import KEY_RANGES, StagedWriter
from p2c.steps.absent import absent_rows
from p2c.steps.company import check_company
from p2c.steps.context import Reference, StepContext
from p2c.steps.expectations import check_expectations
from p2c.steps.extracted_lines import LINES, SourceLines
from p2c.steps.gone_holders import GoneHolders
from p2c.steps.owners import Owners
from p2c.steps.schema import check_schema
from p2c.steps.source_rows import Row, SourceRows, SourceSystem
from p2c.steps.whole_reads import window_without_dates
from p2c.systems.odata.query import Page, Query
from p2c.systems.odata.rows_by_column import column_of
from p2c.validation.scope import DELETED, GONE, OWNER
from p2c.window import RunOptions, in_shadow, resolve_window

#: The column that marks a row taken up again, not newly read.
DUE = "p2c:due"
#: The column that holds the version of rows whose source states none.
READ_AT = "p2c:read_at"

#: What the pages of a flow with lines are reduced by, for a part holds the lines of a page as well.
LINES_PER_HEADER = 10

BUSINESS_UNIT_FIELDS = ("businessunitid", "name", "_parentbusinessunitid_value")


def extract(context: StepContext, source: SourceSystem, options: RunOptions) -> Reference:
    """Read the run's window; a retry goes on after its last whole part.

    Raises ConfigurationError, NothingToReadError for a run that has no window of its own, StagingError and what reading
    raises.
    """
    check_schema(context, context.flow.source.system, source)
    check_expectations(context.applied_flow, source)
    run = _begun(context, source, options)
    if context.flow.source.company:
        check_company(context, source)
    units = _business_units(source) if context.flow.source.business_units else {}
    selected = selected_units(context.settings.business_units, units) if units else None
    writer = _staged(context, source, run)
    names = {unit: name for unit, (name, _) in units.items()}
    ranges = context.site.flow_settings(context.flow.name).key_ranges
    rows = writer.commit({"units": names, "selected_units": selected, KEY_RANGES: ranges}).rows["rows"]
    context.progress(f"{rows} rows read from {context.flow.source.entity_set}")
    return context.reference(context.staged("extract"), rows, {"read": rows})


def _begun(context: StepContext, source: SourceSystem, options: RunOptions) -> Run:
    if context.site.flow_settings(context.flow.name).dry_run:
        options = in_shadow(options)
    started = context.ledger.run(context.key)
    window = started.window if started else _window(context, source, options)
    run = context.ledger.begin_run(context.key, window, dry_run=options.dry_run, adopt=options.adopt)
    if run.dry_run:
        context.ledger.open_differences(context.key)
    return run


def _window(context: StepContext, source: SourceSystem, options: RunOptions) -> Window:
    now = source.server_time()
    if context.flow.source.read_whole and (window := window_without_dates(context, options, now)):
        return window
    watermark = context.ledger.watermark(context.flow.name, context.organization)
    return resolve_window(options, watermark, now, context.site.runs.overlap)


def _staged(context: StepContext, source: SourceSystem, run: Run) -> StagedWriter:
    """Stage the rows; where the source no longer knows how to go on, begin anew once.

    A whole read begins anew in any case: it has to see all rows to tell which are absent. So does a read by keys.
    """
    goes_on = not context.flow.source.read_whole and run.window.kind != "keys"
    extraction = _Extraction(context, source, run, resume=goes_on)
    try:
        extraction.write()
    except RequestRefusedError:
        if not extraction.under_way:
            raise
        context.progress("The source refuses to go on where the read stands; it begins anew.")
        extraction = _Extraction(context, source, run, resume=False)
        extraction.write()
    return extraction.writer


class _Extraction:
    """Reads one run into a writer, part by part."""

    def __init__(self, context: StepContext, source: SourceSystem, run: Run, *, resume: bool) -> None:
        self.context = context
        self.run = run
        flow, page_size = context.applied_flow, context.site.runs.page_size
        page_size = max(1, page_size // LINES_PER_HEADER) if flow.lines else page_size
        self.origin = flow.source
        company = context.settings.legal_entity
        self.rows = SourceRows(self.origin, source, flow.source_fields(), company, page_size)
        self.owners = Owners(context.site, flow, context.organization, source)
        self.gone_holders = GoneHolders(context, source)
        self.schema = pa.schema([(name, pa.string()) for name in (*self.rows.names, READ_AT, DUE, DELETED, OWNER)])
        self.ranges = context.site.flow_settings(flow.name).key_ranges
        step, basis = context.staged("extract"), repr((run.window, self.ranges))
        self.lines = SourceLines(flow.lines, source) if flow.lines else None
        tables = {"rows": self.schema} | ({LINES: self.lines.schema} if self.lines else {})
        self.writer = step.writer(tables, attempt=context.attempt, resume=resume, basis=basis)

    @property
    def under_way(self) -> bool:
        """Whether a page was read, by this try or one before it."""
        return self.writer.progress.state is not None

    def write(self) -> None:
        """Read what is still to be read."""
        window = self.run.window
        state = self.writer.progress.state
        if window.kind == "keys":
            self._write_pages(self.rows.by_key(window.keys))
        elif self.origin.read_whole:
            self._write_all()
        elif state is None or state["resume"]:
            self._write_window(state["resume"] if state else None)
        if self.origin.read_whole or (state and state["done"]):
            return
        self._rows_touched()
        if window.kind == "watermark":
            self._rows_due()

    def _write_window(self, resume: str | None) -> None:
        """Read the rows of the window, once more where some were missed that moved from page to page meanwhile."""
        self._write_pages(self.rows.in_window(self.run.window, resume))
        if missed := self._missed():
            self.context.progress(f"The source counts {missed} more rows than were read; they are read once more.")
            self._write_pages(self.rows.in_window(self.run.window))

    def _missed(self) -> int:
        """How many rows the source counts beyond those staged. What left the window meanwhile does not show."""
        if self.writer.progress.parts < 2 or (counted := self.rows.counted(self.run.window)) is None:
            return 0
        parts = self.writer.parts("rows", [self.origin.id])
        return max(0, counted - len({row for part in parts for row in part.column(self.origin.id).to_pylist()}))

    def _write_pages(self, pages: Iterator[Page]) -> None:
        for page in pages:
            rows = self._with_gone_holders(self.owners.added_to(page.rows))
            self._write(rows, {"resume": page.resume, "done": False})
            self.context.progress(f"{self.writer.progress.rows['rows']} rows read")
            self.context.advanced("extract", self.writer.progress.rows["rows"])

    def _write_all(self) -> None:
        """Read every row, and stage beside them the rows known from earlier runs that are not among them."""
        self.owners.read_whole()
        read: set[str] = set()
        for page in self.rows.in_window(self.run.window):
            read.update(row[self.origin.id] or "" for row in page.rows)
            self._write_pages(iter([page]))
        context = self.context
        held = context.ledger.held(context.flow.name, context.organization)
        share = context.site.flow_settings(context.flow.name).absent_share
        absent: list[Row] = [
            {self.origin.id: state.source_id, self.origin.key: state.integration_key, DELETED: meaning}
            for state, meaning in absent_rows(held, read, context.key, share)
        ]
        if absent:
            self._write(self.owners.added_to_absent(absent), None)
            context.progress(f"{len(absent)} rows of earlier runs are absent")

    def _rows_touched(self) -> None:
        """Read rows of which only a derived field may have changed."""
        for page in self.rows.by_id(self.rows.touched(self.run.window)):
            self._write(self._with_gone_holders(page.rows), {"resume": None, "done": False})

    def _with_gone_holders(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows, and in the same part those whose keys they have and that are gone; a whole read shows them."""
        gone = [] if self.origin.read_whole else self.gone_holders.of(rows)
        return [*rows, *gone] if gone else rows

    def _rows_due(self) -> None:
        """Read the rows due again by id; one that is gone from the source is staged as deleted."""
        ledger, flow = self.context.ledger, self.context.flow
        fingerprint = self.context.site.fingerprint(self.context.organization, flow)
        organization, limit = self.context.organization, self.context.site.runs.due_per_run
        parents = {parent.id: parent.flow for part in flow.parts for parent in part.parents if parent.flow}
        released = ledger.rows_released(flow.name, organization, parents, limit)
        retried = ledger.rows_due(flow.name, organization, fingerprint=fingerprint, limit=limit)
        due = list(dict.fromkeys([*released, *retried]))[:limit]
        if not due:
            return
        missing = set(due)
        rows: list[Row] = []
        for page in self.rows.by_id(due):
            missing -= {row[self.origin.id] or "" for row in page.rows}
            rows += [{**row, DUE: "true"} for row in page.rows]
        gone: list[Row] = [{self.origin.id: row, DUE: "true", DELETED: GONE} for row in sorted(missing)]
        self._write([*self._with_gone_holders(rows), *gone], {"resume": None, "done": True})
        self.context.progress(f"{len(due)} rows due taken up again")

    def _write(self, rows: Sequence[Row], state: Mapping[str, object] | None) -> None:
        columns = [pa.array(self._column(rows, name), pa.string()) for name in self.schema.names]
        table = pa.Table.from_arrays(columns, schema=self.schema)
        before = self.writer.progress.state
        for number, part in enumerate(self._by_range(table), 1):
            # only with its last part a page is read: a try that goes on behind another part reads the page once more
            last = number == self.ranges
            if last or part.num_rows:
                self.writer.write(self._tables(part), state=state if last else before, key_range=number)

    def _by_range(self, rows: pa.Table) -> list[pa.Table]:
        if self.ranges == 1:
            return [rows]
        ranges = places_by_range(rows[self.origin.key].to_pylist(), self.ranges)
        return [rows.take(pa.array(places, pa.int64())) for places in ranges]

    def _tables(self, rows: pa.Table) -> dict[str, pa.Table]:
        if self.lines is None:
            return {"rows": rows}
        present = rows.filter(pc.is_null(rows[DELETED]))
        return {"rows": rows, LINES: self.lines.of(present[self.origin.id].to_pylist())}

    def _column(self, rows: Sequence[Row], name: str) -> Sequence[str | None]:
        if name == READ_AT and not self.origin.version:
            return [_version_of_reading(self.run.window)] * len(rows)
        return column_of(rows, name)


def _version_of_reading(window: Window) -> str:
    """Microseconds from 1970 to the time, by the source's clock, at which the read began."""
    return str(int(window.end.timestamp()) * 1_000_000) if window.end else "0"


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
