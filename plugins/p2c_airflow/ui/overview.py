"""Overview: for each flow and organization its last run, freshness, rows due and recent outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from p2c.alerts import AlertKind
from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.ledger import Outcome, Run
from p2c.ledger.alerts import StandingAlert
from p2c.site import Site
from p2c_airflow.installation import installed_site
from p2c_airflow.ui.access import CurrentVisitor, Visitor
from p2c_airflow.ui.rendering import render

router = APIRouter()
#: Runs in the small figure of a place.
RECENT = 24


@dataclass(frozen=True)
class Place:
    """One flow and organization as the person on call sees it."""

    flow: Flow
    organization: str
    shadow: bool
    runs: list[Run]
    watermark: datetime | None
    due: dict[Outcome, int]

    @property
    def last(self) -> Run | None:
        """The last run."""
        return self.runs[0] if self.runs else None


@router.get("/")
def overview(request: Request, visitor: CurrentVisitor) -> HTMLResponse:
    """The page."""
    places = list(_places(installed_site(), visitor))
    running = any(place.last and place.last.state == "running" for place in places)
    return render(
        request, "overview.html", title="Overview", places=places, running=running, alerts=list(_alerts(visitor))
    )


def _alerts(visitor: Visitor) -> Iterator[StandingAlert]:
    """The causes that stand, of what the visitor may see."""
    for alert in visitor.ledger.standing_alerts():
        kind, _, place = alert.cause.partition("/")
        seen = visitor.dags if kind == AlertKind.RUN_FAILED else visitor.flows
        if place.partition(" for ")[0] in seen:
            yield alert


def _places(site: Site, visitor: Visitor) -> Iterator[Place]:
    due: dict[tuple[str, str], dict[Outcome, int]] = {}
    for count in visitor.ledger.waiting_counts(visitor.flows):
        due.setdefault((count.flow, count.organization), {})[count.outcome] = count.rows
    for flow in (flow for flow in FLOWS.values() if flow.name in visitor.flows):
        settings = site.flow_settings(flow.name)
        for organization in site.organizations if settings.enabled else ():
            if not settings.runs_for(organization):
                continue
            yield Place(
                flow,
                organization,
                settings.dry_run,
                visitor.ledger.latest_runs(flow.name, organization, visitor.dags, RECENT),
                visitor.ledger.watermark(flow.name, organization),
                due.get((flow.name, organization), {}),
            )
