from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from p2c_airflow.local.truth.price_list_items import price_list, wanted
from p2c_airflow.local.truth.snapshot import Snapshot


@pytest.mark.parametrize(
    ("currency", "year", "name"),
    [
        ("USD", 2026, "CRM Service USA (sample)"),
        ("EUR", 2026, "CRM Service Europe (sample)"),
        ("EUR", 2126, "Autumn catalogue Europe (sample)"),
        ("JPY", 2026, ""),
    ],
)
def test_the_first_valid_list_of_the_currency_is_taken(snapshot: Snapshot, currency: str, year: int, name: str) -> None:
    assert price_list(snapshot, currency, datetime(year, 10, 1, tzinfo=UTC)) == name


def test_each_organization_wants_prices_of_its_own(snapshot: Snapshot) -> None:
    prices = {
        organization: {row.source_id: row.fields["amount"] for row in wanted(snapshot, organization)}
        for organization in ("usmf", "demf")
    }
    assert (prices["usmf"]["D0001"], prices["demf"]["D0001"]) == (299, 279)
    assert prices["usmf"]["000703"] == Decimal("0.0125")
