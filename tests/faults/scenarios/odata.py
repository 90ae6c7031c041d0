"""C: what OData lets the two systems do with pages, keys, references and conditions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any
from uuid import uuid4

import sqlalchemy
from faults.scenario import scenario
from faults.world import STEPS, World
from fixtures.random_rows import FREE, differences, randomized
from fixtures.steps import STORE_COLUMNS
from fixtures.trial import SITE, Row, Trial

import p2c_metadata
from p2c.destination import Destination
from p2c.flow import WritePolicy
from p2c.flows import FLOWS
from p2c.ledger import tables
from p2c.systems.odata.literals import key_predicate
from p2c_metadata.model import EntityType

WITH_PARENTS = ("price_list_items", "contacts", "quotes")


def mended(world: World, run_id: str = "mended") -> None:
    """A further run that reads everything, with nothing in its way."""
    world.sandbox.clear_faults()
    whole = world.looked_at(lambda trial: trial.flow.source.read_whole)
    world.must(*world.run(run_id, **({} if whole else {"full": True})))


@scenario("C6", "pages in a circle or read twice, rows repeated, skipped or changed between pages, links expired")
def pages_that_go_wrong(world: World, random: Random) -> None:
    (organization,) = world.organizations
    source = FLOWS[world.flow].source
    everything = {} if source.read_whole else {"full": True}
    page = {"system": source.system, "method": "GET", "entity_set": source.entity_set}
    by_links = source.system == "sales"
    repeating = [repeated_row(page), *([read_twice(page)] if by_links else [])]
    others = [expired(page), skipped_row(page)] if by_links else []
    for number, fault in enumerate([*repeating, *others]):
        world.sandbox.plan_faults(fault)
        ended = world.end(world.start(f"read {number}", organization, steps=("extract",), **everything))
        while not ended.well:
            assert ended.error_type == "TransientError", f"{fault['action']} ended extract with {ended}"
            ended = world.end(world.start(f"read {number}", organization, steps=("extract",), **everything))
        world.sandbox.clear_faults()
        if fault in repeating:
            world.must(world.rerun(f"read {number}", organization, "map"))
        missed = world.looked_at(lambda trial, run_id=f"read {number}": rows_missed(trial, run_id, organization))
        assert not missed, f"{fault['action']}: {missed} were not read"
    if by_links:
        no_end(world, page)
    number = random.randrange(1, 1 + world.expected.requests[organization, "extract"])
    world.must(world.meanwhile("changing", organization, "extract", number, lambda: touch(world)))
    world.must(world.rerun("changing", organization, "map"))
    mended(world)


def repeated_row(page: Mapping[str, Any]) -> dict[str, Any]:
    """The first row of each page stands there twice."""
    twice = {"find": r'(?s)"value":\[(\{.*?\})(?=,\{"@odata\.etag")', "by": r'"value":[\1,\1'}
    return {"match": page, "action": {"rewrite": [twice]}}


def read_twice(page: Mapping[str, Any]) -> dict[str, Any]:
    """The link of the first page leads to that page."""
    again = {"find": r'"@odata\.nextLink":"[^"]*"', "by": '"@odata.nextLink":"{url}"'}
    return {"match": {**page, "nth": 1}, "action": {"rewrite": [again]}}


def expired(page: Mapping[str, Any]) -> dict[str, Any]:
    """The second page is no longer known."""
    error = {"error": {"code": "0x80040203", "message": "The paging cookie is invalid."}}
    return {"match": {**page, "nth": 2}, "action": {"status": 400, "body": error}}


def skipped_row(page: Mapping[str, Any]) -> dict[str, Any]:
    """The second page lacks its first row, as where a row before it was deleted and pages go by numbers."""
    first = {"find": r'(?s)"value":\[\{.*?\},(?=\{"@odata\.etag")', "by": '"value":[', "count": 1}
    return {"match": {**page, "nth": 2}, "action": {"rewrite": [first]}}


def rows_missed(trial: Trial, run_id: str, organization: str) -> set[str]:
    """Source ids of rows that a first read did not stage."""
    own = trial.flow.source.id
    parts = trial.steps.context(run_id, organization).staged("extract").read().parts("rows", [own])
    read = {row for part in parts for row in part.column(own).to_pylist()}
    return {row[own] for row in trial.source_rows(organization)} - read


def no_end(world: World, page: Mapping[str, Any]) -> None:
    """Every page links to itself: that is seen at the second of them."""
    (organization,) = world.organizations
    again = read_twice(page)
    world.sandbox.plan_faults({**again, "match": page})
    ended = world.end(world.start("circle", organization, steps=("extract",), full=True))
    pages = world.sandbox.control("GET", "faults")[0]["fired"]
    world.sandbox.clear_faults()
    assert "circle" in ended.error or pages < 2, f"pages that lead in a circle ended extract with {ended}"
    assert pages <= 2, f"a circle of one page was read {pages} times"


def touch(world: World) -> None:
    """Rows of the source are modified, to what they were: all but those that a change puts out of scope once sent."""

    def put(trial: Trial) -> None:
        once = [rule for rule in trial.flow.scope if rule.unless_sent]
        rows = (row for row in trial.source_rows() if all(rule.holds(str(row[rule.field])) for rule in once))
        trial.put(map(without_store, rows))

    world.looked_at(put)


def without_store(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (*STORE_COLUMNS, "modifiedon", "versionnumber")}


@scenario("C7", "the watermark is lost (no delta token is kept): everything is read again, and nothing is written")
def where_to_go_on_is_forgotten(world: World, random: Random) -> None:
    world.must(*world.run("run"))
    before = len(world.effects())

    def forget(trial: Trial) -> None:
        with trial.steps.engine.begin() as connection:
            connection.execute(sqlalchemy.delete(tables.watermarks))

    world.looked_at(forget)
    world.must(*world.run("from the beginning"))
    writes = len(world.effects()) - before
    assert not writes, f"a read from the beginning wrote {writes} times"


@scenario("C8", "two rows with one key, or with keys that differ in case, blanks or Unicode form", judged="at_rest")
def keys_that_are_the_same(world: World, random: Random) -> None:
    (organization,) = world.organizations
    world.must(*world.run("first"))
    before = world.looked_at(lambda trial: trial.stored())
    keys = ["CAFÉ-1", unicodedata.normalize("NFD", "CAFÉ-1"), "café-1", "CAFÉ-1 "]
    chosen = random.sample(keys, 2)

    def put(trial: Trial) -> list[str]:
        donor = random.choice(trial.donors("first", organization))
        copies = [trial.copy_of(donor, key) for key in chosen]
        trial.put(copies)
        return [str(row[trial.flow.source.id]) for row in copies]

    ids = world.looked_at(put)
    world.must(*world.run("second"))
    found = world.looked_at(lambda trial: trial.outcomes("second", organization))
    for own, other in (ids, reversed(ids)):
        reasons = found[own].reasons if own in found else ()
        codes = [reason.code for reason in reasons]
        assert codes == ["duplicate_key"], f"{chosen}: {found.get(own)}"
        assert other in reasons[0].text, f"{reasons[0].text} does not name {other}"
    assert world.looked_at(lambda trial: trial.stored()) == before, "the destination has changed"


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


@scenario(
    "C10",
    "updates are refused with 412, 404 or 409, or the destination's rows change or go after they were read",
    flows=[flow.name for flow in FREE],
    judged="at_rest",
)
def rows_changed_under_our_hands(world: World, random: Random) -> None:
    world.must(*world.run("first"))
    statuses = random.sample((412, 404, 409), 3)
    for number, status in enumerate(statuses, start=1):
        refuse(world, number, status)
    while_loading(world, random, "written", put_back)
    while_loading(world, random, "deleted", delete)


def refuse(world: World, number: int, status: int) -> None:
    """The destination refuses the update of that number."""
    error = {"error": {"code": "0x80060882" if status == 412 else "", "message": "Another was first."}}
    operation = {"system": FLOWS[world.flow].destination.system, "method": "PATCH", "operation": "any", "nth": number}
    world.sandbox.plan_faults({"match": operation, "action": {"status": status, "body": error}})


def while_loading(world: World, random: Random, run_id: str, deed: Callable[[World, Sequence[Row]], None]) -> None:
    """Change rows of the source, and do something to the destination's while a run loads them."""
    (organization,) = world.organizations

    def change(trial: Trial) -> tuple[list[Row], list[Row]]:
        rows, _ = randomized(random, trial, map(without_store, trial.donors("first", organization)[:8]))
        return rows, made(world, trial)

    rows, ours = world.looked_at(change)
    world.must(world.end(world.start(run_id, organization, steps=STEPS[:-1])))
    number = random.randrange(1, 1 + world.expected.requests[organization, "load"])
    ended = world.meanwhile(run_id, organization, "load", number, lambda: deed(world, ours))
    while not ended.well:
        assert ended.error_type == "TransientError", f"a conflict ended load with {ended}"
        ended = world.rerun(run_id, organization, "load")
    again = f"{run_id}, then mended"
    mended(world, again)
    wrong = world.looked_at(lambda trial: differences(trial, again, organization, rows, {WritePolicy.ALWAYS}))
    assert not wrong, "; ".join(wrong[:5])


def made(world: World, trial: Trial) -> list[Row]:
    """The destination's rows that the trial's own runs created or changed."""
    entity = entity_of(trial.flow.destination)
    keys = {effect["key"].casefold() for effect in world.effects() if effect["entity_set"] == entity.entity_set}
    rows = trial.stored().values()
    found = [row for row in rows if ",".join(str(row[name]) for name in entity.key).casefold() in keys]
    assert found, "the first run made no row of the destination"
    return found


def entity_of(destination: Destination) -> EntityType:
    return p2c_metadata.load(destination.system).entity_set(destination.entity_set)


def put_back(world: World, rows: Sequence[Row]) -> None:
    """Another writes the destination's rows as they were, which makes them newer."""
    destination = FLOWS[world.flow].destination
    world.sandbox.put_rows(destination.system, destination.entity_set, *map(without_store, rows))


def delete(world: World, rows: Sequence[Row]) -> None:
    """Another deletes the destination's rows, but for those that the system keeps, for others refer to them."""
    destination = FLOWS[world.flow].destination
    entity = entity_of(destination)
    types = {name: entity.property(name).type for name in entity.key}
    gone = 0
    for row in rows:
        key = {name: str(row[name]) for name in entity.key}
        if destination.system == "sales":
            deleted = world.sandbox.sales.delete(f"{entity.entity_set}({key[entity.key[0]]})")
        else:
            address = entity.entity_set + key_predicate(key, types)
            deleted = world.sandbox.finance_operations.delete(address, params={"cross-company": "true"})
        assert deleted.status_code in (204, 400), deleted.text
        gone += deleted.ok
    assert gone, "none of the destination's rows could be deleted"
