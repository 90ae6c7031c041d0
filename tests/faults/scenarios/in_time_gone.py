"""E8: rows that are deleted, taken out of scope or entered anew, while a run has read them as they were."""

from __future__ import annotations

from random import Random
from typing import Any

from faults.people import People
from faults.reckoning import never_backwards, newest_everywhere
from faults.scenario import scenario
from faults.world import World

from p2c.flows import FLOWS
from p2c.keys import normalised
from p2c.ledger.records import LANDED

RETIRED = 1


@scenario("E8", "rows are deactivated, deleted, entered anew and orphaned under an old page", judged="at_rest")
def gone_under_an_old_page(world: World, random: Random) -> None:
    """What is done to them: reported, or as the site says; a row deleted in Sales shows in no window, and stays.

    A row entered anew under the number of a deleted one takes over what that one had at the destination.
    """
    (organization,) = world.organizations
    people = People(world, random, rows=4)
    while len(people.rows) < 4 and world.flow != "price_list_items":
        people.enter(sorted(people.rows)[0])
    world.let_pass(1)
    world.must(*world.run("before"))
    world.let_pass(1)
    taken_out, deleted, anew, orphan = random.sample(sorted(people.rows), 4)
    for source_id in (taken_out, deleted, anew, orphan):
        people.edit(source_id)
    world.let_pass(1)
    world.must(world.end(world.start("old page", organization, steps=("extract", "map", "validate"))))
    world.let_pass(1)
    people.take_out(taken_out)
    people.delete(deleted)
    people.delete(anew)
    again = people.enter(anew, key=str(people.rows[anew][FLOWS[world.flow].source.key]))
    if world.flow == "contacts":
        people.orphan(orphan)
    for run_id in ("after", "after that"):
        world.let_pass(1)
        world.must(*world.run(run_id))
    before = found(world, organization)
    world.must(world.rerun("old page", organization, "load"))
    whole = FLOWS[world.flow].source.read_whole
    newest_everywhere(world, *people.closed, *(() if whole else (deleted, anew)))
    never_backwards(world)
    changed = {key for key, row in found(world, organization).items() if before.get(key) != row}
    may_change = set() if whole else {key_of(world, people, deleted), key_of(world, people, anew)}
    assert changed <= may_change, f"the old page has changed {sorted(changed - may_change)}"
    if whole:
        assert_retired(world, deleted)
    else:
        assert_taken_over(world, organization, again, anew)


def found(world: World, organization: str) -> dict[str, Any]:
    """The destination's rows of the organization, by the integration key."""
    rows = world.looked_at(lambda trial: trial.held(organization))
    key = FLOWS[world.flow].destination.key
    return {normalised(str(row[key])): row for row in rows.values()}


def key_of(world: World, people: People, source_id: str) -> str:
    return normalised(str(people.rows[source_id][FLOWS[world.flow].source.key]))


def assert_retired(world: World, number: str) -> None:
    """A product that two whole reads lack is sold no more, unless another company sells it: then that one owns it."""
    source = FLOWS["products"].source
    sold = {row[source.key] for row in world.sandbox.rows(source.system, source.entity_set)}
    if world.flow == "products" and number not in sold:
        rows = [row for row in world.sandbox.rows("sales", "products") if row["productnumber"] == number]
        assert [row["statecode"] for row in rows] == [RETIRED], f"{number} is gone from F&O, but Sales has {rows}"


def assert_taken_over(world: World, organization: str, again: str, before: str) -> None:
    """The row at the destination belongs to the one that was entered anew, and no more to the deleted one."""
    states = world.looked_at(lambda trial: trial.ledger.states(world.flow, organization, [again, before]))
    assert states[again].ours, f"{again} was entered anew, but is {states[again]}"
    assert states[again].outcome in LANDED, f"{again} was entered anew, but is {states[again]}"
    assert not states[before].ours, f"{before} is deleted, and {again} has its key, but it is {states[before]}"
