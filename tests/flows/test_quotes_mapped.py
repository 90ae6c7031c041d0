from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fixtures.both_hops import DEMO, mapped, sent, with_answers

from p2c.flow import WritePolicy
from p2c.flows.quotes import QUOTES
from p2c.mapping.hop import defaulted_fields

FLOW = DEMO.applied_to(QUOTES)
QUOTE = {
    "quoteid": "id-1",
    "quotenumber": "QUO-01000-UZNVYQ",
    "revisionnumber": "0",
    "statecode": "1",
    "name": "Speakers",
    "willcall": "false",
    "customerid_account.accountnumber": "US-001",
    "customerid_account.name": "Contoso Retail San Diego",
    "requestdeliveryby": "2026-03-20T04:00:00Z",
    "createdon": "2026-02-25T04:30:00Z",
    "transactioncurrencyid.isocurrencycode": "USD",
}
ADDRESS = {
    "shipto_line1": "15 Roasting Lane",
    "shipto_city": "Renton",
    "shipto_stateorprovince": "Washington",
    "shipto_postalcode": "98055",
}


def quotation(organization: str = "usmf", **fields: str | None) -> dict[str, Any]:
    values, problems = mapped(FLOW, QUOTE | fields, organization)
    assert problems == []
    return values


def test_a_quote_becomes_a_quotation_of_its_number_and_customer() -> None:
    values = quotation()
    assert values["SalesQuotationNumber"] == "QUO-01000-UZNVYQ"
    assert values["RequestingCustomerAccountNumber"] == "US-001"
    assert values["CurrencyCode"] == "USD"
    assert values["SalesQuotationHeaderCreationMethod"] == "Dynamics365Sales"


def test_a_contact_that_is_the_customer_is_named_by_its_contact_number() -> None:
    contact: dict[str, str | None] = {"customerid_contact.msdynce_contactnumber": "CON-1"}
    contact |= {"customerid_account.accountnumber": None, "customerid_account.name": None}
    contact |= {"customerid_contact.fullname": "Robert Lyon"}
    values = quotation(**contact)
    assert values["RequestingCustomerAccountNumber"] == "CON-1"
    assert values["DeliveryAddressName"] == "Robert Lyon"


def test_a_customer_without_a_number_is_a_problem_of_the_quote() -> None:
    _, problems = mapped(FLOW, QUOTE | {"customerid_account.accountnumber": None})
    assert "customerid_account.accountnumber" in problems[0].field


def test_the_requested_date_is_the_day_of_the_organizations_time_zone() -> None:
    assert quotation()["RequestedShippingDate"] == date(2026, 3, 20)
    berlin = quotation("demf", requestdeliveryby="2026-03-15T23:00:00Z")
    assert berlin["RequestedShippingDate"] == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"effectivefrom": "2026-03-02T05:00:00Z"}, date(2026, 3, 16)),
        ({}, date(2026, 3, 10)),  # created late in the evening of the 24th, New York
    ],
)
def test_a_missing_date_counts_from_when_the_quote_took_effect(fields: dict[str, str], expected: date) -> None:
    values = quotation(requestdeliveryby=None, **fields)
    assert values["RequestedShippingDate"] == values["ReceiptDateRequested"] == expected
    assert defaulted_fields(values) == {"RequestedShippingDate", "ReceiptDateRequested"}


def test_a_site_decides_whether_the_date_is_that_of_shipping_or_of_receipt() -> None:
    by_answer = {
        answer: with_answers("quotes", requested_date=answer).applied_to(QUOTES).destination_pair(target).write
        for answer, target in (("shipping", "ReceiptDateRequested"), ("receipt", "RequestedShippingDate"))
    }
    assert set(by_answer.values()) == {WritePolicy.ON_CREATE}


def test_a_ship_to_address_is_sent_whole_with_its_name() -> None:
    values = quotation(**ADDRESS, shipto_line2="Hall 2", shipto_name="Roastery", shipto_country="United States")
    assert sent(FLOW, values) == {"delivery address"}
    assert values["IsDeliveryAddressOrderSpecific"] == "Yes"
    assert values["DeliveryAddressStreet"] == "15 Roasting Lane\nHall 2"
    assert (values["DeliveryAddressStateId"], values["DeliveryAddressCountryRegionISOCode"]) == ("WA", "US")
    assert values["DeliveryAddressName"] == "Roastery"


def test_an_address_without_a_country_has_the_organizations() -> None:
    assert quotation(**ADDRESS)["DeliveryAddressCountryRegionISOCode"] == "US"


@pytest.mark.parametrize("fields", [{}, {"shipto_country": "usa"}, {**ADDRESS, "willcall": "true"}])
def test_without_an_address_or_with_will_call_none_is_sent(fields: dict[str, str]) -> None:
    values = quotation(**fields)
    assert sent(FLOW, values) == frozenset()
    assert values["IsDeliveryAddressOrderSpecific"] == "No"
    assert values["DeliveryAddressName"] == "Contoso Retail San Diego"


def test_name_and_description_are_cut_to_what_finance_and_operations_holds() -> None:
    values = quotation(name="n" * 300, description="d" * 2000)
    assert (len(values["SalesQuotationName"]), len(values["CustomersReference"])) == (60, 60)


def test_totals_are_never_sent() -> None:
    assert not {name for name in quotation() if "Total" in name}
