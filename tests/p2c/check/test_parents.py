from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from p2c.flow import Parent
from p2c.flows.contacts import CONTACTS
from p2c.site import load_site

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
