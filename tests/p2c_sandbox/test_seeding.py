from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.credentials import load_credentials
from p2c_sandbox.seeding import (
    DEMO,
    SeedError,
    data_of,
    delete_rows,
    entity_type,
    list_rows,
    put_rows,
    read_data,
    reset,
)
from p2c_sandbox.service import Service, open_service
from p2c_sandbox.store import RowMissing

GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "10"}
ACCOUNT = {"accountid": "00000000-0000-0000-0000-000000000001", "name": "Fourth Coffee"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = open_service(tmp_path / "state", load_credentials(tmp_path / "credentials", {}), {})
    yield service
    service.store.close()


def test_a_directory_holds_one_file_per_entity_set(tmp_path: Path) -> None:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "accounts.json").write_text(json.dumps([ACCOUNT]))
    assert read_data(tmp_path) == {"sales": {"accounts": [ACCOUNT]}, "finance_operations": {}}


def test_one_file_may_hold_all(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps({"sales": {"accounts": [ACCOUNT]}}))
    assert read_data(tmp_path / "data.json") == {"sales": {"accounts": [ACCOUNT]}}


@pytest.mark.parametrize("content", ["{", "[]", '{"crm": {}}'])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "data.json").write_text(content)
    with pytest.raises(SeedError, match=r"data\.json"):
        read_data(tmp_path / "data.json")


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"nothing\.json: no such file"):
        read_data(tmp_path / "nothing.json")


def test_the_demo_data_fit_both_systems(service: Service) -> None:
    data = read_data(DEMO)
    reset(service, data)
    with service.store.read() as transaction:
        for system, entity_sets in data.items():
            for entity_set, rows in entity_sets.items():
                assert transaction.count(system, entity_set) == len(rows)


def test_initial_data_are_those_the_sandbox_started_with(service: Service) -> None:
    service.initial_data = {"sales": {"accounts": [ACCOUNT]}}
    assert data_of(service, "initial") == service.initial_data
    assert data_of(service, "empty") == {}
    assert data_of(service, "demo") == read_data(DEMO)


def test_a_seeded_finance_row_has_every_field(service: Service) -> None:
    with service.store.transaction() as transaction:
        assert put_rows(transaction, "finance_operations", "CustomerGroups", [GROUP]) == 1
        (row,) = list_rows(transaction, "finance_operations", "CustomerGroups")
    assert (row["Description"], row["IsSalesTaxIncludedInPrice"]) == ("", "No")


def test_a_seeded_sales_row_was_modified_when_it_says(service: Service) -> None:
    with service.store.transaction() as transaction:
        put_rows(transaction, "sales", "accounts", [ACCOUNT | {"modifiedon": "2026-03-02T08:00:00Z"}])
        (row,) = list_rows(transaction, "sales", "accounts")
    assert row["modified"].isoformat() == "2026-03-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("entity_set", "row", "complaint"),
    [
        ("CustomerGroup", GROUP, "unknown entity set 'CustomerGroup'; nearest: CustomerGroups"),
        ("CustomerGroups", {**GROUP, "Descripton": ""}, "nearest: Description"),
        ("CustomerGroups", {"dataAreaId": "usmf"}, "no CustomerGroupId, which is its key"),
        ("CustomerGroups", [], "a row must be an object, not list"),
    ],
)
def test_a_row_that_does_not_fit_is_refused(service: Service, entity_set: str, row: Any, complaint: str) -> None:
    with service.store.transaction() as transaction, pytest.raises(SeedError, match=complaint):
        put_rows(transaction, "finance_operations", entity_set, [row])


def test_a_key_is_removed_whatever_its_case(service: Service) -> None:
    with service.store.transaction() as transaction:
        put_rows(transaction, "finance_operations", "CustomerGroups", [GROUP])
        delete_rows(transaction, "finance_operations", "CustomerGroups", [["USMF", "10"]])
        assert transaction.count("finance_operations", "CustomerGroups") == 0


def test_removing_a_row_that_is_not_there_is_an_error(service: Service) -> None:
    with service.store.transaction() as transaction, pytest.raises(RowMissing):
        delete_rows(transaction, "finance_operations", "CustomerGroups", [["usmf", "99"]])


def test_an_entity_type_is_found_by_its_entity_set() -> None:
    assert entity_type("finance_operations", "CustomersV3").key == ("dataAreaId", "CustomerAccount")
