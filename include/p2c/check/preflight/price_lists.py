"""A price list for each currency that products are sold in."""

from __future__ import annotations

from collections.abc import Iterator

from p2c.check.preflight.line import Line, judged
from p2c.check.preflight.reference_values import PRICE_LISTS
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.flow import Along, Flow, Pair

TITLE = "Price lists"
CURRENCY = "CurrencyCode"


def check_price_lists(pair: TenantPair) -> Iterator[Line]:
    """Every currency in which a company sells products has a price list in Sales that is valid today."""
    found = [(name, flow, field) for name, flow in pair.flows.items() for field in _fields(flow)]
    for organization in pair.running():
        running = [(flow, field) for name, flow, field in found if organization in pair.organizations(name)]
        if not running:
            continue
        currencies = pair.values_in_use(running[0][0].source.entity_set, CURRENCY, organization)
        missing = {
            text: None for flow, field in running for text in _missing(pair, flow, field, organization, currencies)
        }
        text = f"There is one for {', '.join(currencies)}." if currencies else "F&O shows no sellable product."
        yield judged(TITLE, list(missing), text, "", organization)


def _fields(flow: Flow) -> Iterator[Pair]:
    """The price list that a flow out of F&O writes into."""
    for field in flow.active(flow.cds_to_destination):
        if flow.source.system == "finance_operations" and field.reference and field.reference.entity_set == PRICE_LISTS:
            yield field


def _along(field: Pair) -> tuple[Along, ...]:
    return field.reference.along if field.reference else ()


def _missing(pair: TenantPair, flow: Flow, field: Pair, organization: str, currencies: list[str]) -> Iterator[str]:
    references = pair.references(flow.destination.system, organization)
    named = pair.site.defaults(organization, flow.name).get(field.target)
    for currency in currencies:
        row = {field.target: named} | {along.target: currency for along in _along(field)}
        if reason := references.missing(field, row):
            yield reason.text
