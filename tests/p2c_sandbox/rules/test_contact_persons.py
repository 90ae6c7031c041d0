from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

PERSON = {
    "dataAreaId": "usmf",
    "ContactPersonPartyNumber": "CON-90001-AAAAAA",
    "AssociatedContactType": "Customer",
    "AssociatedContactNumber": "US-001",
    "FirstName": "Yvonne",
    "LastName": "McKay",
}
SEQUENCE = {
    "ScopeType": "DataArea",
    "ScopeValue": "usmf",
    "Manual": "No",
    "ToALowerNumber": "No",
    "ToAHigherNumber": "No",
}


def key(number: str = "CON-90001-AAAAAA", customer: str = "US-001") -> str:
    return (
        f"CDSContactPersonsV2(dataAreaId='usmf',ContactPersonPartyNumber='{number}',AssociatedContactType="
        f"Microsoft.Dynamics.DataEntities.SmmContactPersonCdsAssociatedContactType'Customer',"
        f"AssociatedContactNumber='{customer}')"
    )


def create(sandbox: Sandbox, **changes: Any) -> requests.Response:
    return sandbox.finance_operations.post("CDSContactPersonsV2", json=PERSON | changes)


def reason(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    found: str = answer.json()["error"]["innererror"]["message"]
    return found


def party(sandbox: Sandbox, number: str) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.finance_operations.get(f"CDSParties('{number}')").json()
    return found


def parties_named(sandbox: Sandbox, last_name: str) -> list[str]:
    rows = sandbox.rows("finance_operations", "CDSParties")
    return [row["PartyNumber"] for row in rows if row.get("PersonLastName") == last_name]


def test_a_contact_person_is_created_with_its_party(demo_sandbox: Sandbox) -> None:
    row = create(demo_sandbox).json()
    assert row["ContactPersonPartyNumber"] == "CON-90001-AAAAAA"
    assert (row["ContactPersonPartyType"], row["IsInactive"]) == ("Person", "No")
    assert row["ContactPersonId"]
    assert parties_named(demo_sandbox, "McKay") == ["CON-90001-AAAAAA"]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("AssociatedContactNumber", "nobody", "'nobody' in field 'Contact for' is not found in the related table"),
        ("AssociatedContactNumber", "", "Field 'Contact for' must be filled in."),
        ("AssociatedContactType", "Vendor", "Contact persons for 'Vendor' are not supported here"),
        ("LastName", "", "Field 'Last name' must be filled in."),
        ("LastName", "x" * 26, "has 26 characters; at most 25 fit."),
        ("PrimaryAddressCountryRegionISOCode", "QQ", "'QQ' in field 'ISO code' is not found"),
        ("PrimaryAddressStateId", "WA", "'WA' in field 'State' is not found"),
        ("PrimaryAddressDescription", "Home", "Field 'Country/region' must be filled in."),
    ],
)
def test_a_create_that_breaks_a_rule_is_refused_naming_the_field(
    demo_sandbox: Sandbox, field: str, value: str, text: str
) -> None:
    message = reason(create(demo_sandbox, **{field: value}))
    assert text in message
    assert "validateField failed on field 'smmContactPersonCDSV2Entity." in message


def test_a_customer_of_another_company_does_not_count(demo_sandbox: Sandbox) -> None:
    assert "'US-001' in field 'Contact for'" in reason(create(demo_sandbox, dataAreaId="demf"))


def test_a_contact_person_is_set_inactive(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    assert demo_sandbox.finance_operations.patch(key(), json={"IsInactive": "Yes"}).status_code == 204
    assert demo_sandbox.finance_operations.get(key()).json()["IsInactive"] == "Yes"


def test_an_update_is_checked_as_the_row_would_become(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, PrimaryAddressCountryRegionISOCode="US")
    assert demo_sandbox.finance_operations.patch(key(), json={"PrimaryAddressStateId": "WA"}).status_code == 204
    assert "'BY' in field 'State'" in reason(
        demo_sandbox.finance_operations.patch(key(), json={"PrimaryAddressStateId": "BY"})
    )
    assert "'Last name'" in reason(demo_sandbox.finance_operations.patch(key(), json={"LastName": ""}))


def test_a_new_name_is_the_party_s_too(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    demo_sandbox.finance_operations.patch(key(), json={"LastName": "MacKay"}).raise_for_status()
    assert parties_named(demo_sandbox, "MacKay") == ["CON-90001-AAAAAA"]


def test_a_person_may_be_the_contact_of_two_customers_and_is_one_party(demo_sandbox: Sandbox) -> None:
    assert create(demo_sandbox).status_code == 201
    assert create(demo_sandbox, AssociatedContactNumber="US-003").status_code == 201
    assert parties_named(demo_sandbox, "McKay") == ["CON-90001-AAAAAA"]


def test_the_id_of_a_contact_person_is_unique_in_its_company(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, ContactPersonId="CP-1")
    message = reason(create(demo_sandbox, AssociatedContactNumber="US-003", ContactPersonId="CP-1"))
    assert "Contact: CP-1.\nThe record already exists." in message


def test_the_id_of_a_contact_person_stays(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, ContactPersonId="CP-1")
    assert demo_sandbox.finance_operations.patch(key(), json={"ContactPersonId": "CP-1"}).status_code == 204
    message = reason(demo_sandbox.finance_operations.patch(key(), json={"ContactPersonId": "CP-2"}))
    assert "Field 'Contact' cannot be changed from 'CP-1' to 'CP-2'." in message


def test_a_party_sequence_that_is_not_manual_replaces_the_number(demo_sandbox: Sandbox) -> None:
    demo_sandbox.put_rows("finance_operations", "SequenceV2Tables", SEQUENCE | {"NumberSequenceCode": "Dir_Party"})
    assert create(demo_sandbox).json()["ContactPersonPartyNumber"] == "000001001"
    assert demo_sandbox.finance_operations.get(key()).status_code == 404


def test_an_id_sequence_that_is_not_manual_replaces_the_id(demo_sandbox: Sandbox) -> None:
    demo_sandbox.put_rows("finance_operations", "SequenceV2Tables", SEQUENCE | {"NumberSequenceCode": "Cont_Pers"})
    assert create(demo_sandbox, ContactPersonId="CP-1").json()["ContactPersonId"] == "000000101"


def test_a_contact_person_cannot_be_an_organization(demo_sandbox: Sandbox) -> None:
    message = reason(create(demo_sandbox, ContactPersonPartyNumber="000000101"))
    assert "Party '000000101' is of type 'Organization', not 'Person'." in message


def test_a_contact_person_that_turns_customer_stays_one_person(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    customer = {
        "dataAreaId": "usmf",
        "CustomerAccount": "CON-90001-AAAAAA",
        "PartyType": "Person",
        "PartyNumber": "CON-90001-AAAAAA",
        "PersonFirstName": "Yvonne",
        "PersonLastName": "McKay",
        "CustomerGroupId": "10",
    }
    assert demo_sandbox.finance_operations.post("CustomersV3", json=customer).status_code == 201
    assert parties_named(demo_sandbox, "McKay") == ["CON-90001-AAAAAA"]


def test_a_customer_without_the_contact_s_party_number_is_a_second_person(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    customer = {
        "dataAreaId": "usmf",
        "CustomerAccount": "CON-90001-AAAAAA",
        "PartyType": "Person",
        "PersonLastName": "McKay",
        "CustomerGroupId": "10",
    }
    assert demo_sandbox.finance_operations.post("CustomersV3", json=customer).status_code == 201
    assert len(parties_named(demo_sandbox, "McKay")) == 2
