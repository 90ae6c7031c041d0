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


@pytest.mark.parametrize(("live", "severity"), [(False, "warning"), (True, "error")])
def test_a_column_with_a_publishers_prefix_may_be_the_companys_own_as_long_as_its_metadata_is_not_read(
    live: bool, severity: str
) -> None:
    fields = Fields("sales", load("sales"), Report("accounts"), live=live)
    assert fields.property("place", fields.model.entity_set("accounts"), "new_segment") is None
    (finding,) = fields.report.findings
    assert finding.severity == severity
    assert ("`p2c check --live` finds it" in finding.message) is not live


@pytest.mark.parametrize("name", ["address1_cty", "_ownerid", "segment"])
def test_a_column_without_a_prefix_of_its_own_is_misspelt(fields: Fields, name: str) -> None:
    fields.property("place", fields.model.entity_set("accounts"), name)
    assert [finding.severity for finding in fields.report.findings] == ["error"]


def test_a_field_of_finance_and_operations_that_a_site_fills_may_be_an_extension() -> None:
    known = Fields("finance_operations", load("finance_operations"), Report(""), own=frozenset({"ContosoSegment"}))
    for name in ("ContosoSegment", "ContosoRegion"):
        known.property("place", known.model.entity_set("CustomersV3"), name)
    assert [finding.severity for finding in known.report.findings] == ["warning", "error"]


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
