from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from p2c_airflow.local.seller import Seller
from p2c_airflow.local.systems import Systems
from p2c_airflow.local.truth.quotes import wanted
from p2c_airflow.local.truth.snapshot import Snapshot
from p2c_airflow.local.truth.wanted import Wanted


def rows(snapshot: Snapshot, organization: str = "usmf") -> dict[str, Wanted]:
    """The wanted quotations, by the first ten characters of their number."""
    return {row.name[:9]: row for row in wanted(snapshot, organization)}


@pytest.mark.parametrize("number", ["QUO-01008", "QUO-01005", "QUO-01006", "QUO-01010", "QUO-01025", "QUO-01031"])
def test_drafts_foreign_products_and_customers_without_a_number_are_not_wanted(snapshot: Snapshot, number: str) -> None:
    assert number not in rows(snapshot)


@pytest.mark.parametrize(("number", "kept"), [("QUO-01000", False), ("QUO-01018", False), ("QUO-01019", True)])
def test_active_and_won_quotes_are_wanted_and_closed_ones_kept(snapshot: Snapshot, number: str, kept: bool) -> None:
    assert rows(snapshot)[number].kept is kept


def test_the_highest_revision_is_wanted(snapshot: Snapshot) -> None:
    [line] = rows(snapshot)["QUO-01016"].lines
    assert line.fields["ProductNumber"] == "D0001"


def test_a_requested_day_is_the_users(snapshot: Snapshot) -> None:
    assert rows(snapshot)["QUO-01000"].fields["RequestedShippingDate"] == date(2026, 3, 20)


def test_a_quote_without_dates_counts_from_its_creation(snapshot: Snapshot) -> None:
    assert rows(snapshot)["QUO-01004"].fields["RequestedShippingDate"] == date(2026, 3, 12)


def test_will_call_wants_no_address(snapshot: Snapshot) -> None:
    fields = rows(snapshot)["QUO-01021"].fields
    assert fields["IsDeliveryAddressOrderSpecific"] == "No"
    assert "DeliveryAddressCity" not in fields


def test_a_line_wants_an_address_only_where_it_differs(snapshot: Snapshot) -> None:
    flags = [line.fields["IsDeliveryAddressOrderSpecific"] for line in rows(snapshot)["QUO-01022"].lines]
    assert sorted(map(str, flags)) == ["No", "Yes"]


def test_missing_and_repeated_numbers_are_given_anew(snapshot: Snapshot) -> None:
    lines = rows(snapshot)["QUO-01014"].lines
    assert [line.key["LineCreationSequenceNumber"] for line in lines] == [2, 3, 4, 5]


def test_a_discount_is_that_of_the_line(snapshot: Snapshot) -> None:
    [line] = rows(snapshot)["QUO-01001"].lines
    assert line.fields["TotalDiscountAmount"] == Decimal(10)


def test_a_quote_of_a_contact_wants_the_contacts_number(snapshot: Snapshot) -> None:
    assert rows(snapshot)["QUO-01011"].fields["RequestingCustomerAccountNumber"] == "CON-01006-K784FH"


def test_a_quote_whose_revision_is_a_draft_is_kept(snapshot: Snapshot, systems: Systems) -> None:
    [quote] = systems.sales_rows("quotes?$filter=startswith(quotenumber,'QUO-01000')")
    Seller(systems, "Contoso USA").revise(quote)
    row = rows(snapshot)["QUO-01000"]
    assert (row.kept, row.source_id) == (True, quote["quoteid"])
