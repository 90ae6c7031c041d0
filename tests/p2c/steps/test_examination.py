from __future__ import annotations

from dataclasses import replace

import pytest
from fixtures.quotes import QUOTES, Quotes

from p2c.errors import ConfigurationError
from p2c.flow import Constant, Lines, Pair, Reference
from p2c.ledger import Outcome


def test_a_constant_of_lines_that_finance_does_not_know_stops_the_flow_before_any_write(quotes: Quotes) -> None:
    assert QUOTES.lines is not None
    site = Pair(None, "ShippingSiteId", (Constant("99"),), reference=Reference("OperationalSites", "SiteId"))
    flow = QUOTES.lines.flow
    flow = replace(flow, cds_to_destination=(*flow.cds_to_destination, site))
    quotes.steps.declared = replace(QUOTES, lines=Lines(flow=flow, lookup=QUOTES.lines.lookup))
    quotes.add("QUO-1", quotes.line(1))
    with pytest.raises(ConfigurationError, match="ShippingSiteId: '99' is not in OperationalSites"):
        quotes.run("first")


def test_a_quote_whose_customer_has_not_landed_is_not_blamed_for_its_missing_number(quotes: Quotes) -> None:
    quote = quotes.add("QUO-1", quotes.line(1), _customerid_value=quotes.steps.account("US-027")["accountid"])
    quotes.run("first")
    outcome = quotes.outcome("first", quote)
    assert outcome.outcome is Outcome.PARKED
    assert [reason.code for reason in outcome.reasons] == ["parent"]
