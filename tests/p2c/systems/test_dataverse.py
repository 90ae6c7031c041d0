from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from fixtures.dataverse_accounts import account_id, create, outcomes, put_accounts, stored, update, written
from fixtures.sandbox import Sandbox

from p2c.errors import ConfigurationError, RecordExistsError, RequestRefusedError, SchemaChangedError
from p2c.systems.dataverse import Dataverse
from p2c.systems.dataverse_operations import lookup, state_change
from p2c.systems.odata.operations import Operation
from p2c.systems.odata.query import Page, Query

FIELDS = ("accountid", "accountnumber", "name", "creditlimit", "donotemail", "primarycontactid.fullname")


def account(number: int, **values: Any) -> dict[str, Any]:
    return {"accountid": account_id(number), "accountnumber": f"A{number}", "name": f"Account {number}", **values}


def query(**changes: Any) -> Query:
    return Query(
        **({"entity_set": "accounts", "fields": FIELDS, "order_by": ("accountid",), "page_size": 10} | changes)
    )


def names(pages: list[Page]) -> list[str | None]:
    return [row["name"] for page in pages for row in page.rows]


@pytest.fixture
def twenty_five(sandbox: Sandbox) -> list[str]:
    """Names of the accounts in the sandbox."""
    sandbox.put_rows("sales", "accounts", *(account(number) for number in range(25)))
    return [f"Account {number}" for number in range(25)]


def test_scalars_come_as_text(sandbox: Sandbox, sales: Dataverse) -> None:
    contact = {"contactid": account_id(900), "fullname": "Ada Lovelace"}
    sandbox.put_rows("sales", "contacts", contact)
    sandbox.put_rows(
        "sales",
        "accounts",
        account(1, creditlimit="100.10", donotemail=True, _primarycontactid_value=contact["contactid"]),
        account(2),
    )
    (page,) = sales.pages(query())
    first, second = ({name: row[name] for name in FIELDS[2:]} for row in page.rows)
    assert first["donotemail"] == "true"
    assert first["primarycontactid.fullname"] == "Ada Lovelace"
    assert (first["creditlimit"] or "").startswith("100.1")
    assert (second["creditlimit"], second["primarycontactid.fullname"]) == (None, None)


def test_all_pages_are_read(sales: Dataverse, twenty_five: list[str]) -> None:
    pages = list(sales.pages(query()))
    assert [len(page.rows) for page in pages] == [10, 10, 5]
    assert names(pages) == twenty_five


def test_an_empty_set_is_one_empty_page(sandbox: Sandbox, sales: Dataverse) -> None:
    assert list(sales.pages(query())) == [Page([], None)]


def test_a_read_goes_on_where_it_stopped(sales: Dataverse, twenty_five: list[str]) -> None:
    first = next(sales.pages(query()))
    assert names([first, *sales.pages(query(), first.resume)]) == twenty_five


def test_rows_added_changed_and_removed_while_reading_shift_nothing(
    sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]
) -> None:
    start = datetime(2026, 3, 5, tzinfo=UTC)
    for number in range(25):
        moment = (start + timedelta(minutes=number)).isoformat()
        sandbox.put_rows("sales", "accounts", account(number), modified=moment)
    window = sales.window_filter("modifiedon", start, start + timedelta(hours=1))
    reading = sales.pages(query(filter=window, order_by=("modifiedon", "accountid")))
    pages = [next(reading)]
    sandbox.delete_rows("sales", "accounts", [account_id(3)], [account_id(15)])
    sandbox.put_rows("sales", "accounts", account(4), modified=(start + timedelta(hours=2)).isoformat())
    sandbox.put_rows("sales", "accounts", account(99), modified=start.isoformat())
    assert names([*pages, *reading]) == [name for name in twenty_five if name != "Account 15"]


def test_rows_are_counted_as_far_as_dataverse_counts(
    sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]
) -> None:
    some = sales.key_filter("accountnumber", ["A1", "A2", "absent"])
    assert (sales.counted(query()), sales.counted(query(filter=some))) == (25, 2)
    put_accounts(sandbox, range(5000))
    assert sales.counted(query()) is None


def test_a_place_to_go_on_that_is_unknown_is_refused(sales: Dataverse, twenty_five: list[str]) -> None:
    first = next(sales.pages(query()))
    broken = (first.resume or "").partition("$skiptoken=")[0] + "$skiptoken=gone"
    with pytest.raises(RequestRefusedError):
        next(sales.pages(query(), broken))


def test_a_window_is_half_open(sandbox: Sandbox, sales: Dataverse) -> None:
    start = datetime(2026, 3, 5, tzinfo=UTC)
    for number, seconds in enumerate((-1, 0, 3599, 3600)):
        moment = (start + timedelta(seconds=seconds)).isoformat()
        sandbox.put_rows("sales", "accounts", account(number), modified=moment)
    window = sales.window_filter("modifiedon", start, start + timedelta(hours=1))
    assert names(list(sales.pages(query(filter=window)))) == ["Account 1", "Account 2"]


def test_rows_are_found_by_id_in_short_requests(sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]) -> None:
    ids = [account_id(number) for number in range(500)]
    pages = sales.rows_by_id("accounts", "accountid", ids, FIELDS)
    assert sorted(names(list(pages)), key=str) == sorted(twenty_five)
    sent = [seen for seen in sandbox.requests_seen(system="sales") if seen["entity_set"] == "accounts"]
    assert len(sent) > 3
    assert all(len(seen["query"]) < 8000 for seen in sent)


def test_awkward_keys_are_found(sandbox: Sandbox, sales: Dataverse) -> None:
    keys = ["O'Brien & Co", 'a"b', "x/y?z#1+2%", "Łódź", "A,B"]
    rows = (account(number, accountnumber=key) for number, key in enumerate(keys))
    sandbox.put_rows("sales", "accounts", *rows)
    pages = sales.pages(query(filter=sales.key_filter("accountnumber", keys)))
    assert [row["accountnumber"] for page in pages for row in page.rows] == keys


def test_rows_are_found_by_a_column_that_is_no_key(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, range(5))
    rows = sales.rows_by_key("accounts", "accountnumber", ["a1", "A3", "absent"], ["name"])
    assert {key: (row["name"], row["accountid"]) for key, row in rows.items()} == {
        "a1": ("Account 1", account_id(1)),
        "a3": ("Account 3", account_id(3)),
    }
    assert all(row["@odata.etag"] for row in rows.values())
    assert rows.ambiguous == {}


def test_a_key_that_several_rows_have_is_reported_and_not_picked(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, [1, 2], accountnumber="Twice")
    put_accounts(sandbox, [3])
    rows = sales.rows_by_key("accounts", "accountnumber", ["TWICE", "A3"], [])
    assert list(rows) == ["a3"]
    assert rows.ambiguous == {"twice": (account_id(1), account_id(2))}


@pytest.mark.parametrize("key", ["a/b", "a<b>c", "a*b%c", "a&b:c", "a\\b?c", "a+b", "O'Brien", 'a"b', "Łódź #1", "A,B"])
def test_an_awkward_key_finds_its_row_alone(sandbox: Sandbox, sales: Dataverse, key: str) -> None:
    put_accounts(sandbox, [1], accountnumber=key)
    put_accounts(sandbox, [2])
    rows = sales.rows_by_key("accounts", "accountnumber", [key, "absent"], [])
    assert [row["accountid"] for row in rows.values()] == [account_id(1)]


def test_many_keys_are_read_in_short_requests(sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]) -> None:
    keys = [f"A{number}" for number in range(25)] + [f"missing & far away {number:04}" for number in range(300)]
    assert len(sales.rows_by_key("accounts", "accountnumber", keys, ["name"])) == 25
    sent = sandbox.requests_seen(system="sales", entity_set="accounts")
    assert 1 < len(sent) < 12
    assert all(len(seen["query"]) < 8000 for seen in sent)


def test_creates_and_updates_are_written_each_with_a_result(sandbox: Sandbox, sales: Dataverse) -> None:
    put_accounts(sandbox, range(250))
    mixed = [update(number, name="New") if number < 250 else create(number) for number in range(500)]
    assert outcomes(written(sales, mixed, lanes=3)) == {"done": list(range(500))}
    assert len(stored(sandbox)) == 500
    assert len(sandbox.requests_seen(system="sales", method="POST")) == 6


def test_before_batch_is_called_for_each_request(sandbox: Sandbox, sales: Dataverse) -> None:
    calls: list[int] = []
    list(sales.write((create(n) for n in range(250)), lanes=2, before_batch=lambda: calls.append(1)))
    assert len(calls) == len(sandbox.requests_seen(system="sales", method="POST")) == 3


def test_no_operation_needs_no_request(sandbox: Sandbox, sales: Dataverse) -> None:
    assert list(sales.write([], lanes=2)) == []
    assert sandbox.requests_seen(system="sales") == []


def test_dataverses_advice_bounds_the_lanes(sandbox: Sandbox, sales: Dataverse) -> None:
    sandbox.settings(sales={"degree_of_parallelism": 1})
    sales.rows_by_key("accounts", "accountnumber", ["A1"], [])
    sandbox.settings(sales={"concurrent_requests": 1})
    assert outcomes(written(sales, (create(number) for number in range(1000)), lanes=8))["done"] == list(range(1000))
    assert sales.session.statistics.throttled == 0


def test_a_denied_table_stops_the_writing(sandbox: Sandbox, sales: Dataverse) -> None:
    sandbox.settings(sales={"denied_entity_sets": ["accounts"]})
    with pytest.raises(ConfigurationError, match="accounts"):
        list(sales.write([create(1), create(2)], lanes=1))


def test_a_product_is_created_priced_and_activated(demo_sandbox: Sandbox, sales: Dataverse) -> None:
    unit = demo_sandbox.rows("sales", "uoms")[0]
    price_list = demo_sandbox.rows("sales", "pricelevels")[0]
    currency = lookup("transactioncurrencyid", "transactioncurrencies", price_list["_transactioncurrencyid_value"])
    product = Operation(
        kind="create",
        entity_set="products",
        company="",
        key={"productnumber": "P/2 C"},
        values={
            "name": "Speaker",
            "quantitydecimal": 2,
            **lookup("defaultuomid", "uoms", unit["uomid"]),
            **lookup("defaultuomscheduleid", "uomschedules", unit["_uomscheduleid_value"]),
            **currency,
        },
        reference=1,
    )
    product_id = written(sales, [product])[1].returned["productid"] or ""
    item = Operation(
        kind="create",
        entity_set="productpricelevels",
        company="",
        key={},
        values={
            "amount": Decimal("299.99"),
            **lookup("pricelevelid", "pricelevels", price_list["pricelevelid"]),
            **lookup("productid", "products", product_id),
            **lookup("uomid", "uoms", unit["uomid"]),
        },
        reference=2,
    )
    active = state_change("products", {"productid": product_id}, state=0, status=1, reference=3)
    assert outcomes(written(sales, [item, active])) == {"done": [2, 3]}
    fields = ("amount", "_pricelevelid_value")
    (page,) = sales.rows_by_lookup("productpricelevels", "_productid_value", [product_id, account_id(404)], fields)
    assert [(Decimal(row["amount"] or ""), row["_pricelevelid_value"]) for row in page.rows] == [
        (Decimal("299.99"), price_list["pricelevelid"])
    ]
    assert type(written(sales, [item])[2].error) is RecordExistsError
    state = sales.rows_by_key("products", "productnumber", ["p/2 c"], ["statecode"])["p/2 c"]["statecode"]
    assert state == "0"


def test_the_servers_time_is_aware(sales: Dataverse) -> None:
    assert abs(sales.server_time() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_denied_entity_set_is_named(sandbox: Sandbox, sales: Dataverse) -> None:
    sandbox.settings(sales={"denied_entity_sets": ["accounts"]})
    with pytest.raises(ConfigurationError, match="accounts"):
        list(sales.pages(query()))


def test_an_unknown_field_stops_the_flow_with_the_systems_words(sales: Dataverse) -> None:
    with pytest.raises(SchemaChangedError, match="nonsense"):
        list(sales.pages(query(fields=("nonsense",))))


def test_a_read_survives_faults_without_loss(sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]) -> None:
    sandbox.plan_faults(
        {"match": {"system": "sales", "nth": 1}, "action": {"cut_body_at": 500}},
        {"match": {"system": "sales", "nth": 2}, "action": {"reset": True}},
        {"match": {"system": "sales", "nth": 3}, "action": {"status": 429, "retry_after": {"seconds": 1}}},
    )
    assert names(list(sales.pages(query()))) == twenty_five


def test_expired_tokens_are_renewed(sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]) -> None:
    pages = sales.pages(query())
    first = next(pages)
    sandbox.control("POST", "tokens/expire")
    assert names([first, *pages]) == twenty_five


def test_only_token_requests_carry_credentials(sandbox: Sandbox, sales: Dataverse, twenty_five: list[str]) -> None:
    list(sales.pages(query()))
    assert [seen for seen in sandbox.requests_seen(system="sales") if seen["credential_fields"]] == []
