from __future__ import annotations

from typing import Any

import pytest

from p2c_sandbox.sales.address import (
    RowReference,
    Segment,
    entity_of,
    parse_reference,
    row_reference,
    segments_of,
    split_segments,
)
from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.errors import SalesError

IDENTIFIER = "89390c24-9c72-e511-80d4-00155d2a68d1"
ROOT = "/api/data/v9.2/"


def reference(text: str) -> RowReference:
    return row_reference(split_segments(text)[0], MODEL)


def test_a_path_is_cut_outside_parentheses_and_decoded() -> None:
    path = f"{ROOT}accounts(accountnumber='A%2FB')/name"
    assert segments_of(path) == (Segment("accounts", "accountnumber='A/B'"), Segment("name"))
    assert segments_of(ROOT) == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"accounts({IDENTIFIER.upper()})", {"accountid": IDENTIFIER}),
        ("accounts(accountnumber='O''Brien)')", {"accountnumber": "O'Brien)"}),
        ("contacts(firstname='Joe',emailaddress1='a@b.c')", {"firstname": "Joe", "emailaddress1": "a@b.c"}),
        (f"accounts(_primarycontactid_value={IDENTIFIER})", {"_primarycontactid_value": IDENTIFIER}),
    ],
)
def test_a_key_names_columns_and_values(text: str, key: dict[str, Any]) -> None:
    assert reference(text).key == key


@pytest.mark.parametrize(
    "text",
    ["accounts", "accounts()", "accounts(1)", "accounts('x')", "accounts(accountnumber=)", "accounts(name='x' 1)"],
)
def test_a_key_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(SalesError) as caught:
        reference(text)
    assert caught.value.status == 400


@pytest.mark.parametrize("text", ["accounts(nam='x')", "accounts(accountnumber=1)"])
def test_columns_that_cannot_be_a_key_are_refused_by_code(text: str) -> None:
    with pytest.raises(SalesError) as caught:
        reference(text)
    assert caught.value.code == "0x80060890"


@pytest.mark.parametrize("unsafe", ["A/B", "A<", "A*", "50%", "A&B", "A:B", "A\\B", "A?", "A+B"])
def test_a_value_that_no_address_can_carry_is_refused(unsafe: str) -> None:
    with pytest.raises(SalesError, match="potentially dangerous"):
        reference(f"accounts(accountnumber='{unsafe}')")


@pytest.mark.parametrize(
    "text",
    [
        f"/accounts({IDENTIFIER})",
        f"accounts({IDENTIFIER})",
        f"https://example.crm.dynamics.com{ROOT}accounts({IDENTIFIER})",
    ],
)
def test_a_reference_may_be_relative_or_whole(text: str) -> None:
    found = parse_reference(text, MODEL)
    assert (found.entity.name, found.identifier) == ("account", IDENTIFIER)


def test_a_reference_to_a_member_is_refused() -> None:
    with pytest.raises(SalesError, match="not a reference to one row"):
        parse_reference(f"accounts({IDENTIFIER})/name", MODEL)


def test_an_unknown_table_is_not_found() -> None:
    with pytest.raises(SalesError) as caught:
        entity_of("Account", MODEL)
    assert (caught.value.status, caught.value.code) == (404, "0x8006088a")
