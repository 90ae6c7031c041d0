from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

import p2c_metadata
from p2c_sandbox.finance_operations.rows import etag, is_listed, is_of_company, row_key, shown, stored_under, table_of
from p2c_sandbox.store import Row

MODEL = p2c_metadata.load("finance_operations")
CUSTOMERS, BASE = MODEL.entity_set("CustomersV3"), MODEL.entity_set("CustomersBase")
LANGUAGES = MODEL.entity_set("LanguageCodes")
MOMENT = datetime(2026, 3, 5, tzinfo=UTC)


def row(version: int = 7, **values: Any) -> Row:
    return Row("usmf\x1fus-001", values, version, MOMENT, MOMENT)


def test_an_etag_holds_the_record_version_and_the_record_id() -> None:
    match = re.fullmatch(r'W/"(.*)"', etag(row(version=42)))
    assert match is not None
    assert re.fullmatch(rb"'42,\d{11}'", base64.b64decode(match.group(1)))


def test_an_etag_changes_with_the_version_but_not_its_record_id() -> None:
    old, new = (base64.b64decode(etag(row(version=version))[3:-1]) for version in (1, 2))
    assert old != new
    assert old.partition(b",")[2] == new.partition(b",")[2]


def test_every_customer_entity_has_one_table() -> None:
    assert {table_of(MODEL.entity_set(name)) for name in ("CustomersV2", "CustomersV3", "CustomersBase")} == {
        "CustomersV3"
    }
    assert stored_under(BASE) is CUSTOMERS


def test_a_key_has_no_case() -> None:
    assert row_key(CUSTOMERS, {"dataAreaId": "USMF", "CustomerAccount": "us-001"}) == row().key


def test_the_base_entity_shows_one_name_for_both_kinds_of_party() -> None:
    assert shown(BASE, row(OrganizationName="Forest"))["Name"] == "Forest"
    assert shown(BASE, row(PersonFirstName="Ana", PersonLastName="Trujillo"))["Name"] == "Ana Trujillo"


def test_a_row_is_seen_from_its_company_and_a_shared_one_from_all() -> None:
    assert is_of_company(CUSTOMERS, {"dataAreaId": "usmf"}, "USMF")
    assert not is_of_company(CUSTOMERS, {"dataAreaId": "demf"}, "usmf")
    assert is_of_company(CUSTOMERS, {"dataAreaId": "demf"}, None)
    assert is_of_company(LANGUAGES, {}, "usmf")


def test_products_stopped_for_sales_are_listed_or_left_out() -> None:
    products = MODEL.entity_set("SellableReleasedProducts")
    assert is_listed(products, {"IsSalesStopped": "Yes"}, stopped_products=True)
    assert not is_listed(products, {"IsSalesStopped": "Yes"}, stopped_products=False)
    assert is_listed(products, {"IsSalesStopped": "No"}, stopped_products=False)
