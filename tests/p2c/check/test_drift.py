from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from p2c.check.drift import schema_changes
from p2c.flow import System
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.quotes import QUOTES
from p2c.site import Site
from p2c_metadata import Model, load


def without(system: System, entity_set: str, field: str) -> Model:
    model = load(system)
    entity = model.entity_set(entity_set)
    properties = {name: known for name, known in entity.properties.items() if name != field}
    return replace(model, entity_sets={**model.entity_sets, entity_set: replace(entity, properties=properties)})


@pytest.mark.parametrize("system", ["sales", "finance_operations"])
def test_a_tenant_like_the_shipped_metadata_has_not_changed(site: Callable[..., Site], system: System) -> None:
    assert schema_changes(site(), ACCOUNTS, system, load(system)) == []


def test_what_the_shipped_metadata_say_too_is_no_change(site: Callable[..., Site]) -> None:
    wrong = site({"defaults": {}})
    assert schema_changes(wrong, ACCOUNTS, "finance_operations", load("finance_operations")) == []


def test_a_field_that_is_gone_is_a_change_of_the_flows_that_use_it(site: Callable[..., Site]) -> None:
    model = without("sales", "accounts", "telephone1")
    assert any("'telephone1'" in finding.message for finding in schema_changes(site(), ACCOUNTS, "sales", model))
    assert schema_changes(site(), QUOTES, "sales", model) == []


def test_a_field_of_lines_is_one_of_the_flow(site: Callable[..., Site]) -> None:
    model = without("sales", "quotedetails", "quantity")
    assert any("'quantity'" in finding.message for finding in schema_changes(site(), QUOTES, "sales", model))


def test_a_field_that_only_tells_the_parent_is_one_of_the_flow(site: Callable[..., Site]) -> None:
    assert any(parent.id == "customerid_account.accountid" for parent in QUOTES.parents)
    found = schema_changes(site(), QUOTES, "sales", without("sales", "accounts", "accountid"))
    assert any("Unknown field of accounts 'accountid'" in finding.message for finding in found)
