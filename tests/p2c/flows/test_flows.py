from __future__ import annotations

import pytest

from p2c.errors import ConfigurationError
from p2c.flows import FLOWS, flow_named
from p2c.flows.accounts import ACCOUNTS


def test_every_declared_flow_is_found_by_its_name() -> None:
    assert flow_named("accounts") is ACCOUNTS
    assert {name: flow.name for name, flow in FLOWS.items()} == {name: name for name in FLOWS}


def test_an_unknown_flow_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="Unknown flow 'account'; did you mean 'accounts'"):
        flow_named("account")
