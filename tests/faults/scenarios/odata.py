"""C: what OData lets the two systems do with pages, keys, references and conditions."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from random import Random
from typing import Any

import sqlalchemy
from faults.scenario import scenario
from faults.world import World
from fixtures.steps import STORE_COLUMNS
from fixtures.trial import Row, Trial

from p2c.flows import FLOWS
from p2c.ledger import tables


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
