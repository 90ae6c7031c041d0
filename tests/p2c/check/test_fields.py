from __future__ import annotations

import pytest

from p2c.check.fields import Fields
from p2c.check.finding import Report
from p2c_metadata import load


@pytest.fixture
def fields() -> Fields:
    return Fields("sales", load("sales"), Report("accounts"))


def test_a_field_is_found_by_its_name(fields: Fields) -> None:
    found = fields.property("place", fields.entity_set("place", "accounts"), "name")
    assert found is not None
    assert found.max_length == 160
    assert fields.report.findings == []


def test_a_field_is_found_through_a_lookup(fields: Fields) -> None:
    contract = fields.contract("place", fields.model.entity_set("accounts"), "transactioncurrencyid.isocurrencycode")
    assert contract is not None
    assert (contract.kind, contract.length) == ("text", 5)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("accountnumbr", "Sales: Unknown field of accounts 'accountnumbr'; did you mean 'accountnumber' or"),
        ("transactioncurrency.x", "Sales: Unknown lookup of accounts 'transactioncurrency'; did you mean"),
        ("transactioncurrencyid.isocode", "Sales: Unknown field of transactioncurrencies 'isocode'; did you mean"),
        ("ownerid.name", "Sales: Unknown entity behind ownerid 'principal'; known: account,"),
    ],
)
def test_an_unknown_name_is_reported_with_the_nearest_ones(fields: Fields, name: str, message: str) -> None:
    assert fields.property("here", fields.model.entity_set("accounts"), name) is None
    (finding,) = fields.report.findings
    assert finding.place == "here"
    assert finding.message.startswith(message)


def test_an_unknown_entity_set_is_reported_once_and_its_fields_not_at_all(fields: Fields) -> None:
    entity = fields.entity_set("here", "acounts")
    assert fields.contract("here", entity, "name") is None
    assert [finding.message for finding in fields.report.findings] == [
        "Sales: Unknown entity set 'acounts'; did you mean 'accounts' or 'contacts'?"
    ]
