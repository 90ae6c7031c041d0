from __future__ import annotations

import pytest
from fixtures.sandbox import BearerSession, Sandbox


@pytest.fixture
def linked(sandbox: Sandbox) -> BearerSession:
    """Two accounts, whose primary contacts' names sort against the accounts' own."""
    ids = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(4)]
    sandbox.put_rows(
        "sales",
        "contacts",
        {"contactid": ids[0], "fullname": "Zoe", "lastname": "Zoe"},
        {"contactid": ids[1], "fullname": "Adam", "lastname": "Adam"},
    )
    sandbox.put_rows(
        "sales",
        "accounts",
        {"accountid": ids[2], "name": "Alpine", "_primarycontactid_value": ids[0], "accountnumber": "A-1 "},
        {"accountid": ids[3], "name": "Blue Yonder", "_primarycontactid_value": ids[1], "accountnumber": "B-1"},
    )
    return sandbox.sales


def names(session: BearerSession, **options: str) -> list[str]:
    query = {f"${name}": value for name, value in options.items()}
    rows = session.get("accounts", params={"$select": "name", **query}).json()["value"]
    return [row["name"] for row in rows]


def test_a_lookup_sorts_by_the_name_it_shows(linked: BearerSession) -> None:
    assert names(linked, orderby="_primarycontactid_value") == ["Blue Yonder", "Alpine"]


def test_a_filter_and_an_order_may_cross_a_lookup(linked: BearerSession) -> None:
    assert names(linked, filter="primarycontactid/fullname eq 'zoe'") == ["Alpine"]
    assert names(linked, orderby="primarycontactid/fullname desc") == ["Alpine", "Blue Yonder"]


def test_equality_is_without_case_and_trailing_blanks(linked: BearerSession) -> None:
    assert names(linked, filter="accountnumber eq 'a-1'") == ["Alpine"]
    assert names(linked, filter="name eq 'alpine' and accountnumber eq 'b-1'") == []


def test_a_filter_on_the_key_finds_one_row(linked: BearerSession) -> None:
    assert names(linked, filter="accountid eq 00000000-0000-0000-0000-000000000003") == ["Blue Yonder"]


def test_an_order_by_two_columns_may_mix_directions(linked: BearerSession) -> None:
    assert names(linked, orderby="statecode desc,name desc") == ["Blue Yonder", "Alpine"]
