"""One run: its steps, its counts, then its rows; as a page or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from sqlalchemy import select

from p2c.flows import flow_named
from p2c.ledger import Outcome, Run, RunKey, summary
from p2c_airflow.ui.access import CurrentVisitor, Visitor
from p2c_airflow.ui.paging import WantedCut
from p2c_airflow.ui.rendering import render
from p2c_airflow.wiring import group_name

router = APIRouter()

Text = Annotated[str, Query(max_length=500)]
#: What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
STEPS = ("extract", "map", "validate", "load", "finish")
COLUMNS = ("key", "outcome", "field", "value", "reason", "destination key", "changed fields", "request id", "source id")


@dataclass(frozen=True)
class Step:
    """A task of the run, as Airflow knows it."""

    name: str
    task_id: str
    map_index: int
    state: str
    tries: int
    start: datetime | None
    end: datetime | None


def run_named(visitor: CurrentVisitor, dag_id: Text, run_id: Text, flow: Text, organization: Text) -> Run:
    """The run that an address names; 403 without the right to read its DAG, 404 where there is none."""
    visitor.require_dag(dag_id)
    run = visitor.ledger.run(RunKey(dag_id, run_id, flow, organization))
    if run is None:
        raise HTTPException(404, f"The ledger has no run {run_id} of {flow} for {organization}: it may be too old.")
    return run


NamedRun = Annotated[Run, Depends(run_named)]
OutcomeName = Literal["", "created", "updated", "unchanged", "skipped", "left", "parked", "rejected", "failed"]


@router.get("/run")
def run_page(
    request: Request, visitor: CurrentVisitor, run: NamedRun, cut: WantedCut, outcome: OutcomeName = "", key: Text = ""
) -> HTMLResponse:
    """The page."""
    page = visitor.ledger.outcome_page(run.key, cut, outcome, key.strip())
    counts = run.counts or {str(name): rows for name, rows in visitor.ledger.counts(run.key).items()}
    return render(
        request,
        "run.html",
        title=f"{run.key.flow} for {run.key.organization}",
        run=run,
        page=page,
        counts=counts,
        outcome=outcome,
        key=key,
        steps=_steps(run.key),
    )


@router.get("/run.csv")
def run_as_csv(visitor: CurrentVisitor, run: NamedRun, outcome: OutcomeName = "") -> StreamingResponse:
    """Every row of the run, or of one outcome, as it is read from the ledger."""
    name = f"{run.key.flow}-{run.key.organization}-{run.started_at:%Y%m%dT%H%M%S}.csv"
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}"'}
    lines = _lines(visitor, run.key, Outcome(outcome) if outcome else None)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _lines(visitor: Visitor, key: RunKey, outcome: Outcome | None) -> Iterator[str]:
    yield _line(COLUMNS)
    for row in visitor.ledger.outcomes(key, outcome):
        yield _line(
            (
                row.integration_key,
                str(row.outcome),
                "; ".join(dict.fromkeys(reason.field for reason in row.reasons if reason.field)),
                "; ".join(dict.fromkeys(reason.value for reason in row.reasons if reason.value)),
                summary(row.reasons),
                row.destination_key or "",
                "; ".join(row.changed_fields),
                row.request_id,
                row.source_id,
            )
        )


def _line(cells: Iterable[str]) -> str:
    """A line that a spreadsheet takes for text, whatever the rows hold."""
    line = io.StringIO()
    csv.writer(line).writerow("'" + cell if cell.startswith(FORMULA) else cell for cell in cells)
    return line.getvalue()


def _steps(key: RunKey) -> list[Step]:
    """The tasks of the flow and organization in their order; none where the DAG run is gone from Airflow."""
    group, task = group_name(flow_named(key.flow)), TaskInstance
    of_run = (task.dag_id == key.dag_id, task.run_id == key.run_id, task.task_id.contains(f"{group}."))
    columns = (task.task_id, task.map_index, task.state, task.try_number, task.start_date, task.end_date)
    statement = select(*columns, task._rendered_map_index).where(*of_run)
    with create_session() as session:
        found = [row for row in session.execute(statement) if row[0].split(".")[-2:-1] == [group]]
    # a task that never started has no name of its own: its index is that of the steps before it
    indexes = {row[1] for row in found if row[6] == key.organization}
    steps = [
        Step(row[0].rpartition(".")[2], row[0], row[1], row[2] or "waiting", row[3], row[4], row[5])
        for row in found
        if row[1] in indexes
    ]
    return sorted(steps, key=_order)


def _order(step: Step) -> tuple[int, int]:
    """Where a task stands: by its step, then by its key range, as in `load_2`."""
    name, _, number = step.name.partition("_")
    return STEPS.index(name) if name in STEPS else len(STEPS), int(number) if number.isdecimal() else 0
