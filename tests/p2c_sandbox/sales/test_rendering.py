from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fixtures.sandbox import BearerSession

LOOKUP = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
FORMATTED = "OData.Community.Display.V1.FormattedValue"
ALL = {"Prefer": 'odata.include-annotations="*"'}


@pytest.fixture
def contact(sales: BearerSession, create: Callable[..., str]) -> str:
    """A contact of an account named Parent."""
    account = create("accounts", name="Parent")
    return create("contacts", lastname="Child", **{"parentcustomerid_account@odata.bind": f"/accounts({account})"})


def read(session: BearerSession, contact: str, query: str, **headers: str) -> dict[str, Any]:
    found: dict[str, Any] = session.get(f"contacts({contact})?{query}", headers=headers).json()
    return found


def test_columns_not_selected_are_left_out_but_the_key(sales: BearerSession, contact: str) -> None:
    row = read(sales, contact, "$select=lastname")
    assert [name for name in row if not name.startswith("@")] == ["lastname", "contactid"]


def test_without_a_selection_every_column_is_shown(sales: BearerSession, contact: str) -> None:
    row = read(sales, contact, "")
    assert row["birthdate"] is None
    assert row["versionnumber"] > 0
    assert row["createdon"] == row["modifiedon"]


def test_a_polymorphic_lookup_tells_its_table(sales: BearerSession, contact: str) -> None:
    row = read(sales, contact, "$select=_parentcustomerid_value", **ALL)
    assert row[f"_parentcustomerid_value@{LOOKUP}"] == "account"
    assert row[f"_parentcustomerid_value@{NAVIGATION}"] == "parentcustomerid_account"
    assert row[f"_parentcustomerid_value@{FORMATTED}"] == "Parent"


def test_annotations_come_only_if_asked_for(sales: BearerSession, contact: str) -> None:
    assert not any("@" in name[1:] for name in read(sales, contact, "$select=_parentcustomerid_value"))
    some = read(sales, contact, "$select=_parentcustomerid_value", Prefer=f'odata.include-annotations="{LOOKUP}"')
    assert f"_parentcustomerid_value@{LOOKUP}" in some
    assert f"_parentcustomerid_value@{FORMATTED}" not in some


def test_an_expanded_row_has_the_columns_it_was_asked_for(sales: BearerSession, contact: str) -> None:
    row = read(sales, contact, "$select=lastname&$expand=parentcustomerid_account($select=name)")
    parent = row["parentcustomerid_account"]
    assert parent["name"] == "Parent"
    assert set(parent) == {"@odata.etag", "name", "accountid"}


def test_an_expand_of_the_other_table_is_null(sales: BearerSession, contact: str) -> None:
    row = read(sales, contact, "$select=lastname&$expand=parentcustomerid_contact($select=lastname)")
    assert row["parentcustomerid_contact"] is None


def test_expands_may_nest(sales: BearerSession, contact: str) -> None:
    query = "$expand=parentcustomerid_account($select=name;$expand=primarycontactid($select=lastname))"
    assert read(sales, contact, query)["parentcustomerid_account"]["primarycontactid"] is None


@pytest.mark.parametrize(
    "expand",
    [
        "nothing",
        "parentcustomerid_account($select=nam)",
        "parentcustomerid_account($top=1)",
        "parentcustomerid_account($skip=1)",
        "parentcustomerid_account(",
    ],
)
def test_an_expand_that_means_nothing_is_refused(sales: BearerSession, contact: str, expand: str) -> None:
    assert sales.get(f"contacts({contact})?$expand={expand}").status_code == 400


def test_expands_cannot_nest_without_end(sales: BearerSession) -> None:
    expand = "parentaccountid"
    for _ in range(8):
        expand = f"parentaccountid($expand={expand})"
    answer = sales.get(f"accounts?$expand={expand}")
    assert "nests deeper" in answer.json()["error"]["message"]
