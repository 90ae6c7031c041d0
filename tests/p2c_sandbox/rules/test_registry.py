from __future__ import annotations

from p2c_sandbox.rules.customers import Customers
from p2c_sandbox.rules.registry import rules_for


def test_rules_are_found_by_system_and_entity_set() -> None:
    assert isinstance(rules_for("finance_operations", "CustomersV3"), Customers)


def test_an_entity_set_without_rules_has_none() -> None:
    assert rules_for("finance_operations", "CustomerGroups") is None
