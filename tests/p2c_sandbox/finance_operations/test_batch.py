from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
import requests
from fixtures.sandbox import Sandbox

KEEP_ON = {"Prefer": "odata.continue-on-error"}


@pytest.fixture
def company(sandbox: Sandbox) -> Sandbox:
    sandbox.put_rows("finance_operations", "LegalEntities", {"LegalEntityId": "usmf"})
    return sandbox


def operation(method: str, url: str, body: dict[str, Any] | None = None, content_id: int | None = None) -> str:
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"
    head += f"Content-ID: {content_id}\r\n" if content_id is not None else ""
    text = json.dumps(body) if body is not None else ""
    return f"{head}\r\n{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{text}\r\n"


def create(number: int, content_id: int | None = None) -> str:
    group = {"dataAreaId": "usmf", "CustomerGroupId": str(number)}
    return operation("POST", "CustomerGroups", group, content_id)


def change_set(*operations: str) -> str:
    parts = "".join(f"--inner\r\n{part}" for part in operations)
    return f"Content-Type: multipart/mixed; boundary=inner\r\n\r\n{parts}--inner--\r\n"


def send(sandbox: Sandbox, parts: Sequence[str], headers: dict[str, str] | None = None) -> requests.Response:
    body = "".join(f"--outer\r\n{part}" for part in parts) + "--outer--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=outer"} | (headers or {})
    return sandbox.finance_operations.post("$batch", data=body.encode(), headers=headers)


def statuses(answer: requests.Response) -> list[int]:
    return [int(status) for status in re.findall(r"HTTP/1\.1 (\d{3})", answer.text)]


def groups(sandbox: Sandbox) -> list[str]:
    return [row["CustomerGroupId"] for row in sandbox.rows("finance_operations", "CustomerGroups")]


def test_a_change_set_lands_whole(company: Sandbox) -> None:
    answer = send(company, [change_set(create(10, 1), create(20, 2))])
    assert (answer.status_code, statuses(answer)) == (200, [201, 201])
    assert groups(company) == ["10", "20"]


def test_a_change_set_that_fails_leaves_nothing_and_answers_in_one_part(company: Sandbox) -> None:
    answer = send(company, [change_set(create(10, 1), create(10, 2), create(20, 3))])
    assert (answer.status_code, statuses(answer)) == (200, [500])
    assert "Content-ID: 2" in answer.text
    assert "AxODataWriteException" in answer.text
    assert groups(company) == []
    assert company.effects() == []


def test_change_sets_of_one_row_each_have_their_own_outcome(company: Sandbox) -> None:
    parts = [change_set(create(number, 1)) for number in (10, 10, 20)]
    assert statuses(send(company, parts, KEEP_ON)) == [201, 500, 201]
    assert groups(company) == ["10", "20"]


def test_a_batch_stops_at_the_first_failure_unless_told_to_go_on(company: Sandbox) -> None:
    parts = [change_set(create(number, 1)) for number in (10, 10, 20)]
    assert statuses(send(company, parts)) == [201, 500]
    assert groups(company) == ["10"]


def test_operations_may_stand_alone_with_any_form_of_address(company: Sandbox) -> None:
    key = "CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')"
    parts = [
        create(10),
        operation("GET", f"/data/{key}"),
        operation("GET", f"{company.origin}/data/{key}?$select=CustomerGroupId"),
        operation("PATCH", f"{key}?cross-company=true", {"Description": "x"}),
        operation("DELETE", key),
        operation("GET", key),
    ]
    assert statuses(send(company, parts)) == [201, 200, 200, 204, 204, 404]


def test_a_missing_row_keeps_its_404_in_a_change_set(company: Sandbox) -> None:
    key = "CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')"
    assert statuses(send(company, [change_set(operation("PATCH", key, {"Description": "x"}, 1))])) == [404]


def test_every_operation_is_journalled_under_its_request(company: Sandbox) -> None:
    send(company, [change_set(create(10, 1), create(10, 2))])
    seen = company.requests_seen(system="finance_operations")
    assert [(entry["operation"], entry["status"]) for entry in seen] == [(None, 200), (0, 201), (1, 500)]
    assert len({entry["id"] for entry in seen}) == 1


def test_an_effect_names_its_operation(company: Sandbox) -> None:
    send(company, [change_set(create(10, 1)), change_set(create(20, 1))])
    assert [(effect["operation"], effect["key"]) for effect in company.effects()] == [(0, "usmf,10"), (1, "usmf,20")]


def test_one_operation_can_be_made_to_fail(company: Sandbox) -> None:
    company.plan_faults({"match": {"operation": 1}, "action": {"status": 500}})
    parts = [change_set(create(number, 1)) for number in (10, 20, 30)]
    assert statuses(send(company, parts, KEEP_ON)) == [201, 500, 201]
    assert groups(company) == ["10", "30"]


def test_the_third_operation_of_all_batches_can_be_made_to_fail(company: Sandbox) -> None:
    company.plan_faults({"match": {"operation": "any", "nth": 3}, "action": {"status": 503}})
    first = send(company, [change_set(create(number, 1)) for number in (10, 20)], KEEP_ON)
    second = send(company, [change_set(create(number, 1)) for number in (30, 40)], KEEP_ON)
    assert statuses(first) + statuses(second) == [201, 201, 503, 201]


def test_a_change_set_can_land_and_be_reported_as_failed(company: Sandbox) -> None:
    company.plan_faults({"match": {"operation": 1}, "action": {"status": 500, "when": "after"}})
    assert statuses(send(company, [change_set(create(10, 1), create(20, 2))])) == [500]
    assert groups(company) == ["10", "20"]


def test_too_many_operations_are_refused(company: Sandbox) -> None:
    company.settings(finance_operations={"batch_operations": 2})
    answer = send(company, [change_set(create(10, 1), create(20, 2), create(30, 3))])
    assert answer.status_code == 400
    assert "holds 3 operations; at most 2" in answer.text


@pytest.mark.parametrize(
    "parts",
    [
        [change_set(operation("GET", "CustomerGroups", None, 1))],
        [change_set(create(10))],
        ["Content-Type: text/plain\r\n\r\nx\r\n"],
        [operation("TRACE", "CustomerGroups")],
    ],
)
def test_a_batch_that_cannot_be_read_is_a_400(company: Sandbox, parts: list[str]) -> None:
    assert send(company, parts).status_code == 400


def test_a_batch_of_another_type_is_a_400(company: Sandbox) -> None:
    assert company.finance_operations.post("$batch", json={}).status_code == 400


def test_a_system_may_end_a_batch_at_a_failure_whatever_was_asked(company: Sandbox) -> None:
    company.settings(finance_operations={"continues_on_error": False})
    answer = send(company, [create(10), create(10), create(20)], KEEP_ON)
    assert statuses(answer) == [201, 400]
    assert groups(company) == ["10"]
