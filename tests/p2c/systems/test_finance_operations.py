from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from fixtures.sandbox import Sandbox

from p2c.errors import (
    AmbiguousError,
    ConfigurationError,
    PreconditionFailedError,
    RecordExistsError,
    RecordNotFoundError,
    RequestRefusedError,
)
from p2c.systems.finance_operations import FinanceOperations, JsonValue, Operation, Result
from p2c.systems.odata.query import Page, Query

CUSTOMERS = Query(
    entity_set="CustomersV3",
    fields=("dataAreaId", "CustomerAccount", "OrganizationName", "CreditLimit", "OnHoldStatus"),
    order_by=("dataAreaId", "CustomerAccount"),
    page_size=10,
)


def customer(account: str, company: str = "usmf", **values: Any) -> dict[str, Any]:
    return {"dataAreaId": company, "CustomerAccount": account, "OrganizationName": f"Customer {account}", **values}


def of_usmf(query: Query) -> Query:
    return replace(query, company="usmf")


def accounts(pages: list[Page]) -> list[str | None]:
    return [row["CustomerAccount"] for page in pages for row in page.rows]


def create(account: str, reference: int = 0, **values: JsonValue) -> Operation:
    return _operation("create", account, reference, {**NEW_CUSTOMER, **values})


def update(account: str, reference: int = 0, etag: str | None = None, **values: JsonValue) -> Operation:
    return _operation("update", account, reference, values, etag)


def _operation(
    kind: Any, account: str, reference: int, values: Mapping[str, JsonValue], etag: str | None = None
) -> Operation:
    return Operation(
        kind=kind,
        entity_set="CustomersV3",
        company="usmf",
        key={"CustomerAccount": account},
        values=values,
        reference=reference,
        etag=etag,
    )


NEW_CUSTOMER: Mapping[str, JsonValue] = {
    "PartyType": "Organization",
    "OrganizationName": "Zażółć & Sons",
    "CustomerGroupId": "10",
    "SalesCurrencyCode": "USD",
    "LanguageId": "en-us",
}


def write(system: FinanceOperations, *operations: Operation, lanes: int = 1) -> list[Result]:
    return list(system.write(operations, lanes=lanes))


def stored(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    return {row["CustomerAccount"]: row for row in sandbox.rows("finance_operations", "CustomersV3")}


@pytest.fixture
def customers(sandbox: Sandbox) -> list[str]:
    """The accounts of 25 customers of usmf; demf has 3 others."""
    names = [f"C{number:02}" for number in range(25)]
    sandbox.put_rows("finance_operations", "CustomersV3", *(customer(name) for name in names))
    sandbox.put_rows("finance_operations", "CustomersV3", *(customer(f"D{number}", "demf") for number in range(3)))
    return names


def test_all_pages_of_a_company_are_read(finance_operations: FinanceOperations, customers: list[str]) -> None:
    pages = list(finance_operations.pages(of_usmf(CUSTOMERS)))
    assert [len(page.rows) for page in pages] == [10, 10, 5]
    assert accounts(pages) == customers


def test_without_company_all_are_read(finance_operations: FinanceOperations, customers: list[str]) -> None:
    assert accounts(list(finance_operations.pages(CUSTOMERS))) == ["D0", "D1", "D2", *customers]


def test_a_server_that_pages_smaller_loses_nothing(
    sandbox: Sandbox, finance_operations: FinanceOperations, customers: list[str]
) -> None:
    sandbox.settings(finance_operations={"page_size": 4})
    assert accounts(list(finance_operations.pages(of_usmf(CUSTOMERS)))) == customers


def test_rows_added_and_removed_while_reading_shift_nothing(
    sandbox: Sandbox, finance_operations: FinanceOperations, customers: list[str]
) -> None:
    pages = finance_operations.pages(of_usmf(CUSTOMERS))
    first = next(pages)
    sandbox.put_rows("finance_operations", "CustomersV3", customer("A-new"))
    sandbox.delete_rows("finance_operations", "CustomersV3", ("usmf", "C00"), ("usmf", "C01"))
    assert accounts([first, *pages]) == customers


def test_a_read_goes_on_where_it_stopped(finance_operations: FinanceOperations, customers: list[str]) -> None:
    first = next(finance_operations.pages(of_usmf(CUSTOMERS)))
    assert accounts([first, *finance_operations.pages(of_usmf(CUSTOMERS), first.resume)]) == customers


def test_keys_with_wildcards_and_quotes_are_read_once(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    names = sorted(["A*", "A*B", "A1", "A2", "O'Brien", "Z"])
    sandbox.put_rows("finance_operations", "CustomersV3", *(customer(name) for name in names))
    small = Query(**{**CUSTOMERS.__dict__, "page_size": 1})
    assert sorted(filter(None, accounts(list(finance_operations.pages(of_usmf(small)))))) == names


def test_a_list_of_values_needs_no_order(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    states = Query(entity_set="AddressStates", fields=("CountryRegionId", "State"), page_size=7)
    rows = [row for page in finance_operations.pages(states) for row in page.rows]
    found = {(row["CountryRegionId"], row["State"]) for row in rows}
    kept = demo_sandbox.rows("finance_operations", "AddressStates")
    assert found == {(row["CountryRegionId"], row["State"]) for row in kept}
    assert len(rows) == len(kept)


def test_an_order_that_is_not_read_is_refused(finance_operations: FinanceOperations) -> None:
    query = Query(entity_set="CustomersV3", fields=("CustomerAccount",), order_by=("dataAreaId",))
    with pytest.raises(ValueError, match="order_by"):
        next(finance_operations.pages(of_usmf(query)))


def test_rows_are_found_by_key_without_regard_to_case(
    finance_operations: FinanceOperations, customers: list[str]
) -> None:
    rows = finance_operations.rows_by_key(
        "CustomersV3", "CustomerAccount", ["c03", "C04", "absent"], ["OrganizationName"], "usmf"
    )
    assert {key: row["OrganizationName"] for key, row in rows.items()} == {"c03": "Customer C03", "c04": "Customer C04"}
    assert all(row["@odata.etag"] for row in rows.values())


def test_a_company_sees_only_its_own_keys(finance_operations: FinanceOperations, customers: list[str]) -> None:
    assert finance_operations.rows_by_key("CustomersV3", "CustomerAccount", ["D0"], [], "usmf") == {}
    assert list(finance_operations.rows_by_key("CustomersV3", "CustomerAccount", ["D0"], [], "demf")) == ["d0"]


def test_a_key_with_a_wildcard_finds_only_itself(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    sandbox.put_rows("finance_operations", "CustomersV3", customer("A*"), customer("A1"), customer("B1"))
    rows = finance_operations.rows_by_key("CustomersV3", "CustomerAccount", ["A*", "B*", "B1"], [], "usmf")
    assert sorted(row["CustomerAccount"] or "" for row in rows.values()) == ["A*", "B1"]


def test_many_keys_are_read_in_short_requests(
    sandbox: Sandbox, finance_operations: FinanceOperations, customers: list[str]
) -> None:
    keys = [*customers, *(f"missing & far away {number:04}" for number in range(300))]
    rows = finance_operations.rows_by_key("CustomersV3", "CustomerAccount", keys, ["OrganizationName"], "usmf")
    sent = sandbox.requests_seen(system="finance_operations", entity_set="CustomersV3")
    assert len(rows) == 25
    assert 3 < len(sent) < 12
    assert all(len(seen["query"]) < 8000 for seen in sent)


def test_companies_are_case_folded(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    assert {"usmf", "demf"} <= finance_operations.companies()


def test_the_servers_time_is_aware(finance_operations: FinanceOperations) -> None:
    assert abs(finance_operations.server_time() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_denied_entity_set_is_named(sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    sandbox.settings(finance_operations={"denied_entity_sets": ["CustomersV3"]})
    with pytest.raises(ConfigurationError, match="denies access to CustomersV3"):
        list(finance_operations.pages(of_usmf(CUSTOMERS)))


def test_a_customer_is_created_and_its_record_returned(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    (result,) = write(finance_operations, create("P2C-1", 7, CreditLimit=Decimal("100.10")))
    assert (result.outcome, result.operation.reference, result.error) == ("done", 7, None)
    assert result.returned["CustomerAccount"] == "P2C-1"
    assert stored(demo_sandbox)["P2C-1"]["OrganizationName"] == "Zażółć & Sons"


def test_a_customer_is_updated(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    (result,) = write(finance_operations, update("US-001", OrganizationName="O'Brien's"))
    assert result.outcome == "done"
    assert stored(demo_sandbox)["US-001"]["OrganizationName"] == "O'Brien's"


@pytest.mark.parametrize("account", ["A/B", "A?B#C", "O'Brien", "A B+C%20", "Ł*", "A,B=(1)"])
def test_an_awkward_key_is_addressed(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations, account: str
) -> None:
    demo_sandbox.put_rows("finance_operations", "CustomersV3", customer(account) | NEW_CUSTOMER)
    (result,) = write(finance_operations, update(account, OrganizationName="Found"))
    assert (result.outcome, result.error) == ("done", None)
    assert stored(demo_sandbox)[account]["OrganizationName"] == "Found"


def test_a_customer_that_exists_is_told(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    (result,) = write(finance_operations, create("US-001"))
    assert (result.outcome, type(result.error)) == ("refused", RecordExistsError)


def test_a_customer_that_is_missing_is_told(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    (result,) = write(finance_operations, update("absent", OrganizationName="x"))
    assert (result.outcome, type(result.error)) == ("refused", RecordNotFoundError)


def test_a_customer_changed_meanwhile_is_not_overwritten(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    row = finance_operations.rows_by_key("CustomersV3", "CustomerAccount", ["US-001"], [], "usmf")["us-001"]
    etag = row["@odata.etag"]
    write(finance_operations, update("US-001", OrganizationName="First"))
    (result,) = write(finance_operations, update("US-001", etag=etag, OrganizationName="Second"))
    assert (result.outcome, type(result.error)) == ("refused", PreconditionFailedError)
    assert stored(demo_sandbox)["US-001"]["OrganizationName"] == "First"


def test_bad_rows_cost_only_themselves_and_say_why(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    operations = [create(f"P2C-{number}", number) for number in range(25)]
    operations[13] = create("P2C-13", 13, CustomerGroupId="Nowhere")
    results = {result.operation.reference: result for result in write(finance_operations, *operations, lanes=2)}
    error = results.pop(13).error
    assert type(error) is RequestRefusedError
    assert "Nowhere" in error.message
    assert "validateField" not in error.message
    assert {result.outcome for result in results.values()} == {"done"}
    assert len([account for account in stored(demo_sandbox) if account.startswith("P2C-")]) == 24


def test_a_reply_lost_after_the_commit_is_ambiguous_and_nothing_is_doubled(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    demo_sandbox.plan_faults({"match": {"path": "batch", "nth": 1}, "action": {"when": "after", "reset": True}})
    results = write(finance_operations, *(create(f"P2C-{number}", number) for number in range(20)))
    lost = [result for result in results if result.outcome == "ambiguous"]
    assert [result.operation.reference for result in lost] == list(range(10))
    assert all(isinstance(result.error, AmbiguousError) for result in lost)
    created = demo_sandbox.effects(entity_set="CustomersV3", kind="created")
    assert len(created) == len({effect["key"] for effect in created}) == 20


@pytest.mark.parametrize(
    "action",
    [{"cut_body_at": 700}, {"when": "after", "status": 504}, {"when": "before", "status": 503}],
)
def test_an_answer_that_is_none_is_ambiguous(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations, action: dict[str, Any]
) -> None:
    demo_sandbox.plan_faults({"match": {"path": "batch"}, "action": action})
    assert {result.outcome for result in write(finance_operations, create("P2C-1"))} == {"ambiguous"}


def test_one_operation_that_fails_in_the_batch_is_its_own(
    demo_sandbox: Sandbox, finance_operations: FinanceOperations
) -> None:
    demo_sandbox.plan_faults({"match": {"operation": 1, "nth": 1}, "action": {"status": 503}})
    results = write(finance_operations, *(create(f"P2C-{number}", number) for number in range(3)))
    assert [result.outcome for result in results] == ["done", "ambiguous", "done"]


def test_throttled_batches_land_once(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    throttled = {"status": 429, "retry_after": {"seconds": 1}}
    demo_sandbox.plan_faults({"match": {"path": "batch", "nth": [1, 3]}, "action": throttled})
    results = write(finance_operations, *(create(f"P2C-{number}", number) for number in range(30)), lanes=2)
    assert sorted(result.operation.reference for result in results if result.outcome == "done") == list(range(30))
    assert len(demo_sandbox.effects(entity_set="CustomersV3", kind="created")) == 30


def test_only_token_requests_carry_credentials(demo_sandbox: Sandbox, finance_operations: FinanceOperations) -> None:
    write(finance_operations, create("P2C-1"))
    seen = demo_sandbox.requests_seen(system="finance_operations")
    assert seen
    assert [each for each in seen if each["credential_fields"]] == []
