"""Rows due: what waits, why and until when; a person retries or dismisses rows, as `p2c due` does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Literal

from airflow.models.log import Log
from airflow.utils.session import create_session
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from p2c.ledger.decisions import Places, dismiss, next_try, retry
from p2c.ledger.row_lists import DueChoice
from p2c_airflow.ui.access import CurrentVisitor, Visitor
from p2c_airflow.ui.paging import WantedCut
from p2c_airflow.ui.rendering import render
from p2c_airflow.ui.same_origin import require_same_origin

router = APIRouter()

Text = Annotated[str, Query(max_length=500)]
#: Rows of one request: a page of them at most.
MANY = 500


class NamedRow(BaseModel):
    """A row as the ledger names it."""

    model_config = ConfigDict(extra="forbid")

    flow: str = Field(max_length=200)
    organization: str = Field(max_length=200)
    source_id: str = Field(max_length=2000)


class Retry(BaseModel):
    """Rows to be tried again."""

    model_config = ConfigDict(extra="forbid")

    rows: list[NamedRow] = Field(min_length=1, max_length=MANY)


class Dismissal(Retry):
    """Rows to be set aside, and why."""

    why: str = Field(max_length=1000)


class Decided(BaseModel):
    """How many rows a decision is about, and what follows."""

    rows: int
    text: str


@router.get("/due")
def rows_due(
    request: Request,
    visitor: CurrentVisitor,
    cut: WantedCut,
    flow: Text = "",
    organization: Text = "",
    outcome: Literal["", "parked", "rejected", "failed"] = "",
    key: Text = "",
    reason: Text = "",
    dismissed: bool = False,
) -> HTMLResponse:
    """The page."""
    choice = DueChoice(
        visitor.flows, flow, organization, "" if dismissed else outcome, key.strip(), reason.strip(), dismissed
    )
    page = visitor.ledger.due_page(choice, cut)
    names = ("flow", "organization", "outcome", "key", "reason", "dismissed")
    filters = {name: getattr(choice, name) for name in names}
    deciding = frozenset(name for name in {row.flow for row in page.rows} if visitor.may_decide(name))
    return render(
        request,
        "due.html",
        title="Rows due",
        page=page,
        filters=filters,
        flows=sorted(visitor.flows),
        deciding=deciding,
        next_try=next_try,
    )


@router.post("/due/retry", dependencies=[Depends(require_same_origin)])
def retry_rows(visitor: CurrentVisitor, wanted: Retry) -> Decided:
    """Have rows tried again by the next run."""
    places = _places(visitor, wanted.rows)
    decided = retry(visitor.ledger, places)
    _note(visitor, "p2c due retry", wanted.rows)
    return Decided(rows=decided, text=f"{decided} rows will be tried again by the next scheduled run.")


@router.post("/due/dismiss", dependencies=[Depends(require_same_origin)])
def dismiss_rows(visitor: CurrentVisitor, wanted: Dismissal) -> Decided:
    """Set rows aside until their source changes."""
    if not wanted.why.strip():
        raise HTTPException(422, "Say why these rows are set aside: it is kept with your name.")
    places = _places(visitor, wanted.rows)
    decided = dismiss(visitor.ledger, places, by=visitor.name, why=wanted.why)
    _note(visitor, "p2c due dismiss", wanted.rows)
    return Decided(rows=decided, text=f"{decided} rows dismissed; each is tried again when its source changes.")


def _places(visitor: Visitor, rows: Sequence[NamedRow]) -> Places:
    visitor.require_decision(row.flow for row in rows)
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        places[row.flow, row.organization].append(row.source_id)
    return places


def _note(visitor: Visitor, event: str, rows: Sequence[NamedRow]) -> None:
    """Say in Airflow's audit log who decided about which rows."""
    named = ", ".join(f"{row.flow}/{row.organization}/{row.source_id}" for row in rows)
    with create_session() as session:
        session.add(Log(event=event, owner=visitor.name, owner_display_name=visitor.name, extra=named))
