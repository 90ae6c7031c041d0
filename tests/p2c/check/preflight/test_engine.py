from __future__ import annotations

import tomllib
from typing import Any

from fixtures.installation import sound_settings
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.check.preflight import Status, preflight
from p2c.check.preflight.engine import CHECKS
from p2c.errors import ConfigurationError
from p2c.flow import System
from p2c.flows import FLOWS
from p2c.site import Site

SITE = Site.model_validate(tomllib.loads(sound_settings()))


def test_the_demo_fails_in_its_product_key_alone_and_nothing_is_written(steps: Steps, demo_sandbox: Sandbox) -> None:
    found = list(preflight(SITE, FLOWS, lambda system: getattr(steps, system)))
    assert [str(line) for line in found if line.status is Status.FAILED and line.title != "Product key"] == []
    assert demo_sandbox.effects() == []
    assert {seen["method"] for seen in demo_sandbox.requests_seen() if seen["system"] != "entra"} == {"GET"}


def test_a_check_that_a_system_refuses_is_a_line_and_the_others_go_on(steps: Steps, demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(finance_operations={"denied_entity_sets": ["NumberSequencesV2References"]})
    found = {line.title: line for line in preflight(SITE, FLOWS, lambda system: getattr(steps, system))}
    assert found["Number sequences"].status is Status.NOT_CHECKABLE
    assert "denies access to NumberSequencesV2References" in found["Number sequences"].text
    assert found["Distinct products"].status is Status.PASSED


def test_without_a_sign_in_all_else_is_not_checkable(steps: Steps) -> None:
    def connect(system: System) -> Any:
        if system == "sales":
            raise ConfigurationError("The connection has no environment URL.")
        return steps.finance_operations

    first, second, *others = preflight(SITE, FLOWS, connect)
    assert (first.status, second.status) == (Status.FAILED, Status.PASSED)
    assert len(others) >= len(CHECKS) - 1
    assert {line.status for line in others} == {Status.NOT_CHECKABLE}
