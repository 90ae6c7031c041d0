from __future__ import annotations

from p2c.systems.odata.operations import Operation


def test_an_operation_names_its_record_and_company() -> None:
    operation = Operation(
        kind="create",
        entity_set="CustomersV3",
        company="usmf",
        key={"CustomerAccount": "A1"},
        values={"Name": "x"},
        reference=1,
    )
    assert str(operation) == "create CustomersV3(CustomerAccount='A1') in usmf"


def test_a_record_without_company_is_named_without() -> None:
    operation = Operation(kind="update", entity_set="X", company="", key={"A": "1", "B": "2"}, values={}, reference=1)
    assert str(operation) == "update X(A='1', B='2')"
