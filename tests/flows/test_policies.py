"""Every policy that a site may change, seen at the destination."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fixtures.steps import Steps

from p2c.ledger import Outcome

NUMBER = "US-010"
PHONE = "PrimaryContactPhone"
Followed = Callable[..., list[str]]


@pytest.fixture
def phone_after(steps: Steps) -> Followed:
    """What F&O holds of a phone number after it is this and then that in Sales, under some policies."""

    def follow(*phones: str | None, in_finance: str | None = None, **policies: Any) -> list[str]:
        steps.set_site(flows={"accounts": {"fields": {PHONE: policies}}})
        found = []
        for run, phone in enumerate(phones):
            if run and in_finance is not None:
                key = f"CustomersV3(dataAreaId='usmf',CustomerAccount='{NUMBER}')?cross-company=true"
                steps.sandbox.finance_operations.patch(key, json={PHONE: in_finance}).raise_for_status()
            steps.change_account(NUMBER, telephone1=phone)
            steps.run(f"run {run}", keys=(NUMBER,))
            found.append(steps.customers()[NUMBER][PHONE])
        return found

    return follow


def test_always_follows_the_source(phone_after: Followed) -> None:
    assert phone_after("1", "2", write="always") == ["1", "2"]


def test_always_undoes_what_finance_wrote(phone_after: Followed) -> None:
    assert phone_after("1", "1", in_finance="9", write="always") == ["1", "1"]


def test_on_create_writes_once(phone_after: Followed) -> None:
    assert phone_after("1", "2", write="on_create") == ["1", "1"]


def test_on_create_leaves_an_emptied_field_empty(phone_after: Followed) -> None:
    assert phone_after("1", "2", in_finance="", write="on_create") == ["1", ""]


def test_if_target_empty_leaves_what_is_there(phone_after: Followed) -> None:
    assert phone_after("1", "2", write="if_target_empty") == ["1", "1"]


def test_if_target_empty_fills_an_emptied_field(phone_after: Followed) -> None:
    assert phone_after("1", "2", in_finance="", write="if_target_empty") == ["1", "2"]


def test_clear_empties_the_field_with_its_source(phone_after: Followed) -> None:
    assert phone_after("1", None, blank="clear") == ["1", ""]


def test_keep_leaves_the_field_when_its_source_is_emptied(phone_after: Followed) -> None:
    assert phone_after("1", None, "2", blank="keep") == ["1", "1", "2"]


def test_a_field_that_is_off_is_never_written(phone_after: Followed) -> None:
    assert phone_after("1", "2", in_finance="9", enabled=False) == ["", "9"]


@pytest.mark.parametrize(("length", "outcome"), [("reject", Outcome.REJECTED), ("truncate", Outcome.CREATED)])
def test_a_longer_value_is_rejected_or_cut(steps: Steps, length: str, outcome: Outcome) -> None:
    steps.set_site(flows={"accounts": {"fields": {"OrganizationName": {"length": length}}}})
    name = "Sunset " * 20
    steps.change_account(NUMBER, name=name)
    steps.run("first", keys=(NUMBER,))
    assert steps.outcome("first", NUMBER).outcome is outcome
    found = steps.customers().get(NUMBER, {}).get("OrganizationName")
    assert found == (name[:100].rstrip() if length == "truncate" else None)


def test_a_rejected_row_lands_by_itself_once_the_policy_lets_it(steps: Steps) -> None:
    steps.change_account(NUMBER, name="Sunset " * 20)
    steps.run("first")
    assert steps.outcome("first", NUMBER).outcome is Outcome.REJECTED
    steps.set_site(flows={"accounts": {"fields": {"OrganizationName": {"length": "truncate"}}}})
    steps.run("second")
    assert steps.outcome("second", NUMBER).outcome is Outcome.CREATED
