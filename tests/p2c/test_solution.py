"""Fields of Microsoft's Prospect to cash solution."""

from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.flow import Choice, Condition, Constant, Flow, Lines, Option, Pair, Referenced
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.flows.products import PRODUCTS
from p2c.solution import solution_fields, with_solution_names, without_solution

FLAG = "msdynce_flag"
PLACES: dict[str, Flow] = {
    "source": replace(ACCOUNTS, source_to_cds=(Pair(FLAG, "Name"),)),
    "source behind a lookup": replace(ACCOUNTS, source_to_cds=(Pair((f"parentid.{FLAG}", "name"), "Name"),)),
    "key": replace(ACCOUNTS, source=replace(ACCOUNTS.source, key=FLAG)),
    "condition": replace(ACCOUNTS, scope=(Condition(FLAG, "the flag is off", ("true",)),)),
    "derived field": replace(
        ACCOUNTS, source=replace(ACCOUNTS.source, derived=(Referenced(FLAG, ("quotes",), "id", "modifiedon"),))
    ),
    "target": replace(ACCOUNTS, cds_to_destination=(Pair(None, FLAG, (Constant("true"),)),)),
    "mark of ours": replace(ACCOUNTS, destination=replace(ACCOUNTS.destination, maintained=(f"productid.{FLAG}", "1"))),
    "action": replace(ACCOUNTS, left_actions={"retire": {FLAG: "false"}}),
    "choice": replace(
        ACCOUNTS,
        choices=(Choice("flag", "Which?", "on", {"on": Option(source_to_cds=(Pair(FLAG, "Name"),))}),),
    ),
}


@pytest.mark.parametrize("flow", PLACES.values(), ids=PLACES.keys())
def test_a_field_of_the_solution_is_found_and_renamed_wherever_a_flow_names_it(flow: Flow) -> None:
    assert solution_fields(flow) == {FLAG}
    renamed = with_solution_names(flow, {FLAG: "new_flag"})
    assert solution_fields(replace(renamed, other_names={})) == frozenset()
    assert "new_flag" in repr(renamed)


def test_without_other_names_a_flow_stays_as_it_is() -> None:
    assert with_solution_names(CONTACTS, {}) is CONTACTS


def test_only_the_names_change() -> None:
    there = with_solution_names(CONTACTS, {"msdynce_contactnumber": "new_number"})
    back = with_solution_names(there, {"new_number": "msdynce_contactnumber"})
    assert replace(back, other_names={}) == CONTACTS


def test_fields_of_lines_are_found_but_renamed_with_the_flow_of_the_lines() -> None:
    rows = replace(
        ACCOUNTS,
        source_to_cds=(Pair(FLAG, "Name"),),
        destination=replace(ACCOUNTS.destination, key_with=("CustomerGroupId",)),
    )
    header = replace(ACCOUNTS, lines=Lines(flow=rows, lookup="_parentaccountid_value"))
    assert solution_fields(header) == {FLAG}
    assert with_solution_names(header, {FLAG: "new_flag"}).lines == header.lines


def test_without_the_solution_a_flow_writes_none_of_its_fields_and_has_no_mark_in_one() -> None:
    flow = without_solution(PRODUCTS, ())
    assert solution_fields(flow) == frozenset()
    assert flow.destination.maintained is None
    assert len(flow.cds_to_destination) == len(PRODUCTS.cds_to_destination) - 1


def test_a_field_that_a_column_stands_for_stays_without_the_solution() -> None:
    assert without_solution(PRODUCTS, {"msdynce_ismaintainedexternally"}) == PRODUCTS
