"""How Sales itself is set: its discount method and its pricing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from p2c.check.expectations import unmet_expectations
from p2c.check.preflight.line import Line, judged
from p2c.check.preflight.tenant_pair import TenantPair
from p2c.choice import Expectation
from p2c.flow import Flow

TITLES: Mapping[str, str] = {
    "discountcalculationmethod": "Discount method",
    "oobpricecalculationenabled": "System pricing",
}


def check_settings(pair: TenantPair) -> Iterator[Line]:
    """Each setting that a flow expects of its source system; the same that `p2c check --live` finds."""
    for flow in pair.flows.values():
        for part in flow.parts:
            for expects in part.source.expects:
                title = TITLES.get(expects.field, f"{expects.entity_set}.{expects.field}")
                alone = replace(part, source=replace(part.source, expects=(expects,)), lines=None)
                yield judged(title, _unmet(pair, alone), f"It is as {part.name} expects.", _remedy(expects))


def _unmet(pair: TenantPair, flow: Flow) -> list[str]:
    return [finding.message for finding in unmet_expectations(flow, pair.client(flow.source.system))]


def _remedy(expects: Expectation) -> str:
    if expects.field == "discountcalculationmethod":
        return "In Sales: App settings > Product catalog settings; here: `discount_method` in [flows.quotes.choices]."
    return "In Sales: App settings > Product catalog settings."
