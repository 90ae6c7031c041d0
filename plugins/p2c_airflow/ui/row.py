"""One row: sought by a key, then its story across runs and both systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from p2c.cds import CdsStore
from p2c.flow import Flow, Pair
from p2c.flows import flow_named
from p2c.ledger import RowOutcome, RunKey
from p2c.ledger.decisions import next_try
from p2c_airflow.documentation.mapping import destination_row, hop_row
from p2c_airflow.installation import installed_site
from p2c_airflow.ui.access import CurrentVisitor
from p2c_airflow.ui.ledger_access import current_engine
from p2c_airflow.ui.present import look
from p2c_airflow.ui.rendering import link, render
from p2c_airflow.ui.staged_row import StagedRow, staged_row

router = APIRouter()

Text = Annotated[str, Query(max_length=2000)]
#: Runs of which the staged sets are looked into for the row as it was last sent.
LOOKED_INTO = 3


@dataclass(frozen=True)
class Hop:
    """One field of a hop: what it is made from, by which rule, and what came of it."""

    sources: Mapping[str, object]
    rule: str
    target: str
    value: object
    policy: str = ""


@dataclass(frozen=True)
class Sent:
    """What a run last sent of the row, and the answer. Values are those staged, where the run's set is still there."""

    run: RunKey
    outcome: RowOutcome
    values: Mapping[str, object]


@router.get("/rows")
def rows_named(request: Request, visitor: CurrentVisitor, key: Text = "") -> Response:
    """The rows that bear a key; where it is one, its story."""
    found = visitor.ledger.rows_named(key, visitor.flows)
    if len(found) == 1:
        row = found[0]
        base = str(request.scope.get("root_path", ""))
        story = {"flow": row.flow, "organization": row.organization, "source_id": row.source_id}
        return RedirectResponse(link(base, "/row", **story), 303)
    return render(request, "rows.html", title="Rows by key", key=key, rows=found)


@router.get("/row")
def row_page(
    request: Request, visitor: CurrentVisitor, flow: Text, organization: Text, source_id: Text, present: bool = False
) -> HTMLResponse:
    """The story of one row; with `present` its destination is asked how it is there now."""
    visitor.require_flow(flow)
    state = visitor.ledger.states(flow, organization, [source_id]).get(source_id)
    told = visitor.ledger.history(flow, organization, source_id)
    history = [(key, outcome) for key, outcome in told if key.dag_id in visitor.dags]
    if state is None and not history:
        raise HTTPException(404, f"The ledger knows no row {source_id} of {flow} for {organization}.")
    declared = installed_site().applied_to(flow_named(flow))
    staged = next(_staged(declared, [key for key, _ in history[:LOOKED_INTO]], source_id), StagedRow())
    accepted = CdsStore(current_engine()).get(declared.cds, flow, organization, [source_id]).get(source_id)
    return render(
        request,
        "row.html",
        title=(state or history[0][1]).integration_key or source_id,
        flow=declared,
        organization=organization,
        source_id=source_id,
        state=state,
        history=history,
        staged=staged,
        accepted=accepted,
        sent=_sent(history, staged),
        looked=look(declared, organization, state, visitor.ledger) if present else None,
        to_cds=list(_to_cds(declared, staged)),
        to_destination=list(_to_destination(declared, staged)),
        next_try=next_try,
        deciding=state is not None and visitor.may_decide(flow),
    )


def _staged(flow: Flow, keys: list[RunKey], source_id: str) -> Iterator[StagedRow]:
    """The row as runs staged it, the latest first, as far as their staged sets are still there."""
    return (found for key in keys if (found := staged_row(flow, key, source_id)))


def _sent(history: Iterable[tuple[RunKey, RowOutcome]], staged: StagedRow) -> Sent | None:
    """The latest request about the row; None where no run that is still kept made one."""
    for run, outcome in history:
        if outcome.request_id:
            values = staged.destination if staged.run == run else {}
            names = outcome.changed_fields or (name for name, value in values.items() if value is not None)
            return Sent(run, outcome, {name: values.get(name) for name in names})
    return None


def _to_cds(flow: Flow, staged: StagedRow) -> Iterator[Hop]:
    for pair in flow.active(flow.source_to_cds):
        yield _hop(pair, hop_row(pair)[2], staged.source, staged.cds)


def _to_destination(flow: Flow, staged: StagedRow) -> Iterator[Hop]:
    for pair in flow.active(flow.cds_to_destination):
        yield _hop(pair, hop_row(pair)[2], staged.cds, staged.destination, destination_row(pair)[3])


def _hop(pair: Pair, rule: str, before: Mapping[str, Any], after: Mapping[str, Any], policy: str = "") -> Hop:
    return Hop({name: before.get(name) for name in pair.sources}, rule, pair.target, after.get(pair.target), policy)
