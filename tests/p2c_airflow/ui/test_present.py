from __future__ import annotations

from fixtures.installation import Connect, sandbox_connection
from fixtures.page import ONLY_CONTACTS, Page
from fixtures.sandbox import Sandbox

ROW = {"flow": "accounts", "organization": "usmf", "source_id": "1"}


def test_the_destination_is_asked_only_on_request_and_read_only(filled_page: Page, demo_sandbox: Sandbox) -> None:
    of_row = {"dataAreaId": "usmf", "CustomerAccount": "US-001"}
    demo_sandbox.put_rows("finance_operations", "CustomersV3", of_row | {"OrganizationName": "<i>As it is now"})
    assert "As it is now" not in filled_page.get("/row", **ROW).text
    assert demo_sandbox.requests_seen() == []
    assert "&lt;i&gt;As it is now" in filled_page.get("/row", "vic", "viewer", **ROW, present="true").text
    assert demo_sandbox.effects() == []
    assert {seen["method"] for seen in demo_sandbox.requests_seen() if seen["system"] != "entra"} == {"GET"}


def test_a_row_that_the_destination_lacks_is_told_of(filled_page: Page, demo_sandbox: Sandbox) -> None:
    demo_sandbox.delete_rows("finance_operations", "CustomersV3", ["usmf", "US-001"])
    assert "CustomersV3 has no row <bdi>US-001</bdi>" in filled_page.get("/row", **ROW, present="true").text


def test_a_destination_that_refuses_us_is_told_of_without_a_secret(
    filled_page: Page, demo_sandbox: Sandbox, connect: Connect
) -> None:
    fields = sandbox_connection(demo_sandbox) | {"password": "an-old-secret"}
    connect("dynamics_finops", **fields)
    answer = filled_page.get("/row", **ROW, present="true")
    assert (answer.status_code, 'class="problem"' in answer.text) == (200, True)
    assert "an-old-secret" not in answer.text


def test_a_destination_that_asks_for_a_pause_is_not_waited_for(filled_page: Page, demo_sandbox: Sandbox) -> None:
    throttled = {"status": 429, "headers": {"Retry-After": "60"}}
    demo_sandbox.plan_faults({"match": {"entity_set": "CustomersV3"}, "action": throttled})
    assert "asks for a pause" in filled_page.get("/row", **ROW, present="true").text
    assert "has asked for a pause" in filled_page.get("/row", **ROW, present="true").text
    assert len(demo_sandbox.requests_seen(entity_set="CustomersV3")) == 1


def test_a_person_without_the_right_to_the_flow_has_no_destination_asked(
    filled_page: Page, demo_sandbox: Sandbox
) -> None:
    assert filled_page.get("/row", ONLY_CONTACTS, **ROW, present="true").status_code == 403
    assert demo_sandbox.requests_seen() == []
