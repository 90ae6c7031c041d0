"""Differences: what dry runs found, per field and over time, and the rows whose sums the money check found apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from p2c.ledger import Difference, Ledger
from p2c.money_check import TOLERANCE
from p2c.shadow import Comparison, comparisons
from p2c_airflow.documentation.maintenance import MEANINGS
from p2c_airflow.ui.access import CurrentVisitor
from p2c_airflow.ui.paging import WantedCut
from p2c_airflow.ui.rendering import render

router = APIRouter()

Text = Annotated[str, Query(max_length=500)]
#: Examples of each field that differs.
EXAMPLES = 3
#: How far back dry runs are compared.
SPAN = timedelta(days=60)


@dataclass(frozen=True)
class Field:
    """A field that differs, or without a name the rows that are missing: rows by run, and examples of the latest."""

    name: str
    figures: tuple[int, ...]
    examples: list[Difference]


@dataclass(frozen=True)
class Found:
    """What the dry runs of one flow and organization found."""

    comparison: Comparison
    fields: list[Field]
    barred: list[Difference]


@router.get("/differences")
def differences(
    request: Request, visitor: CurrentVisitor, cut: WantedCut, flow: Text = "", organization: Text = ""
) -> HTMLResponse:
    """The page."""
    runs = visitor.ledger.comparisons(flow or None, organization or None, datetime.now(UTC) - SPAN)
    seen = [run for run in runs if run.key.dag_id in visitor.dags]
    found = [_found(visitor.ledger, each) for each in comparisons(seen)]
    page = visitor.ledger.amounts_apart({flow} & visitor.flows if flow else visitor.flows, cut)
    return render(
        request,
        "differences.html",
        title="Differences",
        found=found,
        page=page,
        reconciliations=visitor.ledger.reconciliations(visitor.flows),
        meanings=MEANINGS,
        tolerance=TOLERANCE,
        filters={"flow": flow, "organization": organization},
    )


def _found(ledger: Ledger, comparison: Comparison) -> Found:
    key = comparison.latest.key
    figures = {"": comparison.missing(), **comparison.fields()}
    fields = [Field(name, rows, ledger.differences(key, name, EXAMPLES)) for name, rows in figures.items() if any(rows)]
    return Found(comparison, fields, ledger.rows_barred(key, EXAMPLES))
