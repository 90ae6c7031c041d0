"""Mappings: both hops of each flow as this site has them, its value maps and its defaults."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.site import Site
from p2c_airflow.documentation.mapping import destination_row, hop_row
from p2c_airflow.installation import installed_site
from p2c_airflow.ui.access import CurrentVisitor
from p2c_airflow.ui.rendering import render

router = APIRouter()


@router.get("/mappings")
def mappings(request: Request, visitor: CurrentVisitor) -> HTMLResponse:
    """The page."""
    site = installed_site()
    applied = [site.applied_to(flow) for flow in FLOWS.values() if flow.name in visitor.flows]
    parts = [part for flow in applied for part in flow.parts]
    return render(
        request,
        "mappings.html",
        title="Mappings",
        flows=parts,
        hops={part.name: _hops(part) for part in parts},
        value_maps=_value_maps(site),
        defaults=_defaults(site, parts),
    )


def _hops(flow: Flow) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The fields of both hops, as the documentation words them."""
    return [hop_row(pair) for pair in flow.source_to_cds], [destination_row(pair) for pair in flow.cds_to_destination]


def _value_maps(site: Site) -> dict[str, list[tuple[str, str]]]:
    """The entries of each value map, those within a table of their own under its name."""
    return {name: list(_entries(table)) for name, table in sorted(site.value_maps.items())}


def _entries(table: object, within: str = "") -> list[tuple[str, str]]:
    if not isinstance(table, dict):
        return [(within, str(table))]
    return [entry for name, value in table.items() for entry in _entries(value, f"{within} {name}".strip())]


def _defaults(site: Site, flows: list[Flow]) -> dict[str, dict[str, dict[str, str]]]:
    """For each flow the organizations' defaults of its destination fields."""
    found = {flow.name: {name: site.defaults(name, flow.name) for name in site.organizations} for flow in flows}
    return {flow: of_flow for flow, of_flow in found.items() if any(of_flow.values())}
