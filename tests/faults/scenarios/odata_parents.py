"""C9: rows that come before their parents."""

from __future__ import annotations

from random import Random
from typing import Any
from uuid import uuid4

from faults.scenario import scenario
from faults.scenarios.odata import without_store
from faults.world import World
from fixtures.trial import SITE, Row, Trial

from p2c.flows import FLOWS

WITH_PARENTS = ("price_list_items", "contacts", "quotes")


@scenario(
    "C9",
    "a row comes before its parent; another company has one of that number; two rows are that parent; then it arrives",
    flows=WITH_PARENTS,
    judged="at_rest",
)
def a_parent_that_comes_later(world: World, random: Random) -> None:
    world.must(*world.run("first"))
    within = FLOWS[world.flow].parents[0].flow == "products"
    (item_before_its_product if within else row_before_its_customer)(world, random)


def row_before_its_customer(world: World, random: Random) -> None:
    """A contact is its account's primary contact as well: neither waits for the other for ever."""
    parent = FLOWS[world.flow].parents[0]
    field = f"_{parent.id.partition('.')[0].removesuffix('_account')}_value"
    (organization,) = world.organizations
    account, child = world.looked_at(lambda trial: put_family(trial, random, organization, field))
    put_customer_elsewhere(world, "LATE-0")
    world.must(*world.run("early"))
    assert outcome_of(world, "early", child) == "parked", "a row without its parent was not parked"

    twin = world.looked_at(lambda trial: put_twin(accounts_of(trial), account))
    world.must(*world.run("parents", flow=parent.flow))
    world.must(*world.run("unsure"))
    assert outcome_of(world, "unsure", child) == "parked", "one of two parents was taken"

    world.sandbox.delete_rows("sales", "accounts", [twin])
    world.must(*world.run("parent", flow=parent.flow, full=True))
    world.must(*world.run("later"))
    assert outcome_of(world, "later", child) == "created", "a row with its parent was not created"


def item_before_its_product(world: World, random: Random) -> None:
    """The product is in Sales, kept by a person; then by us; then twice."""
    (organization,) = world.organizations

    def put(trial: Trial) -> str:
        return put_copy(trial, random.choice(trial.donors("first", organization)), "LATE-1")

    child = world.looked_at(put)
    by_person = put_product(world, "LATE-1", msdynce_ismaintainedexternally=False)
    world.must(*world.run("early"))
    assert outcome_of(world, "early", child) == "parked", "a person's product was taken"
    world.sandbox.delete_rows("sales", "products", [by_person])

    world.must(*world.run("parent", flow="products"))
    twin = put_product(world, "LATE-1", msdynce_ismaintainedexternally=True)
    world.must(*world.run("unsure"))
    assert outcome_of(world, "unsure", child) == "rejected", "one of two products was taken"
    reasons = world.looked_at(lambda trial: trial.outcomes("unsure", organization))[child].reasons
    assert twin in reasons[0].text, f"{reasons[0].text} does not name {twin}"

    world.sandbox.delete_rows("sales", "products", [twin])
    world.must(*world.run("later"))
    assert outcome_of(world, "later", child) == "created", "a row with its parent was not created"


def put_family(trial: Trial, random: Random, organization: str, field: str) -> tuple[str, str]:
    """Copies of a row and of the account behind its field, each the other's; no run has read them."""
    accounts = accounts_of(trial)
    known = {row["accountid"]: row for row in accounts.source_rows()}
    donor = random.choice([row for row in trial.donors("first", organization) if row.get(field) in known])
    account = put_copy(accounts, known[donor[field]], "LATE-0")
    child = trial.copy_of(donor, "LATE-1") | {field: account}
    trial.put([child])
    if trial.flow.source.entity_set == "contacts":
        accounts.put([{"accountid": account, "_primarycontactid_value": child["contactid"]}])
    return account, str(child[trial.flow.source.id])


def accounts_of(trial: Trial) -> Trial:
    return Trial(trial.sandbox, trial.steps.engine, trial.steps.folder, FLOWS["accounts"])


def put_copy(trial: Trial, donor: Row, key: str) -> str:
    """A copy of a source row under that key; returns its id."""
    copy = trial.copy_of(donor, key)
    trial.put([copy])
    return str(copy[trial.flow.source.id])


def put_twin(accounts: Trial, account: str) -> str:
    """Another account under the number of that one."""
    like = next(row for row in accounts.source_rows() if row["accountid"] == account)
    return put_copy(accounts, like, like["accountnumber"])


def put_customer_elsewhere(world: World, number: str) -> None:
    """A customer of that number in every other company."""
    ours = {SITE.organization(name).legal_entity for name in world.organizations}
    rows = world.sandbox.rows("finance_operations", "CustomersV3")
    others = {row["dataAreaId"]: row for row in rows if row["dataAreaId"] not in ours}
    assert others, "there is no other company with customers"
    copies = (without_store(row) | {"CustomerAccount": number} for row in others.values())
    world.sandbox.put_rows("finance_operations", "CustomersV3", *copies)


def put_product(world: World, number: str, **changes: Any) -> str:
    """A product of that number in Sales, past all rules; returns its id."""
    like = next(row for row in world.sandbox.rows("sales", "products") if row["productnumber"])
    product = without_store(like) | {"productid": str(uuid4()), "productnumber": number} | changes
    world.sandbox.put_rows("sales", "products", product)
    return str(product["productid"])


def outcome_of(world: World, run_id: str, row: str) -> str:
    """What became of a source row, which was read."""
    (organization,) = world.organizations
    found = world.looked_at(lambda trial: trial.outcomes(run_id, organization)).get(row)
    assert found is not None, f"{row} was not read by the run {run_id}"
    return str(found.outcome)
