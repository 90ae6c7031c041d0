from __future__ import annotations

import pytest

import p2c_metadata
from p2c_sandbox.finance_operations.address import Address, parse_address, parse_key, written_key
from p2c_sandbox.finance_operations.errors import FinanceOperationsError

MODEL = p2c_metadata.load("finance_operations")
CUSTOMERS = MODEL.entity_set("CustomersV3")
REFERENCES = MODEL.entity_set("NumberSequencesV2References")


def test_a_collection_has_no_key() -> None:
    assert parse_address(MODEL, "/data/CustomersV3") == Address(CUSTOMERS)


def test_a_count_is_that_of_a_collection() -> None:
    assert parse_address(MODEL, "/data/CustomersV3/$count") == Address(CUSTOMERS, count=True)


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("'US-001'", "US-001"),
        ("'O''Brien%2Fa%3Fb'", "O'Brien/a?b"),
        ("'a,b=c'", "a,b=c"),
        ("'A (b)'", "A (b)"),
        ("'%C4%85'", "ą"),
        ("'US-001%20%20'", "US-001"),
    ],
)
def test_a_key_is_decoded_and_unquoted(written: str, account: str) -> None:
    address = parse_address(MODEL, f"/data/CustomersV3(dataAreaId='usmf',CustomerAccount={written})")
    assert address.key == {"dataAreaId": "usmf", "CustomerAccount": account}


def test_key_values_may_come_in_any_order() -> None:
    assert parse_key(CUSTOMERS, "CustomerAccount='a', dataAreaId='usmf'") == {
        "dataAreaId": "usmf",
        "CustomerAccount": "a",
    }


def test_an_enumeration_in_a_key_is_written_with_its_type() -> None:
    text = "ScopeType=Microsoft.Dynamics.DataEntities.NumberSequenceType'DataArea',ScopeValue='usmf',DataTypeName='x'"
    assert parse_key(REFERENCES, text)["ScopeType"] == "DataArea"


@pytest.mark.parametrize(
    "key",
    [
        "CustomerAccount='US-001'",
        "'US-001'",
        "",
        "dataAreaId='usmf',CustomerAccount=1",
        "dataAreaId='usmf',CustomerAccount='a',Name='b'",
        "dataAreaId='usmf',dataAreaId='usmf'",
        "dataAreaId='usmf',CustomerAccount='a",
    ],
)
def test_a_key_that_does_not_name_every_key_field_once_is_a_400(key: str) -> None:
    with pytest.raises(FinanceOperationsError, match="must name each of dataAreaId, CustomerAccount once") as raised:
        parse_key(CUSTOMERS, key)
    assert raised.value.status == 400


@pytest.mark.parametrize("path", ["/data/customersv3", "/data/Vendors", "/data/CustomersV3/Name"])
def test_an_address_of_nothing_is_a_404(path: str) -> None:
    with pytest.raises(FinanceOperationsError) as raised:
        parse_address(MODEL, path)
    assert raised.value.status == 404


def test_a_written_key_is_read_again() -> None:
    values = {"dataAreaId": "usmf", "CustomerAccount": "O'Brien/a?b ą"}
    address = parse_address(MODEL, f"/data/CustomersV3({written_key(CUSTOMERS, values)})")
    assert address.key == values


def test_a_written_enumeration_is_read_again() -> None:
    values = {"ScopeType": "DataArea", "ScopeValue": "usmf", "DataTypeName": "CustAccount"}
    assert parse_address(MODEL, f"/data/NumberSequencesV2References({written_key(REFERENCES, values)})").key == values
