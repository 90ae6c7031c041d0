"""Run every check of a pair of systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from p2c.check.preflight.access import (
    COMPANY,
    ENVIRONMENT,
    PRIVILEGES,
    check_companies,
    check_environments,
    check_privileges,
    sign_in,
)
from p2c.check.preflight.distinct_products import TITLE as DISTINCT_PRODUCTS
from p2c.check.preflight.distinct_products import check_distinct_products
from p2c.check.preflight.dual_write import TITLE as DUAL_WRITE
from p2c.check.preflight.dual_write import check_dual_write
from p2c.check.preflight.line import Line, Status
from p2c.check.preflight.number_sequences import TITLE as NUMBER_SEQUENCES
from p2c.check.preflight.number_sequences import check_number_sequences
from p2c.check.preflight.price_lists import TITLE as PRICE_LISTS
from p2c.check.preflight.price_lists import check_price_lists
from p2c.check.preflight.product_key import TITLE as PRODUCT_KEY
from p2c.check.preflight.product_key import check_product_key
from p2c.check.preflight.reference_values import OTHERS, TITLES, reference_check
from p2c.check.preflight.sales_settings import check_settings
from p2c.check.preflight.schema import FIELDS, SOLUTION, check_schema
from p2c.check.preflight.tenant_pair import SYSTEMS, TenantPair
from p2c.errors import IntegrationError
from p2c.flow import Flow, System
from p2c.site import Site

Check = Callable[[TenantPair], Iterator[Line]]
CHECKS: Mapping[str, Check] = {
    PRIVILEGES: check_privileges,
    COMPANY: check_companies,
    f"{SOLUTION} and {FIELDS.lower()}": check_schema,
    PRODUCT_KEY: check_product_key,
    PRICE_LISTS: check_price_lists,
    "Discount method and system pricing": check_settings,
    **{title: reference_check(title) for title in (*TITLES, OTHERS)},
    NUMBER_SEQUENCES: check_number_sequences,
    DUAL_WRITE: check_dual_write,
    ENVIRONMENT: check_environments,
    DISTINCT_PRODUCTS: check_distinct_products,
}


def preflight(
    site: Site,
    flows: Mapping[str, Flow],
    connect: Callable[[System], Any],
    environments: Mapping[System, str] | None = None,
) -> Iterator[Line]:
    """Check the pair of systems that ``connect`` makes clients of, for all organizations; reads only.

    ``environments`` are the ids that the connections keep. A check that a system does not let us make is a line of its
    own; nothing is raised.
    """
    clients: dict[System, Any] = {}
    for system in SYSTEMS:
        line, clients[system] = sign_in(system, connect)
        yield line
    if not all(clients.values()):
        text = "It takes both systems: mend the sign-in first."
        yield from (Line(title, Status.NOT_CHECKABLE, text) for title in CHECKS if title != OTHERS)
        return
    pair = TenantPair(site, flows, clients["sales"], clients["finance_operations"], environments or {})
    for title, check in CHECKS.items():
        try:
            yield from check(pair)
        except IntegrationError as error:
            yield Line(title, Status.NOT_CHECKABLE, str(error))
