"""Generated rows through whole flows: every good one lands, no bad one does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.database.engine import open_engine
from p2c.ledger import Outcome
from p2c.site import load_site
from p2c_sandbox.generator.products import is_in_sales
from p2c_sandbox.generator.rows import generated_rows
from p2c_sandbox.generator.size import Size

SIZE = Size(accounts=60, contacts=60, products=30, bad_share=Fraction(1, 5))
SITE = Path(__file__).parents[2] / "include" / "site.toml"
ORGANIZATIONS = ("usmf", "demf")
LANDED = {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED}


@pytest.fixture
def steps(sandbox: Sandbox, tmp_path: Path) -> Iterator[Steps]:
    """The demo's settings against generated rows."""
    rows: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
    for system, entity_set, row in generated_rows(SIZE):
        rows[system, entity_set].append(row)
    for (system, entity_set), found in rows.items():
        sandbox.put_rows(system, entity_set, *found)
    engine = open_engine(f"sqlite:///{tmp_path / 'cds.sqlite'}")
    yield Steps(sandbox, engine, tmp_path, load_site(SITE))
    engine.dispose()


def landed(steps: Steps, flow: str) -> set[str]:
    """Source ids of the rows that a first run of the flow put into F&O."""
    steps.flow = flow
    found = set()
    for organization in ORGANIZATIONS:
        steps.run("first", organization, full=True)
        outcomes = steps.ledger.outcomes(steps.key("first", organization))
        found |= {row.source_id for row in outcomes if row.outcome in LANDED}
    return found


def good(steps: Steps, entity_set: str, key: str) -> set[str]:
    rows = steps.sandbox.rows("sales", entity_set)
    return {row[key] for number, row in enumerate(rows) if SIZE.rank_of_bad(number) is None}


def test_every_good_account_lands_and_no_bad_one(steps: Steps) -> None:
    assert landed(steps, "accounts") == good(steps, "accounts", "accountid")


def test_every_good_contact_of_an_account_lands_and_no_bad_one(steps: Steps) -> None:
    landed(steps, "accounts")
    contacts = {
        row["contactid"] for row in steps.sandbox.rows("sales", "contacts") if row.get("_parentcustomerid_value")
    }
    assert landed(steps, "contacts") == good(steps, "contacts", "contactid") & contacts


def test_every_good_product_lands_and_no_bad_one(steps: Steps) -> None:
    steps.flow = "products"
    counts = steps.run("first")
    bad = SIZE.bad_before(SIZE.products)
    present = sum(is_in_sales(SIZE, number) for number in range(SIZE.products))
    assert (counts["unchanged"], counts["created"]) == (present, SIZE.products - present - bad)
    assert counts["rejected"] + counts["skipped"] == bad


def test_prices_that_are_in_sales_already_are_those_of_finance(steps: Steps) -> None:
    present = sum(is_in_sales(SIZE, number) for number in range(SIZE.products))
    for steps.flow, organization in (("products", "usmf"), ("price_list_items", "usmf"), ("price_list_items", "demf")):
        assert steps.run("first", organization)["unchanged"] == present
