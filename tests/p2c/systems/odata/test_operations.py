from __future__ import annotations

from dataclasses import replace

from p2c.errors import RequestRefusedError
from p2c.systems.odata.operations import Operation, refused, weight


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


def test_an_operation_weighs_as_much_as_all_that_happen_with_it() -> None:
    line = Operation(kind="delete", entity_set="Lines", company="", key={"A": "1"}, values={}, reference=0, line="1")
    header = replace(line, kind="create", entity_set="Headers", also=(line, line), line="")
    assert header.members == (header, line, line)
    assert weight([header, line]) == 4


def test_a_result_names_the_line_that_its_error_is_about() -> None:
    line = Operation(kind="delete", entity_set="Lines", company="", key={"A": "1"}, values={}, reference=0, line="7")
    result = refused(replace(line, line="", also=(line,)), RequestRefusedError("no"))
    assert result.line == ""
    assert replace(result, about=line).line == "7"
