"""The demo rows of Sales, and generated ones, obey the rules of Sales, past which they are put."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from p2c_metadata import Property, load
from p2c_sandbox.generator.rows import generated_rows
from p2c_sandbox.generator.size import Size
from p2c_sandbox.generator.targets import write_state
from p2c_sandbox.rules import Context
from p2c_sandbox.rules.sales.line_prices import discount_method
from p2c_sandbox.rules.sales.lookups import linked
from p2c_sandbox.rules.sales.price_lists import is_valid
from p2c_sandbox.rules.sales.pricing import line_amounts
from p2c_sandbox.rules.sales.quote_totals import calculated, lines_of
from p2c_sandbox.rules.sales.units import belongs
from p2c_sandbox.sales.rows import Lookups
from p2c_sandbox.seeding import DEMO, put_rows, read_data
from p2c_sandbox.store import Row, Store

CUSTOMERS = ("accounts", "contacts")
ENTITY_SETS = ("contacts", "pricelevels", "productpricelevels", "products", "quotedetails", "quotes", "uoms")


@contextmanager
def opened(path: Path) -> Iterator[Context]:
    store = Store(path)
    with store.transaction() as transaction:
        yield Context(transaction)
    store.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    with opened(tmp_path_factory.mktemp("demo") / "state") as context:
        for entity_set, rows in read_data(DEMO)["sales"].items():
            put_rows(context.transaction, "sales", entity_set, rows)
        yield context


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    path: Path = tmp_path_factory.mktemp("generated") / "state"
    size = Size(accounts=60, contacts=60, products=40, quotes=80, bad_share=Fraction(1, 5))
    write_state(path, generated_rows(size))
    with opened(path) as context:
        yield context


@pytest.fixture(params=["demo", "generated"])
def rows(request: pytest.FixtureRequest) -> Context:
    """Either of them."""
    context: Context = request.getfixturevalue(request.param)
    return context


def _target(lookups: Lookups, row: Row, column: Property) -> Row | None:
    table = lookups.target(row.values, column)
    return lookups.row(table, row.values[column.name]) if table else None


def rows_of(demo: Context, entity_set: str) -> list[Row]:
    return list(demo.transaction.find("sales", entity_set))


@pytest.mark.parametrize("entity_set", ENTITY_SETS)
def test_every_lookup_leads_to_a_row(rows: Context, entity_set: str) -> None:
    entity, lookups = load("sales").entity_set(entity_set), Lookups(rows.transaction)
    columns = [column for column in entity.properties.values() if column.lookup_targets]
    for row in rows_of(rows, entity_set):
        for column in columns:
            if row.values.get(column.name) is not None:
                assert _target(lookups, row, column) is not None, (row.key, column.name)


def test_every_quote_is_the_sum_of_its_lines(rows: Context) -> None:
    for quote in rows_of(rows, "quotes"):
        expected = calculated(rows, quote.values, (row.values for row in lines_of(rows, quote.key)))
        assert {name: quote.values.get(name) for name in expected} == expected, quote.values["name"]


def test_every_line_is_calculated(rows: Context) -> None:
    for row in rows_of(rows, "quotedetails"):
        expected = line_amounts(row.values, discount_method(rows))
        assert {name: row.values.get(name) for name in expected} == expected, row.key


def test_every_line_has_a_unit_of_its_product_or_is_a_write_in(rows: Context) -> None:
    for row in rows_of(rows, "quotedetails"):
        product = linked(rows, "products", row.values, "_productid_value")
        group = product.values["_defaultuomscheduleid_value"] if product else None
        assert row.values["isproductoverridden"] or belongs(rows, row.values["_uomid_value"], group)


def test_quotes_are_in_every_state(demo: Context) -> None:
    statuses = Counter(row.values["statuscode"] for row in rows_of(demo, "quotes"))
    with_lines = {row.values["_quoteid_value"] for row in rows_of(demo, "quotedetails")}
    of_quotes_with_lines = {row.values["statuscode"] for row in rows_of(demo, "quotes") if row.key in with_lines}
    assert set(statuses) == of_quotes_with_lines == {1, 2, 3, 4, 5, 6, 7}
    assert statuses.total() >= 20


def test_customers_pay_in_at_least_three_currencies(demo: Context) -> None:
    used = Counter(row.values.get("_transactioncurrencyid_value") for row in rows_of(demo, "accounts"))
    assert len(set(used) - {None}) >= 3
    assert used.total() >= 20


@pytest.mark.parametrize("entity_set", ["accounts", "contacts", "quotes"])
def test_names_come_in_five_scripts(demo: Context, entity_set: str) -> None:
    column = "fullname" if entity_set == "contacts" else "name"
    names = "".join(row.values[column] for row in rows_of(demo, entity_set))
    scripts = {unicodedata.name(letter).split()[0] for letter in names if letter.isalpha()}
    assert {"LATIN", "GREEK", "CJK", "ARABIC"} <= scripts
    assert set("ščžėūšį") & set(names), "Lithuanian"
    assert set("äöüß") & set(names), "German"


def test_a_contact_and_a_quote_are_owned_in_another_unit_than_their_customer_s(demo: Context) -> None:
    units = {row.key: row.values["_owningbusinessunit_value"] for name in CUSTOMERS for row in rows_of(demo, name)}
    for entity_set, column in (("contacts", "_parentcustomerid_value"), ("quotes", "_customerid_value")):
        rows = [row.values for row in rows_of(demo, entity_set) if row.values.get(column)]
        assert any(row["_owningbusinessunit_value"] != units[row[column]] for row in rows)


def test_customers_of_quotes_are_active_contacts(rows: Context) -> None:
    customers = {row.values["contactid"] for row in rows_of(rows, "quotes") if row.values.get("contactid")}
    active = {row.key for row in rows_of(rows, "contacts") if row.values["msdynce_isactivecustomer"]}
    assert customers == active


def test_no_price_list_is_in_yen(demo: Context) -> None:
    codes = {row.key: row.values["isocurrencycode"] for row in rows_of(demo, "transactioncurrencies")}
    listed: set[Any] = {codes[row.values["_transactioncurrencyid_value"]] for row in rows_of(demo, "pricelevels")}
    assert (listed, "JPY" in codes.values()) == ({"USD", "EUR"}, True)


@pytest.mark.parametrize("year", [2026, 2050])
def test_the_first_price_lists_by_name_are_not_valid_whatever_the_year(demo: Context, year: int) -> None:
    lists = sorted(rows_of(demo, "pricelevels"), key=lambda row: str(row.values["name"]))
    valid = [row.values["name"] for row in lists if is_valid(row, datetime(year, 3, 5, tzinfo=UTC))]
    assert valid == ["CRM Service Europe (sample)", "CRM Service USA (sample)"]


def test_rows_changed_on_three_days(demo: Context) -> None:
    days = {row.modified.date().isoformat() for name in ("contacts", "quotes") for row in rows_of(demo, name)}
    assert {"2026-03-02", "2026-03-03", "2026-03-04"} <= days


def test_the_company_that_is_broken_on_purpose_has_rows_of_every_kind(demo: Context) -> None:
    units = {row.values["name"]: row.key for row in rows_of(demo, "businessunits")}
    counts = Counter(
        name
        for name in ("accounts", "contacts", "quotes")
        for row in rows_of(demo, name)
        if row.values["_owningbusinessunit_value"] == units["Contoso Group"]
    )
    assert counts == {"accounts": 3, "contacts": 1, "quotes": 1}
