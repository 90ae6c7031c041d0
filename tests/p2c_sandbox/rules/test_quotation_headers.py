from __future__ import annotations

from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

HEADER = {
    "dataAreaId": "usmf",
    "SalesQuotationNumber": "QUO-1",
    "RequestingCustomerAccountNumber": "US-001",
    "RequestedShippingDate": "2026-04-01",
}
LINE = {
    "dataAreaId": "usmf",
    "SalesQuotationNumber": "QUO-1",
    "LineCreationSequenceNumber": 1,
    "ProductNumber": "D0001",
    "RequestedSalesQuantity": 2,
}
KEY = "CDSSalesQuotationHeaders(dataAreaId='usmf',SalesQuotationNumber='QUO-1')"
LINE_KEY = "CDSSalesQuotationLines(dataAreaId='usmf',LineCreationSequenceNumber=1,SalesQuotationNumber='QUO-1')"


def create(sandbox: Sandbox, **changes: Any) -> requests.Response:
    return sandbox.finance_operations.post("CDSSalesQuotationHeaders", json=HEADER | changes)


def add_line(sandbox: Sandbox, **changes: Any) -> None:
    answer = sandbox.finance_operations.post("CDSSalesQuotationLines", json=LINE | changes)
    assert answer.status_code == 201, answer.text


def reason(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    found: str = answer.json()["error"]["innererror"]["message"]
    return found


def header(sandbox: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = sandbox.finance_operations.get(KEY).json()
    return found


def confirm(sandbox: Sandbox) -> None:
    row = {"dataAreaId": "usmf", "SalesQuotationNumber": "QUO-1", "SalesQuotationStatus": "Confirmed"}
    sandbox.put_rows("finance_operations", "CDSSalesQuotationHeaders", row)


def test_a_quotation_takes_what_is_blank_from_its_customer(demo_sandbox: Sandbox) -> None:
    row = create(demo_sandbox).json()
    assert row["SalesQuotationStatus"] == "Created"
    assert (row["CurrencyCode"], row["LanguageId"], row["InvoiceCustomerAccountNumber"]) == ("USD", "en-us", "US-001")
    assert (row["DefaultShippingSiteId"], row["DefaultShippingWarehouseId"]) == ("1", "13")
    assert row["DeliveryAddressName"] == "Contoso Retail San Diego"
    assert (row["RequestedShippingDate"], row["ReceiptDateRequested"]) == ("2026-04-01T12:00:00Z",) * 2


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("RequestingCustomerAccountNumber", "nobody", "'nobody' in field 'Customer account' is not found"),
        ("RequestingCustomerAccountNumber", "", "Field 'Customer account' must be filled in."),
        ("InvoiceCustomerAccountNumber", "nobody", "'nobody' in field 'Invoice account' is not found"),
        ("CurrencyCode", "XXX", "'XXX' in field 'Currency' is not found"),
        ("DefaultShippingSiteId", "9", "'9' in field 'Site' is not found"),
        ("DefaultShippingWarehouseId", "22", "Warehouse '22' does not belong to site '1'."),
        ("PaymentTermsName", "Net99", "'Net99' in field 'Terms of payment' is not found"),
        ("RequestedShippingDate", "1900-01-01", "Field 'Requested ship date' must be filled in."),
        ("SalesQuotationNumber", "", "Field 'Quotation' must be filled in."),
        ("SalesQuotationNumber", "x" * 21, "has 21 characters; at most 20 fit."),
        ("SalesQuotationStatus", "Confirmed", "Field 'Status' cannot be changed from 'Created' to 'Confirmed'."),
    ],
)
def test_a_create_that_breaks_a_rule_is_refused_naming_the_field(
    demo_sandbox: Sandbox, field: str, value: str, text: str
) -> None:
    message = reason(create(demo_sandbox, **{field: value}))
    assert text in message
    assert f"validateField failed on field 'SalesQuotationHeaderCDSEntity.{field}'" in message


def test_a_customer_of_another_company_does_not_count(demo_sandbox: Sandbox) -> None:
    assert "'US-001' in field 'Customer account' is not found" in reason(create(demo_sandbox, dataAreaId="demf"))


def test_a_number_sequence_that_is_not_manual_replaces_the_number(demo_sandbox: Sandbox) -> None:
    sequence = {"NumberSequenceCode": "SO_Quot", "ScopeType": "DataArea", "ScopeValue": "usmf", "Manual": "No"}
    demo_sandbox.put_rows("finance_operations", "SequenceV2Tables", sequence)
    assert create(demo_sandbox).json()["SalesQuotationNumber"] == "Q-000001"


def test_an_address_of_its_own_is_checked_and_kept(demo_sandbox: Sandbox) -> None:
    address = {
        "IsDeliveryAddressOrderSpecific": "Yes",
        "DeliveryAddressCountryRegionISOCode": "US",
        "DeliveryAddressStateId": "WA",
        "DeliveryAddressCity": "Renton",
        "DeliveryAddressDescription": "Renton store",
    }
    row = create(demo_sandbox, **address).json()
    assert (row["DeliveryAddressCity"], row["DeliveryAddressCountryRegionId"]) == ("Renton", "USA")
    assert "'BY' in field 'State'" in reason(
        create(demo_sandbox, **address | {"SalesQuotationNumber": "QUO-2", "DeliveryAddressStateId": "BY"})
    )


def test_an_address_of_its_own_needs_a_country(demo_sandbox: Sandbox) -> None:
    address = {"IsDeliveryAddressOrderSpecific": "Yes", "DeliveryAddressCity": "Renton"}
    assert "Field 'Country/region' must be filled in." in reason(create(demo_sandbox, **address))


def test_an_address_that_is_not_order_specific_is_the_customer_s(demo_sandbox: Sandbox) -> None:
    row = create(demo_sandbox, DeliveryAddressCity="Renton").json()
    assert (row["DeliveryAddressCity"], row["DeliveryAddressStateId"]) == ("San Diego", "CA")
    demo_sandbox.finance_operations.patch(KEY, json={"DeliveryAddressCity": "Renton"}).raise_for_status()
    assert header(demo_sandbox)["DeliveryAddressCity"] == "San Diego"
    assert [effect["kind"] for effect in demo_sandbox.effects()] == ["created", "no_effect"]


def test_totals_that_are_sent_are_passed_over(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, QuotationTotalAmount=999)
    add_line(demo_sandbox)
    demo_sandbox.finance_operations.patch(KEY, json={"QuotationTotalAmount": 5}).raise_for_status()
    assert header(demo_sandbox)["QuotationTotalAmount"] == 598


def test_a_total_discount_comes_off_the_total(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox, TotalDiscountAmount=8)
    add_line(demo_sandbox)
    assert header(demo_sandbox)["QuotationTotalAmount"] == 590
    demo_sandbox.finance_operations.patch(KEY, json={"TotalDiscountPercentage": 10}).raise_for_status()
    row = header(demo_sandbox)
    assert (row["TotalDiscountAmount"], row["QuotationTotalAmount"]) == (59.8, 538.2)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_quotation_that_is_not_created_any_more_is_locked(demo_sandbox: Sandbox, method: str) -> None:
    create(demo_sandbox)
    confirm(demo_sandbox)
    answer = demo_sandbox.finance_operations.request(method, KEY, json={"SalesQuotationName": "x"})
    assert "Quotation 'QUO-1' has status 'Confirmed' and cannot be changed." in reason(answer)


def test_a_setting_says_which_statuses_may_be_changed(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    confirm(demo_sandbox)
    demo_sandbox.settings(finance_operations={"editable_quotation_statuses": ["Created", "Confirmed"]})
    assert demo_sandbox.finance_operations.patch(KEY, json={"SalesQuotationName": "x"}).status_code == 204


def test_the_status_is_not_the_client_s_to_change(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    same = demo_sandbox.finance_operations.patch(KEY, json={"SalesQuotationStatus": "Created"})
    assert same.status_code == 204
    other = demo_sandbox.finance_operations.patch(KEY, json={"SalesQuotationStatus": "Sent"})
    assert "Field 'Status' cannot be changed from 'Created' to 'Sent'." in reason(other)


def test_lines_follow_the_quotation_s_address_unless_they_have_their_own(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    own = {"IsDeliveryAddressOrderSpecific": "Yes", "DeliveryAddressCountryRegionId": "USA"}
    add_line(demo_sandbox)
    add_line(demo_sandbox, LineCreationSequenceNumber=2, DeliveryAddressCity="Dallas", **own)
    change = own | {"DeliveryAddressCity": "Renton"}
    demo_sandbox.finance_operations.patch(KEY, json=change).raise_for_status()
    rows = demo_sandbox.rows("finance_operations", "CDSSalesQuotationLines")
    assert [row["DeliveryAddressCity"] for row in rows if row["SalesQuotationNumber"] == "QUO-1"] == [
        "Renton",
        "Dallas",
    ]


def test_the_lines_go_with_their_quotation(demo_sandbox: Sandbox) -> None:
    create(demo_sandbox)
    add_line(demo_sandbox)
    assert demo_sandbox.finance_operations.delete(KEY).status_code == 204
    assert demo_sandbox.finance_operations.get(LINE_KEY).status_code == 404
