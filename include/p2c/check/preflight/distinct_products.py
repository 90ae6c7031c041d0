"""Distinct products: F&O keeps them in a table that a person has to fill once."""

from __future__ import annotations

from collections.abc import Iterator

from p2c.check.preflight.line import Line, judged
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.flow import Flow
from p2c.keys import normalised
from p2c.systems.odata.query import Query

TITLE = "Distinct products"
#: Products that are looked for.
SAMPLE = 50


def check_distinct_products(pair: TenantPair) -> Iterator[Line]:
    """The first products of each company that are sellable are in the sets that the flow joins to them."""
    for flow in (flow for flow in pair.flows.values() if flow.source.joined):
        for organization in pair.organizations(flow.name):
            yield _line(pair, flow, organization)
        return


def _line(pair: TenantPair, flow: Flow, organization: str) -> Line:
    join, company = flow.source.joined[0], pair.site.organization(organization).legal_entity
    query = Query(entity_set=flow.source.entity_set, fields=(flow.source.id,), page_size=SAMPLE, company=company)
    sample = next(iter(pair.finance_operations.pages(query))).rows
    numbers = [row[flow.source.id] or "" for row in sample]
    pages = pair.finance_operations.rows_by_id(join.entity_set, join.key, numbers, (), company)
    known = {normalised(row[join.key] or "") for page in pages for row in page.rows}
    missing = [number for number in numbers if normalised(number) not in known]
    mistakes = [f"{join.entity_set} lacks {', '.join(missing[:5])}"] if missing else []
    remedy = f"({len(missing)} of {len(numbers)} looked for): run 'Populate distinct product table' in F&O."
    return judged(
        TITLE, mistakes, f"{len(numbers)} sellable products were looked for, and found.", remedy, organization
    )
