from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.errors import ConfigurationError
from p2c.flow import Block, Choice, Expectation, Flow, Lines, Option, Pair, WritePolicy
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS

#: Stands for a line flow: its key is unique with one further field.
LINE_FLOW = replace(CONTACTS, destination=replace(CONTACTS.destination, key_with=("AssociatedContactNumber",)))


def test_two_pairs_to_one_target_are_refused_naming_it() -> None:
    twice = (*ACCOUNTS.cds_to_destination, Pair("Name", "OrganizationName"))
    with pytest.raises(ConfigurationError, match="Flow accounts: two pairs fill 'OrganizationName'; keep one"):
        replace(ACCOUNTS, cds_to_destination=twice)


def test_a_pair_lists_its_source_fields() -> None:
    assert Pair(None, "Target").sources == ()
    assert Pair("one", "Target").sources == ("one",)
    assert Pair(("one", "two"), "Target").sources == ("one", "two")


def test_a_pair_that_is_switched_off_is_not_active() -> None:
    targets = {pair.target for pair in ACCOUNTS.active(ACCOUNTS.cds_to_destination)}
    assert "CreditLimit" not in targets
    assert "OrganizationName" in targets


def test_an_unknown_destination_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'OrganizationName'"):
        ACCOUNTS.destination_pair("OrganisationName")


def test_a_flow_reads_its_keys_first_and_every_field_once() -> None:
    fields = ACCOUNTS.source_fields()
    assert fields[:3] == ("accountid", "accountnumber", "versionnumber")
    assert len(fields) == len(set(fields))


def test_a_flow_reads_the_fields_that_decide_about_scope() -> None:
    selected = replace(ACCOUNTS, source=replace(ACCOUNTS.source, selected_by=("customertypecode",)))
    assert {"customertypecode", "statecode", "accountnumber"} <= set(selected.source_fields())


def test_a_changed_pair_stands_in_the_place_of_the_declared_one() -> None:
    changed = ACCOUNTS.with_pair(Pair("Name", "OrganizationName", write=WritePolicy.ON_CREATE))
    assert changed.destination_pair("OrganizationName").write is WritePolicy.ON_CREATE
    assert [p.target for p in changed.cds_to_destination] == [p.target for p in ACCOUNTS.cds_to_destination]


EXPECTED = Expectation("organizations", "discountcalculationmethod", ("0",), "Discounts would be wrong.")


def choosing(flow: Flow) -> Flow:
    memo = Option(cds_to_destination=(replace(flow.cds_to_destination[0], enabled=False),), expects=(EXPECTED,))
    return replace(flow, choices=(Choice("key", "Is the key sent?", "yes", {"yes": Option(), "no": memo}),))


def test_an_answer_changes_pairs_and_what_is_expected_of_the_source() -> None:
    chosen = choosing(ACCOUNTS).chosen({"key": "no"})
    assert not chosen.cds_to_destination[0].enabled
    assert chosen.source.expects == (EXPECTED,)


def test_an_answer_holds_for_the_lines_too_and_for_good() -> None:
    flow = replace(choosing(ACCOUNTS), lines=Lines(flow=choosing(LINE_FLOW), lookup="_contactid_value"))
    chosen = flow.chosen({"key": "no"}).chosen({})
    assert [part.cds_to_destination[0].enabled for part in chosen.parts] == [False, False]


def test_a_field_that_is_switched_off_falls_out_of_its_block() -> None:
    off = ACCOUNTS.with_pair(replace(ACCOUNTS.destination_pair("AddressCounty"), enabled=False)).with_active_blocks()
    assert off.blocks[0].content == ("AddressStreet", "AddressCity", "AddressState", "AddressZipCode")
    assert off.blocks[1] == ACCOUNTS.blocks[1]


def test_a_block_whose_content_is_switched_off_is_none() -> None:
    flow = replace(
        ACCOUNTS.with_pair(replace(ACCOUNTS.destination_pair("AddressCity"), enabled=False)),
        blocks=(Block("address", content=("AddressCity",), lead=("AddressCountryRegionISOCode",)),),
    )
    assert flow.with_active_blocks().blocks == ()


def test_a_block_consists_of_content_lead_and_carried_fields() -> None:
    assert Block("b", content=("city",), lead=("country",), carried=("roles",)).fields == ("city", "country", "roles")


def test_switching_a_pair_on_switches_on_what_fills_it() -> None:
    off = tuple(replace(pair, enabled=pair.target != "CreditLimit") for pair in ACCOUNTS.source_to_cds)
    flow = replace(ACCOUNTS, source_to_cds=off)
    assert "creditlimit" not in flow.source_fields()
    switched_on = flow.with_pair(replace(flow.destination_pair("CreditLimit"), enabled=True))
    assert "creditlimit" in switched_on.source_fields()


def test_the_lines_of_a_flow_are_a_part_of_it() -> None:
    flow = replace(ACCOUNTS, lines=Lines(flow=LINE_FLOW, lookup="_accountid_value"))
    assert [part.name for part in flow.parts] == ["accounts", "contacts"]
    assert ACCOUNTS.parts == (ACCOUNTS,)
