from __future__ import annotations

from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.destination import Destination
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted

US_001 = Wanted("1", "CustomersV3", {"CustomerAccount": "us-001 "}, {})


def test_a_row_is_found_by_its_key_in_the_organizations_company(snapshot: Snapshot) -> None:
    destination = Destination(snapshot)
    found = destination.find(US_001, "usmf")
    assert found
    assert found["CustomerAccount"] == "US-001"
    assert destination.find(US_001, "demf") is None


def test_a_row_of_the_demo_data_was_not_created(snapshot: Snapshot) -> None:
    destination = Destination(snapshot)
    found = destination.find(US_001, "usmf")
    assert found
    assert not destination.was_created("CustomersV3", found)


def test_a_row_that_came_through_the_api_was_created(snapshot: Snapshot, systems: Systems) -> None:
    body = {
        "dataAreaId": "usmf",
        "CustomerAccount": "NEW-1",
        "OrganizationName": "New",
        "CustomerGroupId": "10",
        "SalesCurrencyCode": "USD",
    }
    created = systems.write_finance("POST", "CustomersV3", body)
    assert Destination(snapshot).was_created("CustomersV3", created)


def test_rows_of_sales_are_found_by_what_they_look_up(snapshot: Snapshot) -> None:
    key = {
        "productid.productnumber": "D0001",
        "pricelevelid.name": "CRM Service USA (sample)",
        "uomid.name": "Each",
    }
    found = Destination(snapshot).find(Wanted("1", "productpricelevels", key, {}), "usmf")
    assert found
    assert found["amount"] == 299


def test_a_row_that_was_deleted_since_is_created_no_more(snapshot: Snapshot, systems: Systems) -> None:
    account = systems.write_sales("POST", "accounts", {"name": "New"})
    assert ("accounts", account["accountid"]) in Destination(snapshot).created
    systems.write_sales("DELETE", f"accounts({account['accountid']})")
    assert ("accounts", account["accountid"]) not in Destination(snapshot).created


def test_all_rows_with_a_value_are_found(snapshot: Snapshot) -> None:
    lines = Destination(snapshot).rows("CDSSalesQuotationLines", {"SalesQuotationNumber": "Q-000101"}, "usmf")
    assert {line["dataAreaId"] for line in lines} == {"usmf"}
