from __future__ import annotations

import json

from p2c_sandbox.finance_operations.errors import (
    WRITE_EXCEPTION,
    bad_request,
    denied,
    entity_name,
    json_headers,
    not_found,
    write_failed,
)


def test_a_failed_write_has_the_shape_recorded_from_live_systems() -> None:
    response = write_failed("CustomersV3", ["Warning: One.", "Warning: Two"]).response()
    error = json.loads(response.body)["error"]
    assert response.status == 400
    assert (error["code"], error["message"]) == ("", "An error has occurred.")
    assert error["innererror"]["type"] == WRITE_EXCEPTION
    assert error["innererror"]["message"] == (
        "Write failed for table row of type 'CustCustomerV3Entity'. Infolog: Warning: One.; Warning: Two."
    )
    assert error["innererror"]["stacktrace"]


def test_a_role_that_is_missing_is_a_403_naming_the_view() -> None:
    error = denied("CustomersV3", "read")
    assert error.status == 403
    assert str(error) == "User is not authorized to read view CustCustomerV3Entity. Request denied."


def test_a_status_can_be_replaced() -> None:
    assert bad_request("x").response(status=500).status == 500  # type: ignore[arg-type] # an int is as good


def test_what_is_not_there_is_a_404() -> None:
    assert not_found("x").status == 404


def test_an_entity_without_a_known_name_is_called_after_its_set() -> None:
    assert entity_name("Warehouses") == "WarehousesEntity"


def test_headers_are_those_of_every_json_answer_and_more() -> None:
    assert json_headers(etag="1") == {
        "odata-version": "4.0",
        "content-type": "application/json; odata.metadata=minimal; charset=utf-8",
        "etag": "1",
    }
