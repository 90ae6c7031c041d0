from __future__ import annotations

import pytest

from p2c.errors import ConfigurationError
from p2c.flows import FLOWS, cds_entities, flow_named
from p2c.flows.accounts import ACCOUNTS


def test_every_declared_flow_is_found_by_its_name() -> None:
    assert flow_named("accounts") is ACCOUNTS
    assert {name: flow.name for name, flow in FLOWS.items()} == {name: name for name in FLOWS}


def test_an_unknown_flow_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="Unknown flow 'account'; did you mean 'accounts'"):
        flow_named("account")


def test_the_cds_entities_of_all_flows_are_named_once() -> None:
    names = [entity.name for entity in cds_entities()]
    assert {"Account", "Contact"} <= set(names)
    assert len(names) == len(set(names))
