from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import pytest

PRICE_LIST = str(uuid.uuid5(uuid.NAMESPACE_URL, "list"))


def priced(catalogue: Any, quantity: float | None = 2, **values: Any) -> tuple[Any, Any, int]:
    product = catalogue.active_product()
    catalogue.price(product, 12.5).raise_for_status()
    line = catalogue.create(
        "quotedetails", catalogue.line(catalogue.quote(), product, **values) | {"quantity": quantity}
    )
    row = catalogue.row("quotedetails", line)
    return row["priceperunit"], row["extendedamount"], row["pricingerrorcode"]


def price_list(catalogue: Any, **values: Any) -> None:
    catalogue.sandbox.put_rows("sales", "pricelevels", {"pricelevelid": PRICE_LIST, **values})


def organization(catalogue: Any, **settings: Any) -> None:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, "organization"))
    catalogue.sandbox.put_rows("sales", "organizations", {"organizationid": identifier, **settings})


def test_the_price_is_the_price_lists_whatever_is_sent(catalogue: Any) -> None:
    assert priced(catalogue, priceperunit=99) == (Decimal("12.5"), Decimal("25.00"), 0)


def test_an_overridden_price_is_the_one_that_is_sent(catalogue: Any) -> None:
    assert priced(catalogue, priceperunit=99, ispriceoverridden=True) == (99, Decimal("198.00"), 0)


def test_amounts_that_are_sent_are_calculated_all_the_same(catalogue: Any) -> None:
    assert priced(catalogue, baseamount=1, extendedamount=1)[1] == Decimal("25.00")


def test_a_unit_without_a_price_is_an_error_of_the_line(catalogue: Any) -> None:
    box = f"/uoms({uuid.uuid5(uuid.NAMESPACE_URL, 'box')})"
    assert priced(catalogue, **{"uomid@odata.bind": box}) == (None, Decimal("0.00"), 11)


@pytest.mark.parametrize(
    "values",
    [{"statecode": 1}, {"begindate": "2999-01-01T00:00:00Z"}, {"enddate": "2026-01-01T00:00:00Z"}],
)
def test_a_price_list_that_is_not_valid_gives_no_price(catalogue: Any, values: dict[str, Any]) -> None:
    price_list(catalogue, **values)
    assert priced(catalogue)[2] == 3


def test_the_last_day_of_a_price_list_belongs_to_it(catalogue: Any) -> None:
    catalogue.sandbox.control("POST", "clock", {"now": "2026-03-09T12:00:00Z"})
    price_list(catalogue, enddate="2026-03-08T22:00:00Z")
    assert priced(catalogue)[2] == 0


def test_a_line_without_a_quantity_is_an_error(catalogue: Any) -> None:
    assert priced(catalogue, quantity=None)[2] == 4


def test_a_discount_per_unit_counts_for_each(catalogue: Any) -> None:
    organization(catalogue, discountcalculationmethod=1)
    assert priced(catalogue, manualdiscountamount=1)[1] == Decimal("23.00")


def test_without_system_pricing_price_and_amounts_stay_as_they_are_sent(catalogue: Any) -> None:
    organization(catalogue, oobpricecalculationenabled=False)
    assert priced(catalogue, priceperunit=99, extendedamount=150) == (99, 150, 0)
