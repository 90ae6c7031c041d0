from __future__ import annotations

from dataclasses import replace

from fixtures.demo_quotes import DemoQuotes, demo_quotes
from fixtures.products import Products, products
from fixtures.steps import Steps

from p2c.flows import FLOWS
from p2c.ledger import Outcome, RowOutcome, Window
from p2c.steps.present_state import PresentState, key_to_look_for, present_state

__all__ = ["demo_quotes", "products"]


def present(steps: Steps, flow: str, key: str) -> PresentState:
    system = steps.client(FLOWS[flow].destination.system, steps.context("now").statistics)
    return present_state(steps.site.applied_to(FLOWS[flow]), steps.site.organization("usmf"), system, key)


def test_a_row_is_read_with_the_fields_that_the_flow_writes(steps: Steps) -> None:
    row = present(steps, "accounts", "us-001").row
    assert row is not None
    assert (row["CustomerAccount"], row["OrganizationName"]) == ("US-001", "Contoso Retail San Diego")


def test_a_row_that_is_not_there_is_none(steps: Steps) -> None:
    assert present(steps, "accounts", "no such") == PresentState()


def test_a_row_of_sales_is_read_by_the_rows_it_refers_to(products: Products) -> None:
    row = present(products.steps, "price_list_items", "D0001|CRM Service USA (sample)|Each").row
    assert row is not None
    assert row["amount"] == "299"


def test_rows_that_share_a_key_are_named(products: Products) -> None:
    row = next(row for row in products.rows("products") if row["productnumber"] == "D0001")
    products.steps.rewrite("sales", "products", {**row, "productid": "11111111-1111-1111-1111-111111111111"})
    found = present(products.steps, "products", "D0001")
    assert (found.row, len(found.ambiguous)) == (None, 2)


def test_a_quote_is_read_with_its_lines(demo_quotes: DemoQuotes) -> None:
    demo_quotes.run("first")
    landed = demo_quotes.steps.ledger.outcomes(demo_quotes.steps.key("first"), Outcome.CREATED)
    number = next(landed).destination_key or ""
    found = present(demo_quotes.steps, "quotes", number)
    assert found.row is not None
    assert len(found.lines) == len(demo_quotes.lines(number)) > 0


def test_a_row_not_sent_yet_is_looked_for_by_its_own_key_where_that_is_the_whole_key(steps: Steps) -> None:
    run = steps.key("first")
    steps.ledger.begin_run(run, Window(None, None, "full"))
    steps.ledger.record(run, [RowOutcome("1", "US-404", 1, Outcome.FAILED)], fingerprint="settings")
    state = steps.ledger.states(steps.flow, "usmf", ["1"])["1"]
    assert key_to_look_for(FLOWS["accounts"], state) == "US-404"
    assert key_to_look_for(FLOWS["contacts"], state) == ""
    assert key_to_look_for(FLOWS["contacts"], replace(state, destination_key="C|Customer|US-1")) == "C|Customer|US-1"
