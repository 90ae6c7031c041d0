"""Rows due: what waits, why and until when; a person retries or dismisses rows, as `p2c due` does."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
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

Text = Annotated[str, Field(max_length=500)]
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


class Filters(BaseModel):
    """Which rows due are wanted: those that agree with every filter that is not empty."""

    flow: Text = ""
    organization: Text = ""
    outcome: Literal["", "parked", "rejected", "failed"] = ""
    key: Text = ""
    reason: Text = ""
    dismissed: bool = False

    def choice(self, flows: Collection[str]) -> DueChoice:
        """The rows of ``flows`` that they find; a dismissed row has no outcome to choose by."""
        outcome = "" if self.dismissed else self.outcome
        return DueChoice(
            flows, self.flow, self.organization, outcome, self.key.strip(), self.reason.strip(), self.dismissed
        )


class RetryFound(BaseModel):
    """All rows that filters find, to be tried again; ``confirmed`` is how many the person was told and agreed to."""

    model_config = ConfigDict(extra="forbid")

    filters: Filters
    confirmed: int | None = None


class DismissalFound(RetryFound):
    """All rows that filters find, to be set aside, and why."""

    why: str = Field(max_length=1000)


class Decided(BaseModel):
    """How many rows a decision is about, and what follows."""

    rows: int
    text: str


class Question(BaseModel):
    """Nothing is done yet: the rows are so many, and the person is to confirm it."""

    rows: int
    question: str


@router.get("/due")
def rows_due(
    request: Request,
    visitor: CurrentVisitor,
    cut: WantedCut,
    wanted: Annotated[Filters, Query()],
) -> HTMLResponse:
    """The page."""
    choice = wanted.choice(visitor.flows)
    page = visitor.ledger.due_page(choice, cut)
    filters = {name: getattr(choice, name) for name in Filters.model_fields}
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
    decided = retry(visitor.ledger, _places(visitor, wanted.rows))
    _note(visitor, "p2c due retry", _names(wanted.rows))
    return Decided(rows=decided, text=f"{decided} rows will be tried again by the next scheduled run.")


@router.post("/due/dismiss", dependencies=[Depends(require_same_origin)])
def dismiss_rows(visitor: CurrentVisitor, wanted: Dismissal) -> Decided:
    """Set rows aside until their source changes."""
    why = _given(wanted.why)
    decided = dismiss(visitor.ledger, _places(visitor, wanted.rows), by=visitor.name, why=why)
    _note(visitor, "p2c due dismiss", _names(wanted.rows))
    return Decided(rows=decided, text=f"{decided} rows dismissed; each is tried again when its source changes.")


@router.post("/due/retry-found", dependencies=[Depends(require_same_origin)])
def retry_found(visitor: CurrentVisitor, wanted: RetryFound) -> Decided | Question:
    """Have all rows that the filters find tried again, once the person has confirmed how many they are."""

    def decide(places: Places) -> Decided:
        decided = retry(visitor.ledger, places)
        text = f"{decided} rows will be tried again by the next scheduled runs, at most due_per_run of them a run."
        return Decided(rows=decided, text=text)

    return _decided_found(visitor, wanted, "p2c due retry", "tried again", decide)


@router.post("/due/dismiss-found", dependencies=[Depends(require_same_origin)])
def dismiss_found(visitor: CurrentVisitor, wanted: DismissalFound) -> Decided | Question:
    """Set all rows that the filters find aside, once the person has confirmed how many they are."""
    why = _given(wanted.why)

    def decide(places: Places) -> Decided:
        decided = dismiss(visitor.ledger, places, by=visitor.name, why=why)
        return Decided(rows=decided, text=f"{decided} rows dismissed; each is tried again when its source changes.")

    return _decided_found(visitor, wanted, "p2c due dismiss", "dismissed", decide)


def _decided_found(
    visitor: Visitor, wanted: RetryFound, event: str, done: str, decide: Callable[[Places], Decided]
) -> Decided | Question:
    """Decide about the rows found now, if they are as many as the person confirmed; else ask."""
    filters = wanted.filters
    visitor.require_decision([filters.flow] if filters.flow else ())
    flows = visitor.flows_to_decide()
    places = visitor.ledger.due_places(filters.choice(flows))
    rows = sum(map(len, places.values()))
    if rows != wanted.confirmed:
        others = (visitor.flows & visitor.dags_by_flow.keys()) - flows
        return Question(rows=rows, question=_question(rows, done, left_out=bool(others) and not filters.flow))
    decided = decide(places)
    chosen = {name: value for name, value in filters.model_dump().items() if value}
    _note(visitor, event, f"{decided.rows} rows found by {json.dumps(chosen, ensure_ascii=False)}")
    return decided


def _question(rows: int, done: str, *, left_out: bool) -> str:
    others = " Rows of flows that you may not decide about are left out." if left_out else ""
    return f"{rows} rows will be {done}.{others} Go on?"


def _given(why: str) -> str:
    if not why.strip():
        raise HTTPException(422, "Say why these rows are set aside: it is kept with your name.")
    return why


def _places(visitor: Visitor, rows: Sequence[NamedRow]) -> Places:
    visitor.require_decision(row.flow for row in rows)
    places: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        places[row.flow, row.organization].append(row.source_id)
    return places


def _names(rows: Sequence[NamedRow]) -> str:
    return ", ".join(f"{row.flow}/{row.organization}/{row.source_id}" for row in rows)


def _note(visitor: Visitor, event: str, rows: str) -> None:
    """Say in Airflow's audit log who decided about which rows."""
    with create_session() as session:
        session.add(Log(event=event, owner=visitor.name, owner_display_name=visitor.name, extra=rows))
