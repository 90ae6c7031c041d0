from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

CUSTOMER = {
    "dataAreaId": "usmf",
    "CustomerAccount": "P2C-1",
    "OrganizationName": "Trey Research and Development",
    "CustomerGroupId": "10",
    "SiteId": "1",
    "WarehouseId": "13",
    "LanguageId": "en-us",
    "SalesCurrencyCode": "USD",
}
KEY = "CustomersV3(dataAreaId='usmf',CustomerAccount='P2C-1')"
PROTOTYPE = {"ScopeType": "DataArea", "ScopeValue": "usmf"}


def create(sandbox: Sandbox, **changes: Any) -> requests.Response:
    return sandbox.finance_operations.post("CustomersV3", json=CUSTOMER | changes)


def reason(answer: requests.Response) -> str:
    assert answer.status_code == 400
    found: str = answer.json()["error"]["innererror"]["message"]
    return found


def test_a_customer_is_created_with_its_defaults(demo_sandbox: Sandbox) -> None:
    row = create(demo_sandbox).json()
    assert (row["CustomerAccount"], row["PartyType"], row["OnHoldStatus"]) == ("P2C-1", "Organization", "No")
    assert row["NameAlias"] == "Trey Research and De"
    assert row["PartyNumber"] == "000001001"


def test_a_blank_currency_becomes_that_of_the_company_s_country(demo_sandbox: Sandbox) -> None:
    changes = {"dataAreaId": "demf", "SalesCurrencyCode": "", "LanguageId": "de"}
    assert create(demo_sandbox, **changes).json()["SalesCurrencyCode"] == "EUR"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("CustomerGroupId", "99", "'99' in field 'Customer group' is not found in the related table 'Customer groups'"),
        ("SiteId", "9", "'9' in field 'Site' is not found in the related table 'Sites'"),
        ("WarehouseId", "99", "'99' in field 'Warehouse' is not found in the related table 'Warehouses'"),
        ("LanguageId", "xx", "'xx' in field 'Language' is not found in the related table 'Language codes'"),
        ("SalesCurrencyCode", "XXX", "'XXX' in field 'Currency' is not found in the related table 'Currency'"),
        ("PaymentTerms", "Net99", "'Net99' in field 'Terms of payment' is not found"),
        ("InvoiceAccount", "nobody", "'nobody' in field 'Invoice account' is not found"),
        ("AddressCountryRegionISOCode", "QQ", "'QQ' in field 'ISO code' is not found in the related table 'Country/"),
        ("WarehouseId", "22", "Warehouse '22' does not belong to site '1'."),
        ("OrganizationName", "", "Field 'Name' must be filled in."),
        ("CustomerGroupId", "", "Field 'Customer group' must be filled in."),
        ("CustomerAccount", "", "Field 'Customer account' must be filled in."),
        ("PartyType", "Company", "The value 'Company' is not valid in field 'Type'"),
        ("OrganizationName", "x" * 101, "has 101 characters; at most 100 fit."),
        ("CustomerAccount", "x" * 21, "has 21 characters; at most 20 fit."),
    ],
)
def test_a_create_that_breaks_a_rule_is_refused_naming_the_field(
    demo_sandbox: Sandbox, field: str, value: str, text: str
) -> None:
    message = reason(create(demo_sandbox, **{field: value}))
    assert text in message
    assert f"validateField failed on field 'CustCustomerV3Entity.{field}'" in message


def test_every_broken_rule_is_told(demo_sandbox: Sandbox) -> None:
    message = reason(create(demo_sandbox, CustomerGroupId="99", SiteId="9"))
    assert "'Customer group'" in message
    assert "'Site'" in message


def test_a_person_needs_a_last_name(demo_sandbox: Sandbox) -> None:
    person = {"OrganizationName": "", "PartyType": "Person"}
    assert "Field 'Last name' must be filled in." in reason(create(demo_sandbox, **person))
    assert create(demo_sandbox, **person, PersonLastName="Trujillo").status_code == 201


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"CustomerGroupId": "99"}, "'99' in field 'Customer group'"),
        ({"CustomerGroupId": ""}, "Field 'Customer group' must be filled in."),
        ({"WarehouseId": "22"}, "does not belong to site"),
        ({"AddressState": "WA"}, "'WA' in field 'State'"),
        ({"AddressDescription": "Business"}, "Field 'Country/region' must be filled in."),
    ],
)
def test_an_update_is_checked_as_the_row_would_become(demo_sandbox: Sandbox, change: Any, text: str) -> None:
    create(demo_sandbox)
    assert text in reason(demo_sandbox.finance_operations.patch(KEY, json=change))


def test_an_update_of_the_country_moves_both_codes(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, AddressCountryRegionISOCode="US", AddressState="WA")
    change = {"AddressCountryRegionISOCode": "CA", "AddressState": "QC"}
    assert demo_sandbox.finance_operations.patch(KEY, json=change).status_code == 204
    assert demo_sandbox.finance_operations.get(KEY).json()["AddressCountryRegionId"] == "CAN"


def test_the_same_account_in_another_company_is_another_customer(demo_sandbox: Sandbox) -> None:
    assert create(demo_sandbox).status_code == 201
    assert create(demo_sandbox, dataAreaId="demf", LanguageId="de").status_code == 201


def test_a_number_sequence_that_is_not_manual_replaces_the_account(demo_sandbox: Sandbox) -> None:
    sequence = PROTOTYPE | {"NumberSequenceCode": "AR_Cust", "Manual": "No"}
    demo_sandbox.put_rows("finance_operations", "SequenceV2Tables", sequence)
    answer = create(demo_sandbox)
    assert answer.status_code == 201
    assert answer.json()["CustomerAccount"] == "C-000001"
    assert "CustomerAccount='C-000001'" in answer.headers["Location"]
    assert demo_sandbox.finance_operations.get(KEY).status_code == 404


def test_a_given_party_number_is_kept(demo_sandbox: Sandbox) -> None:
    assert create(demo_sandbox, PartyNumber="P-7").json()["PartyNumber"] == "P-7"


def test_a_refused_create_takes_no_number(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, CustomerGroupId="99")
    assert create(demo_sandbox).json()["PartyNumber"] == "000001001"


def test_a_customer_with_quotations_is_not_deleted(demo_sandbox: Sandbox) -> None:
    with_quotation, without = (
        f"CustomersV3(dataAreaId='usmf',CustomerAccount='{account}')?cross-company=true"
        for account in ("US-004", "US-017")
    )
    refused = demo_sandbox.finance_operations.delete(with_quotation)
    assert refused.status_code == 400
    assert "Delete dependent Quotations and try again." in refused.text
    assert demo_sandbox.finance_operations.delete(without).status_code == 204
