from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fixtures.steps import Steps

from p2c.flow import Condition, Flow, Source
from p2c.flows.accounts import ACCOUNTS
from p2c.steps.owners import Owners
from p2c.validation.scope import OWNER

ORGANIZATIONS = {name: {"legal_entity": name} for name in ("usmf", "demf", "glco")}
PRODUCTS = replace(
    ACCOUNTS,
    source=Source(
        system="finance_operations",
        entity_set="SellableReleasedProducts",
        id="ProductNumber",
        key="ProductNumber",
        company="dataAreaId",
    ),
    destination=replace(ACCOUNTS.destination, shared=True),
    scope=(Condition("IsSalesStopped", "it is stopped", values=("No",)),),
)


def owners(steps: Steps, organization: str, flow: Flow = PRODUCTS, **site: Any) -> Owners:
    steps.set_site(organizations=ORGANIZATIONS, **site)
    return Owners(steps.site, flow, organization, steps.finance_operations)


def named(found: Owners, *products: str, stopped: str = "No", absent: bool = False) -> list[str | None]:
    rows = [{"ProductNumber": product, "IsSalesStopped": stopped} for product in products]
    return [row.get(OWNER) for row in (found.added_to_absent(rows) if absent else found.added_to(rows))]


@pytest.mark.parametrize("whole", [True, False])
def test_a_row_of_an_organization_before_is_that_ones(steps: Steps, *, whole: bool) -> None:
    found = owners(steps, "glco")
    if whole:
        found.read_whole()
    assert named(found, "D0001", "DE-100", "only here") == ["usmf", "demf", None]


def test_the_first_organization_owns_what_it_has(steps: Steps) -> None:
    assert named(owners(steps, "usmf"), "D0001") == [None]


def test_the_site_says_who_comes_first(steps: Steps) -> None:
    site = {"owning_organizations": ["demf"]}
    assert named(owners(steps, "usmf", **site), "D0001", "D0013") == ["demf", None]
    assert named(owners(steps, "demf", **site), "D0001") == [None]


def test_a_row_out_of_scope_there_is_owned_here(steps: Steps) -> None:
    assert named(owners(steps, "demf"), "D0099") == [None]


def test_a_row_that_is_absent_here_may_be_of_any_other(steps: Steps) -> None:
    found = owners(steps, "usmf")
    assert named(found, "DE-100", "nowhere", absent=True) == ["demf", None]


def test_rows_of_a_company_have_no_owner(steps: Steps) -> None:
    alone = replace(PRODUCTS, destination=ACCOUNTS.destination)
    assert named(owners(steps, "demf", alone), "D0001") == [None]


def test_a_row_out_of_scope_here_is_of_any_other_that_has_it(steps: Steps) -> None:
    assert named(owners(steps, "usmf"), "D0001", "D0013", stopped="Yes") == ["demf", None]
