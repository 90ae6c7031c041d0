"""Execution history: every run, to be filtered, sorted and paged, with its outcomes and duration over time."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from p2c.ledger.pages import Cut
from p2c.ledger.run_history import RunChoice, Sort
from p2c_airflow.ui import charts
from p2c_airflow.ui.access import CurrentVisitor, Visitor
from p2c_airflow.ui.paging import WantedCut
from p2c_airflow.ui.rendering import render

router = APIRouter()
#: Runs in the plots, and their size in the units of the figure.
PLOTTED, WIDTH, HEIGHT = 90, 900, 90

State = Literal["", "running", "success", "failed"]
Order = Annotated[Literal["", "up"], Query()]
Text = Annotated[str, Query(max_length=500)]


@router.get("/runs")
def runs(
    request: Request,
    visitor: CurrentVisitor,
    cut: WantedCut,
    flow: Text = "",
    organization: Text = "",
    state: State = "",
    text: Text = "",
    sort: Sort = "started",
    order: Order = "",
) -> HTMLResponse:
    """The page."""
    choice = RunChoice(visitor.dags, flow, organization, state, text=text.strip())
    return _history(request, visitor, choice, cut, sort, order)


@router.get("/dags/{dag_id}")
def runs_of_dag(request: Request, visitor: CurrentVisitor, cut: WantedCut, dag_id: str) -> HTMLResponse:
    """The runs of one DAG: the tab on a DAG."""
    visitor.require_dag(dag_id)
    return _history(request, visitor, RunChoice(visitor.dags, dag_id=dag_id), cut)


@router.get("/dags/{dag_id}/runs/{run_id:path}")
def runs_of_dag_run(
    request: Request, visitor: CurrentVisitor, cut: WantedCut, dag_id: str, run_id: str
) -> HTMLResponse:
    """The flows and organizations of one DAG run: the tab on a DAG run."""
    visitor.require_dag(dag_id)
    return _history(request, visitor, RunChoice(visitor.dags, dag_id=dag_id, run_id=run_id), cut)


def _history(
    request: Request, visitor: Visitor, choice: RunChoice, cut: Cut, sort: Sort = "started", order: str = ""
) -> HTMLResponse:
    page = visitor.ledger.run_page(choice, cut, sort, descending=order != "up")
    plotted = visitor.ledger.run_page(replace(choice, state=""), Cut(1, PLOTTED)).rows
    filters = {"flow": choice.flow, "organization": choice.organization, "state": choice.state, "text": choice.text}
    return render(
        request,
        "runs.html",
        title="Execution history",
        page=page,
        choice=choice,
        filters=filters,
        sort=sort,
        order=order,
        flows=sorted(visitor.flows),
        outcomes=charts.outcome_columns(plotted, WIDTH, HEIGHT, quiet=True),
        durations=charts.duration_columns(plotted, WIDTH, HEIGHT),
        running=any(run.state == "running" for run in page.rows),
    )
