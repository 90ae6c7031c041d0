from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox

from p2c.flow import System


def test_flows_that_run_for_nobody_are_left_out(pair: Any) -> None:
    tenants = pair(flows={"quotes": {"enabled": False}, "accounts": {"organizations": ["demf"]}})
    assert "quotes" not in tenants.flows
    assert list(tenants.organizations("accounts")) == ["demf"]
    assert list(tenants.running()) == ["usmf", "demf"]


def test_values_in_use_cost_a_request_each(pair: Any, demo_sandbox: Sandbox) -> None:
    tenants = pair()
    assert tenants.values_in_use("SellableReleasedProducts", "CurrencyCode", "usmf") == ["USD"]
    assert len(demo_sandbox.requests_seen(entity_set="SellableReleasedProducts")) == 2


def test_reference_data_is_read_once_for_an_organization(pair: Any) -> None:
    tenants = pair()
    systems: tuple[System, ...] = ("sales", "finance_operations")
    for system in systems:
        assert tenants.references(system, "usmf") is tenants.references(system, "usmf")
    assert tenants.client("sales") is tenants.sales


def test_the_metadata_are_those_of_both_tenants(pair: Any) -> None:
    assert set(pair().models()) == {"sales", "finance_operations"}
