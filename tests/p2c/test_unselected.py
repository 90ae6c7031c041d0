from __future__ import annotations

import pytest
from fixtures.steps import DEFAULTS

from p2c.unselected import Unselected, unselected

ORGANIZATIONS = {
    "usmf": {"legal_entity": "usmf", "business_units": ["Contoso USA"], "defaults": {"accounts": dict(DEFAULTS)}},
    "demf": {"legal_entity": "demf", "business_units": ["Contoso Germany"], "defaults": {"accounts": dict(DEFAULTS)}},
}
ARCHIVED = "US-090"


@pytest.fixture
def two_organizations(steps):
    steps.set_site(organizations=ORGANIZATIONS)
    return steps


def listed(steps) -> Unselected:
    return unselected(steps.ledger, steps.staging, "accounts", list(ORGANIZATIONS))


def test_a_row_that_every_organization_passed_over_is_listed_with_one_reason(two_organizations):
    for organization in ORGANIZATIONS:
        two_organizations.run("first", organization)
    found = {row.integration_key: row for row in listed(two_organizations).rows}
    assert [reason.value for reason in found[ARCHIVED].reasons] == ["Contoso Archive"]
    assert not {"US-001", "DE-001"} & set(found)
    assert listed(two_organizations).not_judged_by == ()


def test_dry_runs_list_the_same_rows_before_anything_has_landed(two_organizations):
    for organization in ORGANIZATIONS:
        two_organizations.run("dry", organization, dry_run=True)
    before = listed(two_organizations)
    for organization in ORGANIZATIONS:
        two_organizations.run("first", organization)
    assert before == listed(two_organizations)
    assert before.rows


def test_an_organization_that_has_not_judged_any_row_yet_is_named(two_organizations):
    two_organizations.run("first", "usmf")
    found = listed(two_organizations)
    assert found.not_judged_by == ("demf",)
    assert {"DE-001", ARCHIVED} <= {row.integration_key for row in found.rows}


def test_before_any_run_nothing_is_listed(two_organizations):
    assert listed(two_organizations) == Unselected("accounts", (), tuple(ORGANIZATIONS))


def test_a_dry_run_whose_report_was_removed_has_judged_nothing(two_organizations):
    two_organizations.run("dry", "usmf", dry_run=True)
    two_organizations.staging.discard_run("accounts", "dry")
    assert listed(two_organizations).not_judged_by == tuple(ORGANIZATIONS)
