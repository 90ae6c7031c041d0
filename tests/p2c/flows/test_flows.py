from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.errors import ConfigurationError
from p2c.flow import Flow, Parent
from p2c.flows import FLOWS, cds_entities, flow_named, in_order
from p2c.flows.accounts import ACCOUNTS
from p2c.site import Site

SITE = Site.model_validate({"organizations": {"usmf": {"legal_entity": "usmf"}}})


def test_every_declared_flow_is_found_by_its_name() -> None:
    assert flow_named("accounts") is ACCOUNTS
    assert {name: flow.name for name, flow in FLOWS.items()} == {name: name for name in FLOWS}


def test_an_unknown_flow_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="Unknown flow 'account'; did you mean 'accounts'"):
        flow_named("account")


def test_the_cds_entities_of_all_flows_are_named_once() -> None:
    names = [entity.name for entity in cds_entities(SITE)]
    assert {"Account", "Contact"} <= set(names)
    assert len(names) == len(set(names))


def test_a_cds_entity_has_the_columns_that_a_site_adds_to_any_of_its_flows() -> None:
    fields = {"accounts": "CreditRating", "contacts_to_customers": "KnownAs"}
    flows = {name: {"fields": {target: {"source": "description"}}} for name, target in fields.items()}
    site = Site.model_validate({**SITE.model_dump(), "flows": flows})
    (account,) = (entity for entity in cds_entities(site) if entity.name == "Account")
    assert {"Custom_CreditRating", "Custom_KnownAs"} <= {field.name for field in account.fields}


def flow(name: str, *parents: str, system: str = "sales") -> Flow:
    waits_for = tuple(Parent(parent, "id", "target", "Rows", "key") for parent in parents)
    source = replace(ACCOUNTS.source, system=system)  # type: ignore[arg-type]
    return replace(ACCOUNTS, name=name, parents=waits_for, source=source)


def names(flows: list[Flow]) -> list[str]:
    return [flow.name for flow in flows]


def test_a_flow_stands_after_those_it_waits_for() -> None:
    declared = [flow("a", "m", "n"), flow("m", "n"), flow("n")]
    assert names(in_order(declared)) == ["n", "m", "a"]
    places = {name: place for place, name in enumerate(FLOWS)}
    for child in FLOWS.values():
        assert all(places[parent.flow] < places[child.name] for parent in child.parents if parent.flow in places)


def test_what_comes_from_finance_and_operations_stands_before_what_refers_to_it() -> None:
    declared = [flow("a"), flow("z", "y", system="finance_operations"), flow("y", system="finance_operations")]
    assert names(in_order(declared)) == ["y", "z", "a"]


def test_a_flow_may_wait_for_rows_of_its_own() -> None:
    assert names(in_order([flow("a", "a")])) == ["a"]


def test_flows_that_wait_for_one_another_are_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="The flows a, b wait for one another"):
        in_order([flow("b", "a"), flow("a", "b"), flow("c")])
