from __future__ import annotations

import pytest

import p2c_metadata
from p2c_sandbox.literals import QueryError
from p2c_sandbox.query_scope import Scope

SALES = p2c_metadata.load("sales")
CONTACTS = Scope("dataverse", SALES.entity_set("contacts"), SALES)


def test_a_property_has_the_kind_of_its_type() -> None:
    assert CONTACTS.path(["birthdate"]).kind == "datetime"
    assert CONTACTS.path(["lastname"]).names == ("lastname",)


def test_a_path_leads_through_lookups() -> None:
    path = CONTACTS.path(["parentcustomerid_account", "parentaccountid", "name"])
    assert (path.names, path.kind) == (("parentcustomerid_account", "parentaccountid", "name"), "string")
    assert CONTACTS.behind("parentcustomerid_account").entity.name == "account"


@pytest.mark.parametrize("names", [["nam"], ["nam", "name"], ["parentcustomerid_account", "nam"], ["ownerid", "name"]])
def test_a_name_that_leads_nowhere_is_refused(names: list[str]) -> None:
    with pytest.raises(QueryError):
        CONTACTS.path(names)


def test_an_unknown_name_is_shortened_in_the_message() -> None:
    assert len(CONTACTS.unknown("x" * 10_000)) < 250
