from __future__ import annotations

import pytest
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.errors import ConfigurationError
from p2c.systems.environment import default_company, dual_write_companies, first_rows, organization_id


def test_sales_says_which_environment_it_is(steps: Steps, demo_sandbox: Sandbox) -> None:
    assert organization_id(steps.sales.session) == demo_sandbox.sales.get("WhoAmI").json()["OrganizationId"]


def test_a_read_without_cross_company_shows_the_users_default_company(steps: Steps, demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(finance_operations={"default_company": "demf"})
    assert default_company(steps.finance_operations.session) == "demf"


def test_a_default_company_without_rows_is_none(steps: Steps, demo_sandbox: Sandbox) -> None:
    demo_sandbox.settings(finance_operations={"default_company": "dat"})
    assert default_company(steps.finance_operations.session) == ""


def test_one_row_is_read_of_all_companies(steps: Steps) -> None:
    session = steps.finance_operations.session
    assert [row["SiteId"] for row in first_rows(session, "OperationalSites", "SiteId", cross_company=True)] == ["1"]


def test_tables_of_dual_write_may_be_missing_but_not_denied(steps: Steps, demo_sandbox: Sandbox) -> None:
    assert dual_write_companies(steps.sales.session) is None
    demo_sandbox.plan_faults({"match": {"path": "cdm_companies"}, "action": {"status": 403}})
    with pytest.raises(ConfigurationError, match="denies access"):
        dual_write_companies(steps.sales.session)
