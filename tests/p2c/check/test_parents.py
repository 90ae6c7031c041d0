from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from p2c.flow import Parent
from p2c.flows.contacts import CONTACTS
from p2c.site import Site, load_site

SITE = load_site(Path(__file__).parents[3] / "include" / "site.toml")
(PARENT,) = CONTACTS.parents


@pytest.mark.parametrize(
    ("parent", "message"),
    [
        (replace(PARENT, flow="account"), "Unknown flow 'account'; did you mean 'accounts'"),
        (replace(PARENT, id="parentcustomerid_account.accountnr"), "Unknown field of accounts 'accountnr'"),
        (replace(PARENT, target="AssociatedContact"), "Unknown destination field 'AssociatedContact'"),
        (replace(PARENT, entity_set="Customers"), "Unknown entity set 'Customers'"),
        (replace(PARENT, key="CustomerAcount"), "Unknown field of CustomersV3 'CustomerAcount'"),
    ],
)
def test_each_name_of_a_parent_is_checked(errors: Callable[..., list[str]], parent: Parent, message: str) -> None:
    found = errors(replace(CONTACTS, parents=(parent,)), SITE)
    assert any(message in text and text.startswith("contacts.parents.") for text in found)


def test_a_parent_as_declared_is_sound(errors: Callable[..., list[str]]) -> None:
    assert errors(CONTACTS, SITE) == []


@pytest.mark.parametrize("off", [{"enabled": False}, {"dry_run": True}, {"organizations": ["demf"]}])
def test_a_flow_that_runs_without_the_flow_of_its_parents_is_a_warning(
    site: Callable[..., Site], warnings: Callable[..., list[str]], off: dict[str, Any]
) -> None:
    found = [text for text in warnings(CONTACTS, site(flows={"accounts": off})) if "wait for parents" in text]
    assert [text.partition(":")[0] for text in found] == ["site.toml [flows.accounts]"]
    assert "for usmf, but contacts runs there" in found[0]


@pytest.mark.parametrize("off", [{"enabled": False}, {"dry_run": True}, {"organizations": ["demf"]}])
def test_a_flow_that_is_off_together_with_the_flow_of_its_parents_is_sound(
    site: Callable[..., Site], warnings: Callable[..., list[str]], off: dict[str, Any]
) -> None:
    found = warnings(CONTACTS, site(flows={"accounts": off, "contacts": off}))
    assert not any("wait for parents" in text for text in found)
