from __future__ import annotations

from dataclasses import replace

from fixtures.products import products

from p2c.flows import flow_named
from p2c.steps.context import StepContext
from p2c.steps.earlier_flows import foreseen

__all__ = ["products"]


def contacts_of(steps, run_id: str) -> StepContext:
    """The contacts flow in the DAG run that ran accounts."""
    context = replace(steps.context(run_id), flow=flow_named("contacts"))
    run = steps.ledger.run(steps.key(run_id))
    steps.ledger.begin_run(context.key, run.window, dry_run=run.dry_run)
    return context


def present(steps, context: StepContext, *numbers: str) -> set[str]:
    destination = foreseen(context, steps.finance_operations)
    return set(destination.rows_by_key("CustomersV3", "CustomerAccount", numbers, (), "usmf"))


def test_rows_that_an_earlier_flow_of_a_dry_run_would_create_are_there_for_the_next(steps):
    steps.run("dry", dry_run=True)
    assert present(steps, contacts_of(steps, "dry"), "US-002", "us-001", "US-NOWHERE") == {"us-002", "us-001"}
    assert "US-002" not in steps.customers()


def test_a_row_of_no_company_is_there_for_every_organization(products):
    products.run("dry", dry_run=True)
    steps = products.steps
    created = [found.integration_key for found in steps.ledger.differences(steps.key("dry"), "", 1)]
    context = steps.context("dry", "demf")
    steps.ledger.begin_run(context.key, steps.context("dry").run.window, dry_run=True)
    there = foreseen(context, steps.sales).rows_by_key("products", "productnumber", created, (), "")
    assert set(there) == {key.casefold() for key in created}
    assert created


def test_a_flow_that_runs_alone_sees_what_is_there(steps):
    steps.run("other", dry_run=True)
    context = contacts_of(steps, "other")
    alone = replace(context, run_id="alone")
    steps.ledger.begin_run(alone.key, context.run.window, dry_run=True)
    assert present(steps, alone, "US-002") == set()


def test_a_real_run_sees_what_is_there(steps):
    steps.run("real")
    context = contacts_of(steps, "real")
    destination = steps.finance_operations
    assert foreseen(context, destination) is destination
