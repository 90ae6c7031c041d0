from __future__ import annotations

from fixtures.page import ONLY_CONTACTS, Page
from fixtures.sandbox import Sandbox


def test_the_view_asks_nothing_of_the_systems_until_it_is_told_to(filled_page: Page, demo_sandbox: Sandbox) -> None:
    assert "Check now" in filled_page.get("/preflight").text
    assert demo_sandbox.requests_seen() == []


def test_each_line_is_shown_with_its_state_and_nothing_is_written(filled_page: Page, demo_sandbox: Sandbox) -> None:
    demo_sandbox.delete_rows("finance_operations", "CustomerGroups", ["usmf", "10"])
    text = filled_page.get("/preflight", check="true").text
    assert '<span class="outcome failed">failed</span>' in text
    assert "&#39;10&#39; is not in CustomerGroups.CustomerGroupId of company usmf" in text
    assert demo_sandbox.effects() == []
    assert {seen["method"] for seen in demo_sandbox.requests_seen() if seen["system"] != "entra"} == {"GET"}


def test_a_viewer_may_not_have_it_checked(filled_page: Page, demo_sandbox: Sandbox) -> None:
    assert filled_page.get("/preflight", "vic", "viewer", check="true").status_code == 403
    assert "Check now" not in filled_page.get("/preflight", "vic", "viewer").text
    assert filled_page.get("/preflight", ONLY_CONTACTS, None).status_code in (401, 403)
    assert demo_sandbox.requests_seen() == []
