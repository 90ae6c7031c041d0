from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
import requests
from fixtures.sandbox import Sandbox

GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "10", "Description": "Wholesales customers"}
CREATE = {"method": "POST", "entity_set": "CustomerGroups"}


@pytest.fixture
def company(sandbox: Sandbox) -> Sandbox:
    sandbox.put_rows("finance_operations", "LegalEntities", {"LegalEntityId": "usmf"})
    return sandbox


def groups(sandbox: Sandbox) -> list[str]:
    return [row["CustomerGroupId"] for row in sandbox.rows("finance_operations", "CustomerGroups")]


def test_a_fault_before_the_commit_leaves_no_effect(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"status": 503}})
    assert company.finance_operations.post("CustomerGroups", json=GROUP).status_code == 503
    assert groups(company) == []


def test_a_fault_after_the_commit_hides_an_effect(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"status": 504, "when": "after"}})
    assert company.finance_operations.post("CustomerGroups", json=GROUP).status_code == 504
    assert groups(company) == ["10"]


def test_a_reset_after_the_commit_hides_an_effect(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"reset": True, "when": "after"}})
    with pytest.raises(requests.exceptions.ConnectionError):
        company.finance_operations.post("CustomerGroups", json=GROUP)
    assert groups(company) == ["10"]


def test_a_delay_beyond_the_client_s_patience_is_a_timeout(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"delay_seconds": 1}})
    session = company.finance_operations
    with pytest.raises(requests.exceptions.ReadTimeout):
        session.post("CustomerGroups", json=GROUP, timeout=0.2)


def test_a_delayed_request_has_no_effect_on_the_state_after_a_reset(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"delay_seconds": 0.5}})
    session = company.finance_operations
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(session.post, "CustomerGroups", json=GROUP)
        assert any(company.control("GET", "faults")[0]["fired"] for _ in range(100))
        company.reset("empty")
        with pytest.raises(requests.exceptions.ConnectionError):
            waiting.result(10)
    assert company.requests_seen() == []


def test_throttling_carries_retry_after_as_a_date(company: Sandbox) -> None:
    action = {"status": 429, "retry_after": {"seconds": 30, "form": "http-date"}}
    company.plan_faults({"match": CREATE, "action": action})
    answer = company.finance_operations.post("CustomerGroups", json=GROUP)
    moment = parsedate_to_datetime(answer.headers["Retry-After"])
    assert 28 <= (moment - parsedate_to_datetime(answer.headers["Date"])).total_seconds() <= 31


def test_a_process_can_be_killed_before_its_request_has_an_effect(company: Sandbox) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    company.plan_faults({"match": CREATE, "action": {"kill": {"pid": process.pid}, "status": 500}})
    company.finance_operations.post("CustomerGroups", json=GROUP)
    assert process.wait(10) == -9
    assert groups(company) == []


@pytest.mark.parametrize("moment", ["carried_out", "half_sent", "sent"])
def test_a_process_can_be_killed_once_its_request_has_its_effect(company: Sandbox, moment: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    company.plan_faults({"match": CREATE, "action": {"kill": {"pid": process.pid, "moment": moment}}})
    assert company.finance_operations.post("CustomerGroups", json=GROUP).status_code == 201
    assert process.wait(10) == -9
    assert groups(company) == ["10"]


def test_answers_are_dated_by_the_sandbox_s_clock(sandbox: Sandbox) -> None:
    sandbox.control("POST", "clock", {"now": "2030-01-01T00:00:00Z"})
    answer = requests.get(f"{sandbox.origin}/data/CustomersV3", timeout=10)
    assert answer.headers["Date"].startswith("Tue, 01 Jan 2030")


def test_the_token_endpoint_can_fail_too(sandbox: Sandbox) -> None:
    sandbox.plan_faults({"match": {"system": "entra", "nth": 1}, "action": {"status": 503}})
    assert [sandbox.token().status_code for _ in range(2)] == [503, 200]


def test_an_unknown_address_is_a_404_in_json(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.origin}/nothing", timeout=10)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Nothing is served at /nothing."


def test_a_fault_is_journalled_with_its_request(company: Sandbox) -> None:
    company.plan_faults({"match": CREATE, "action": {"reset": True}})
    with pytest.raises(requests.exceptions.ConnectionError):
        company.finance_operations.post("CustomerGroups", json=GROUP)
    (seen,) = company.requests_seen(method="POST", entity_set="CustomerGroups")
    assert (seen["status"], seen["fault"]) == (None, '{"reset":true}')


def test_no_request_but_the_token_request_carries_a_credential(company: Sandbox) -> None:
    company.finance_operations.get("CustomersV3")
    by_system = {seen["system"]: seen["credential_fields"] for seen in company.requests_seen()}
    assert by_system["finance_operations"] == []
    assert by_system["entra"] == ["body:client_id", "body:client_secret", "value:body"]


def test_a_credential_in_a_wrong_place_is_noted(company: Sandbox) -> None:
    company.finance_operations.get("CustomersV3", headers={"client_secret": company.client_secret})
    (seen,) = company.requests_seen(entity_set="CustomersV3")
    assert seen["credential_fields"] == ["header:client_secret", "value:header"]
    assert company.client_secret not in str(seen)


def test_a_header_names_the_request_of_a_client(company: Sandbox) -> None:
    company.finance_operations.get("CustomersV3", headers={"x-ms-client-request-id": "run-7"})
    (seen,) = company.requests_seen(entity_set="CustomersV3")
    assert seen["client_request_id"] == "run-7"
