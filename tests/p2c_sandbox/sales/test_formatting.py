from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.sales.call import MODEL
from p2c_sandbox.sales.formatting import formatted_value
from p2c_sandbox.sales.rows import Lookups
from p2c_sandbox.store import Store

EURO = {"transactioncurrencyid": "e", "currencyname": "Euro", "currencysymbol": "€"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        transaction.insert("sales", "transactioncurrencies", "e", EURO)
    return store


@pytest.mark.parametrize(
    ("column", "values", "text"),
    [
        ("statecode", {"statecode": 1}, "Inactive"),
        ("donotemail", {"donotemail": True}, "Yes"),
        ("numberofemployees", {"numberofemployees": 6200}, "6,200"),
        ("creditlimit", {"creditlimit": Decimal("1234.5")}, "$1,234.50"),
        ("creditlimit", {"creditlimit": 5, "_transactioncurrencyid_value": "e"}, "€5.00"),
        ("modifiedon", {"modifiedon": "2026-03-05T00:07:00Z"}, "3/5/2026 12:07 AM"),
        ("modifiedon", {"modifiedon": "2026-03-05T13:07:00Z"}, "3/5/2026 1:07 PM"),
        ("_transactioncurrencyid_value", {"_transactioncurrencyid_value": "e"}, "Euro"),
        ("name", {"name": "x"}, None),
        ("creditlimit", {}, None),
    ],
)
def test_a_value_reads_as_a_person_reads_it(
    store: Store, column: str, values: dict[str, Any], text: str | None
) -> None:
    account = MODEL.entity("account")
    with store.read() as transaction:
        assert formatted_value(account.properties[column], values, Lookups(transaction)) == text


def test_a_date_without_time_shows_none(store: Store) -> None:
    contact = MODEL.entity("contact")
    with store.read() as transaction:
        text = formatted_value(contact.properties["birthdate"], {"birthdate": "2000-02-29"}, Lookups(transaction))
    assert text == "2/29/2000"
