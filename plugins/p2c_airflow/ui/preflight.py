"""Preflight: how both systems are set up, as `p2c preflight` tells it. The page only looks."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from p2c.check.preflight import Status
from p2c_airflow.preflight import preflight as preflight_of_installation
from p2c_airflow.ui.access import CurrentVisitor
from p2c_airflow.ui.rendering import render

router = APIRouter()


@router.get("/preflight")
def preflight(request: Request, visitor: CurrentVisitor, check: bool = False) -> HTMLResponse:
    """The page; with `check` it asks both systems, which takes the right to clear tasks of a DAG of ours."""
    allowed = visitor.may_operate()
    if check and not allowed:
        raise HTTPException(403, "You have no right to clear tasks of a DAG of Prospect to cash.")
    lines = list(preflight_of_installation()) if check else []
    counts = {status: sum(line.status is status for line in lines) for status in Status}
    return render(
        request, "preflight.html", title="Preflight", lines=lines, counts=counts, checked=check, allowed=allowed
    )
