from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from fixtures.sandbox import BearerSession, Sandbox

Create = Callable[..., str]
ROOT = "/api/data/v9.2/"
KEEP_ON = {"Prefer": "odata.continue-on-error"}


def operation(method: str, url: str, body: Any = None, content_id: str | None = None, **headers: str) -> str:
    identifier = f"Content-ID: {content_id}\r\n" if content_id else ""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    text = "" if body is None else json.dumps(body)
    return (
        f"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n{identifier}\r\n"
        f"{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n{lines}\r\n{text}\r\n"
    )


def change_set(*operations: str) -> str:
    inner = "".join(f"--set\r\n{each}" for each in operations)
    return f"Content-Type: multipart/mixed; boundary=set\r\n\r\n{inner}--set--\r\n"


@dataclass
class Answer:
    status: int
    parts: list[tuple[int, str]]
    text: str


def send(session: BearerSession, *parts: str, **headers: str) -> Answer:
    body = "".join(f"--outer\r\n{part}" for part in parts) + "--outer--\r\n"
    given = {"Content-Type": 'multipart/mixed; boundary="outer"', **headers}
    answer: requests.Response = session.post("$batch", data=body.encode(), headers=given)
    found = re.findall(r"HTTP/1\.1 (\d+)[^\r]*\r\n(.*?)(?=--(?:batch|changeset)response_)", answer.text, re.DOTALL)
    return Answer(answer.status_code, [(int(status), rest) for status, rest in found], answer.text)


def statuses(answer: Answer) -> list[int]:
    return [status for status, _ in answer.parts]


def names(session: BearerSession) -> list[str]:
    return [row["name"] for row in session.get("accounts?$select=name&$orderby=name").json()["value"]]


GOOD = operation("POST", f"{ROOT}accounts", {"name": "good"})
BAD = operation("POST", f"{ROOT}accounts", {"name": "x" * 161})


def test_a_batch_ends_at_the_first_failure_and_answers_with_its_status(sales: BearerSession) -> None:
    answer = send(sales, GOOD, BAD, GOOD)
    assert (answer.status, statuses(answer)) == (400, [204, 400])
    assert names(sales) == ["good"]


def test_a_batch_that_continues_answers_200_and_every_part(sales: BearerSession) -> None:
    answer = send(sales, GOOD, BAD, GOOD, **KEEP_ON)
    assert (answer.status, statuses(answer)) == (200, [204, 400, 204])
    assert "0x80044331" in answer.parts[1][1]


@pytest.mark.parametrize("prefix", ["", "/", ROOT, "https://example.crm.dynamics.com" + ROOT])
def test_addresses_may_be_relative_or_absolute(sales: BearerSession, prefix: str) -> None:
    address = f"{prefix}accounts?$select=name&$filter=name eq 'a b'"
    expected = 404 if prefix == "/" else 200
    assert statuses(send(sales, operation("GET", address), **KEEP_ON)) == [expected]


def test_a_change_set_answers_with_its_content_ids(sales: BearerSession) -> None:
    accounts = [operation("POST", "accounts", {"name": name}, content_id=name) for name in ("a", "b")]
    answer = send(sales, change_set(*accounts))
    assert statuses(answer) == [204, 204]
    assert answer.text.index("Content-ID: a") < answer.text.index("Content-ID: b")
    assert "changesetresponse_" in answer.text


def test_a_change_set_that_fails_leaves_nothing_and_one_part(sales: BearerSession) -> None:
    failing = change_set(
        operation("POST", "accounts", {"name": "a"}, content_id="1"),
        operation("POST", "accounts", {"name": "x" * 161}, content_id="2"),
    )
    answer = send(sales, failing, GOOD, **KEEP_ON)
    assert (answer.status, statuses(answer), names(sales)) == (200, [400, 204], ["good"])


def test_later_operations_refer_to_rows_by_content_id(sales: BearerSession) -> None:
    linked = change_set(
        operation("POST", "contacts", {"lastname": "x"}, content_id="1"),
        operation("POST", "accounts", {"name": "$1", "primarycontactid@odata.bind": "$1"}, content_id="2"),
        operation("PATCH", "$2", {"address1_city": "Renton"}, content_id="3"),
        operation("PUT", "$2/telephone1", {"value": "123"}, content_id="4"),
    )
    assert statuses(send(sales, linked)) == [204, 204, 204, 204]
    (row,) = sales.get("accounts?$select=name,address1_city,telephone1&$expand=primarycontactid").json()["value"]
    assert (row["name"], row["address1_city"], row["telephone1"]) == ("$1", "Renton", "123")
    assert row["primarycontactid"]["lastname"] == "x"


@pytest.mark.parametrize(
    "early",
    [
        operation("PATCH", "$2", {"name": "x"}, content_id="1"),
        operation("POST", "accounts", {"name": "x", "primarycontactid@odata.bind": "$2"}, content_id="1"),
    ],
)
def test_a_reference_forward_is_refused(sales: BearerSession, early: str) -> None:
    later = operation("POST", "contacts", {"lastname": "x"}, content_id="2")
    answer = send(sales, change_set(early, later))
    assert (answer.status, statuses(answer)) == (400, [400])
    assert "does not exist in the batch context" in answer.text


def test_headers_of_an_operation_count_for_it_alone(sales: BearerSession, create: Create) -> None:
    address = f"accounts({create('accounts', name='x')})"
    blocked = operation("PATCH", address, {"name": "y"}, **{"If-None-Match": "*"})
    shown = operation("PATCH", address, {"name": "z"}, Prefer="return=representation")
    answer = send(sales, blocked, shown, **KEEP_ON)
    assert statuses(answer) == [412, 200]
    assert '"name":"z"' in answer.text


def test_a_batch_holds_a_limited_number_of_operations(sandbox: Sandbox) -> None:
    sandbox.settings(sales={"batch_operations": 2})
    answer = send(sandbox.sales, GOOD, GOOD, GOOD)
    assert answer.status == 400
    assert "3 operations; at most 2" in answer.text
    assert names(sandbox.sales) == []


def test_an_address_of_an_operation_has_a_limited_length(sales: BearerSession) -> None:
    long = operation("GET", f"accounts?$filter=name eq '{'x' * 33_000}'")
    assert statuses(send(sales, long, **KEEP_ON)) == [400]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"", "multipart/mixed; boundary=outer"),
        (b"--outer\r\n", "multipart/mixed; boundary=outer"),
        (b"--outer\r\n\r\nGET / HTTP/1.1\r\n--outer--", "multipart/mixed; boundary=outer"),
        (f"--outer\r\n{operation('POST', '$batch', {})}--outer--\r\n".encode(), "multipart/mixed; boundary=outer"),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused(sales: BearerSession, body: bytes, content_type: str) -> None:
    answer = sales.post("$batch", data=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400


def test_each_operation_is_in_the_journal_under_its_request(sandbox: Sandbox) -> None:
    send(sandbox.sales, GOOD, BAD, **KEEP_ON)
    entries = sandbox.requests_seen(system="sales", entity_set="accounts")
    assert [(entry["operation"], entry["status"]) for entry in entries] == [(0, 204), (1, 400)]
    (effect,) = sandbox.effects(system="sales")
    assert (effect["request_id"], effect["operation"]) == (entries[0]["id"], 0)


def test_a_fault_may_be_planned_for_one_operation(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": {"system": "sales", "operation": 1}, "action": {"status": 503}})
    answer = send(sandbox.sales, GOOD, GOOD, GOOD, **KEEP_ON)
    assert statuses(answer) == [204, 503, 204]
