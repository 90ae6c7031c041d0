from __future__ import annotations

import json
import re
from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

HEADER = {
    "dataAreaId": "usmf",
    "SalesQuotationNumber": "QUO-1",
    "RequestingCustomerAccountNumber": "US-001",
    "RequestedShippingDate": "2026-04-01",
    "ReceiptDateRequested": "2026-04-05",
}
LINE = {
    "dataAreaId": "usmf",
    "SalesQuotationNumber": "QUO-1",
    "LineCreationSequenceNumber": 1,
    "ProductNumber": "D0001",
    "RequestedSalesQuantity": 3,
}
HEADERS, LINES = "CDSSalesQuotationHeaders", "CDSSalesQuotationLines"
HEADER_KEY = f"{HEADERS}(dataAreaId='usmf',SalesQuotationNumber='QUO-1')"
KEY = f"{LINES}(dataAreaId='usmf',LineCreationSequenceNumber=1,SalesQuotationNumber='QUO-1')"


@pytest.fixture
def quotation(demo_sandbox: Sandbox) -> Sandbox:
    """The demo with a quotation without lines."""
    assert demo_sandbox.finance_operations.post(HEADERS, json=HEADER).status_code == 201
    return demo_sandbox


def create(sandbox: Sandbox, **changes: Any) -> requests.Response:
    return sandbox.finance_operations.post(LINES, json=LINE | changes)


def change(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The line after an update."""
    answer = sandbox.finance_operations.patch(KEY, json=changes)
    assert answer.status_code == 204, answer.text
    found: dict[str, Any] = sandbox.finance_operations.get(KEY).json()
    return found


def reason(answer: requests.Response) -> str:
    assert answer.status_code == 400, answer.text
    found: str = answer.json()["error"]["innererror"]["message"]
    return found


def total(sandbox: Sandbox) -> float:
    found: float = sandbox.finance_operations.get(HEADER_KEY).json()["QuotationTotalAmount"]
    return found


def send_change_set(sandbox: Sandbox, *operations: tuple[str, str, dict[str, Any] | None]) -> list[int]:
    """Statuses of one change set."""
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\n"
    parts = [
        f"--c\r\n{head.format(number)}{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"
        f"{json.dumps(body) if body else ''}\r\n"
        for number, (method, url, body) in enumerate(operations, 1)
    ]
    body = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + "".join(parts) + "--c--\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = sandbox.finance_operations.post("$batch", data=body.encode(), headers=headers)
    return [int(status) for status in re.findall(r"HTTP/1\.1 (\d{3})", answer.text)]


def test_a_line_takes_what_is_blank_from_its_product_and_quotation(quotation: Sandbox) -> None:
    row = create(quotation).json()
    assert (row["SalesUnitSymbol"], row["SalesPrice"], row["SalesPriceQuantity"]) == ("ea", 299, 1)
    assert (row["ProductName"], row["LineDescription"]) == ("MidRangeSpeaker", "MidRangeSpeaker")
    assert (row["ShippingSiteId"], row["ShippingWarehouseId"], row["CurrencyCode"]) == ("1", "13", "USD")
    assert (row["RequestedReceiptDate"], row["RequestedShippingDate"]) == (
        "2026-04-05T12:00:00Z",
        "2026-04-01T12:00:00Z",
    )
    assert (row["DeliveryAddressCity"], row["SalesQuotationStatus"]) == ("San Diego", "Created")
    assert row["LineAmount"] == total(quotation) == 897


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("SalesQuotationNumber", "QUO-9", "'QUO-9' in field 'Quotation' is not found in the related table"),
        ("ProductNumber", "nothing", "'nothing' in field 'Product number' is not found in the related table"),
        ("ProductNumber", "", "Field 'Product number' must be filled in."),
        ("ProductNumber", "DE-100", "'DE-100' in field 'Product number' is not found"),
        ("ProductNumber", "D0099", "Product 'D0099' is stopped for sales."),
        ("ProductNumber", "T0004", "'T0004' in field 'Product number' is not found"),
        ("SalesUnitSymbol", "crate", "'crate' in field 'Unit' is not found in the related table 'Units'."),
        ("SalesUnitSymbol", "kg", "Unit conversion from 'kg' to 'ea' does not exist for product 'D0001'."),
        ("ShippingSiteId", "9", "'9' in field 'Site' is not found"),
        ("ShippingWarehouseId", "22", "Warehouse '22' does not belong to site '1'."),
        ("CurrencyCode", "EUR", "Currency 'EUR' is not that of the quotation, 'USD'."),
        ("SalesQuotationStatus", "Sent", "Field 'Status' cannot be changed from 'Created' to 'Sent'."),
    ],
)
def test_a_line_that_breaks_a_rule_is_refused_naming_the_field(
    quotation: Sandbox, field: str, value: str, text: str
) -> None:
    message = reason(create(quotation, **{field: value}))
    assert text in message
    assert f"validateField failed on field 'SalesQuotationLineCDSEntity.{field}'" in message


def test_a_quantity_is_required(quotation: Sandbox) -> None:
    line = {name: value for name, value in LINE.items() if name != "RequestedSalesQuantity"}
    answer = quotation.finance_operations.post(LINES, json=line)
    assert "Field 'RequestedSalesQuantity' must be filled in." in reason(answer)


def test_the_item_s_price_quantity_applies_unless_one_is_sent(quotation: Sandbox) -> None:
    brake = {"ProductNumber": "BR003", "RequestedSalesQuantity": 40}
    assert create(quotation, **brake).json()["LineAmount"] == 100
    sent = brake | {"LineCreationSequenceNumber": 2, "SalesPrice": 2.5}
    assert create(quotation, **sent).json()["LineAmount"] == 1
    sent = sent | {"LineCreationSequenceNumber": 3, "SalesPriceQuantity": 1}
    assert create(quotation, **sent).json()["LineAmount"] == 100


def test_a_variant_has_the_price_quantity_of_its_item(quotation: Sandbox) -> None:
    row = create(quotation, ProductNumber="T0004 : : Black").json()
    assert (row["SalesPrice"], row["SalesPriceQuantity"], row["LineAmount"]) == (219, 1, 657)


def test_the_amount_is_always_calculated(quotation: Sandbox) -> None:
    assert create(quotation, LineAmount=5).json()["LineAmount"] == 897
    assert change(quotation, LineAmount=5)["LineAmount"] == 897
    assert change(quotation, RequestedSalesQuantity=2)["LineAmount"] == total(quotation) == 598


def test_a_total_discount_is_split_by_the_system(quotation: Sandbox) -> None:
    row = create(quotation, TotalDiscountAmount=10).json()
    assert (row["LineDiscountAmount"], row["FixedPriceCharges"], row["LineAmount"]) == (3.33, -0.01, 887)
    assert change(quotation, TotalDiscountAmount=0)["LineAmount"] == 897


def test_a_discount_per_unit_with_its_charge_gives_the_same(quotation: Sandbox) -> None:
    row = create(quotation, LineDiscountAmount=3.33, FixedPriceCharges=-0.01).json()
    assert (row["TotalDiscountAmount"], row["LineAmount"]) == (10, 887)


def test_two_discounts_that_disagree_are_refused(quotation: Sandbox) -> None:
    answer = create(quotation, TotalDiscountAmount=10, LineDiscountAmount=5)
    assert "Send either the total discount or the discount per unit with charges." in reason(answer)


def test_a_line_of_another_product_is_refused(quotation: Sandbox) -> None:
    create(quotation)
    assert quotation.finance_operations.patch(KEY, json={"ProductNumber": "d0001"}).status_code == 204
    answer = quotation.finance_operations.patch(KEY, json={"ProductNumber": "D0002"})
    assert "Field 'Product number' cannot be changed from 'D0001' to 'D0002': delete the line and add one." in reason(
        answer
    )


def test_a_stocked_product_needs_a_site_and_a_service_none(quotation: Sandbox) -> None:
    blank = {"DefaultShippingSiteId": "", "DefaultShippingWarehouseId": ""}
    quotation.finance_operations.patch(HEADER_KEY, json=blank).raise_for_status()
    assert "Field 'Site' must be filled in." in reason(create(quotation))
    assert create(quotation, ProductNumber="S0001").status_code == 201


def test_a_deleted_line_leaves_the_total(quotation: Sandbox) -> None:
    create(quotation)
    create(quotation, LineCreationSequenceNumber=2, ProductNumber="D0003")
    assert total(quotation) == 1496.97
    assert quotation.finance_operations.delete(KEY).status_code == 204
    assert total(quotation) == 599.97


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_the_lines_of_a_locked_quotation_are_locked(quotation: Sandbox, method: str) -> None:
    create(quotation)
    row = {"dataAreaId": "usmf", "SalesQuotationNumber": "QUO-1", "SalesQuotationStatus": "Confirmed"}
    quotation.put_rows("finance_operations", HEADERS, row)
    body = LINE | {"LineCreationSequenceNumber": 2} if method == "POST" else {"RequestedSalesQuantity": 1}
    answer = quotation.finance_operations.request(method, LINES if method == "POST" else KEY, json=body)
    assert "Quotation 'QUO-1' has status 'Confirmed' and cannot be changed." in reason(answer)


def test_a_quotation_and_its_lines_land_in_one_change_set(demo_sandbox: Sandbox) -> None:
    second = LINE | {"LineCreationSequenceNumber": 2, "ProductNumber": "D0003"}
    operations = [("POST", HEADERS, HEADER), ("POST", LINES, LINE), ("POST", LINES, second)]
    assert send_change_set(demo_sandbox, *operations) == [201, 201, 201]
    assert total(demo_sandbox) == 1496.97


def test_a_line_that_fails_takes_the_whole_quotation_with_it(demo_sandbox: Sandbox) -> None:
    second = LINE | {"LineCreationSequenceNumber": 2, "ProductNumber": "D0099"}
    operations = [("POST", HEADERS, HEADER), ("POST", LINES, LINE), ("POST", LINES, second)]
    assert send_change_set(demo_sandbox, *operations) == [500]
    assert demo_sandbox.finance_operations.get(HEADER_KEY).status_code == 404
    assert demo_sandbox.effects() == []


def test_another_product_is_a_deletion_and_a_new_line_in_one_change_set(quotation: Sandbox) -> None:
    create(quotation)
    other = LINE | {"ProductNumber": "D0003"}
    assert send_change_set(quotation, ("DELETE", KEY, None), ("POST", LINES, other)) == [204, 201]
    assert total(quotation) == 599.97


def test_amounts_in_yen_are_whole(demo_sandbox: Sandbox) -> None:
    header = HEADER | {"CurrencyCode": "JPY"}
    demo_sandbox.finance_operations.post(HEADERS, json=header).raise_for_status()
    assert create(demo_sandbox, SalesPrice=100.5).json()["LineAmount"] == 302
