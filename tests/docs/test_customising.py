"""The examples of docs/customising.md, each run as it stands there."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fixtures.installation import sound_settings
from fixtures.products import RELEASED, Products
from fixtures.steps import Steps

from p2c.check import check_offline
from p2c.flows import FLOWS
from p2c.ledger import Outcome
from p2c.site import Site

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "customising.md").read_text()
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")[1:]}
DEMO = tomllib.loads(sound_settings())

Customised = Callable[..., Steps]


def blocks(heading: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTIONS[heading], re.DOTALL)


def merged(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A document with changes, table by table."""
    result = dict(document)
    for name, value in changes.items():
        result[name] = merged(result.get(name, {}), value) if isinstance(value, dict) else value
    return result


def site_with(example: str) -> Site:
    """The demo's settings with an example."""
    return Site.model_validate(merged(DEMO, tomllib.loads(example)))


@pytest.fixture
def customised(steps: Steps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Customised:
    """The steps under the demo's settings with the example of one section, its Python files where they can be found."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def install(heading: str) -> Steps:
        for code in blocks(heading, "python"):
            name = re.match(r"# dags/(\w+\.py)\n", code)
            assert name, "a Python example begins with the name of its file"
            (tmp_path / name[1]).write_text(code)
            sys.modules.pop(name[1].removesuffix(".py"), None)  # that of an earlier test, whose file is gone
        steps.use(site_with(blocks(heading, "toml")[0]))
        assert [str(found) for found in check_offline(steps.site, FLOWS) if found.severity == "error"] == []
        return steps

    return install


def customer(steps: Steps, number: str, run_id: str = "first") -> dict[str, Any]:
    """The customer in F&O after a run over that account."""
    steps.run(run_id, keys=(number,))
    return steps.customers()[number]


@pytest.mark.parametrize(
    "example", [example for heading in SECTIONS for example in blocks(heading, "toml")], ids=lambda text: text[:40]
)
def test_every_example_passes_the_check(customised: Customised, example: str) -> None:
    customised("Compute a field")
    found = check_offline(site_with(example), FLOWS)
    assert [str(finding) for finding in found if finding.severity == "error"] == []


def test_another_default_reaches_the_customer(customised: Customised) -> None:
    assert customer(customised("Another default"), "US-010")["CustomerGroupId"] == "30"


def test_another_entry_of_a_value_map_lets_its_rows_land(customised: Customised) -> None:
    steps = customised("Another entry in a value map")
    steps.change_account("US-010", address1_country="Lietuva", address1_stateorprovince=None)
    assert customer(steps, "US-010")["AddressCountryRegionISOCode"] == "LT"


def test_another_policy_decides_what_is_written(customised: Customised) -> None:
    steps = customised("Another policy")
    assert len(customer(steps, "US-043")["OrganizationName"]) == 100
    for phone in ("555 0101", "555 0102", None):
        steps.change_account("US-008", telephone1=phone)
        assert customer(steps, "US-008", f"with {phone}")["PrimaryContactPhone"] == "555 0101"


def test_a_field_is_switched_on_and_another_off(customised: Customised) -> None:
    steps = customised("Switch a field on or off")
    steps.change_account("US-010", creditlimit=2500, fax="555 0111")
    found = customer(steps, "US-010")
    assert (found["CreditLimit"], found["PrimaryContactFax"]) == (2500, "")


def test_rows_are_selected_by_any_field(customised: Customised) -> None:
    steps = customised("Select source rows")
    steps.change_account("US-010", customertypecode=8)
    steps.run("first", keys=("US-010", "US-008"))
    assert steps.outcome("first", "US-010").outcome is Outcome.SKIPPED
    assert "US-008" in steps.customers()


def test_an_added_field_is_translated_checked_and_written(customised: Customised) -> None:
    steps = customised("Add a field")
    steps.change_account("US-010", paymenttermscode=1)
    assert customer(steps, "US-010")["PaymentTerms"] == "Net30"
    row = steps.account("US-010")
    (stored,) = steps.cds.get(steps.entity(), "accounts", "usmf", [row["accountid"]]).values()
    assert stored.values["Custom_PaymentTerms"] == 1


def test_an_added_field_without_an_entry_rejects_its_row_by_name(customised: Customised) -> None:
    steps = customised("Add a field")
    steps.change_account("US-010", paymenttermscode=4)
    steps.run("first", keys=("US-010",))
    reason = steps.outcome("first", "US-010").reasons[0]
    assert (reason.field, reason.value) == ("paymenttermscode", "4")
    assert "has no entry in [value_maps.payment_terms]" in reason.text


def test_a_field_of_a_joined_entity_set_is_written(customised: Customised) -> None:
    products = Products(customised("Add a field"))
    products.steps.use(site_with(blocks("Add a field", "toml")[1]))
    products.change(RELEASED, "L0001", NetProductWeight="2.5")
    products.run("first", keys=("L0001",))
    assert Decimal(products.product("L0001")["stockweight"]) == Decimal("2.5")


def test_the_answer_to_a_question_decides(customised: Customised) -> None:
    products = Products(customised("Answer a question of a flow"))
    products.steps.use(site_with(blocks("Answer a question of a flow", "toml")[0]))
    products.run("first", keys=("BR003",))
    assert "this site takes prices per unit only" in products.reason("first", "BR003").text


def test_an_added_constant_and_a_default_are_written(customised: Customised) -> None:
    found = customer(customised("Add a constant, or a default of each organization"), "US-010")
    assert (found["DeliveryTerms"], found["PaymentMethod"]) == ("FOB", "CHECK")


@pytest.mark.parametrize(("revenue", "rating"), [(1_000_000, "A"), (10_000, "B")])
def test_a_computed_field_is_written(customised: Customised, revenue: int, rating: str) -> None:
    steps = customised("Compute a field")
    steps.change_account("US-010", revenue=revenue, numberofemployees=10)
    assert customer(steps, "US-010")["CreditRating"] == rating


def test_what_a_function_refuses_rejects_the_row_in_its_words(customised: Customised) -> None:
    steps = customised("Compute a field")
    steps.change_account("US-010", revenue=5, numberofemployees=0)
    steps.run("first", keys=("US-010", "US-008"))
    outcome = steps.outcome("first", "US-010")
    assert outcome.outcome is Outcome.REJECTED
    assert "a company has employees" in outcome.reasons[0].text
    assert outcome.reasons[0].field == "revenue, numberofemployees"
    assert "US-008" in steps.customers()


def test_a_declared_field_is_filled_in_another_way(customised: Customised) -> None:
    steps = customised("Fill a declared field in another way")
    steps.change_account("US-010", industrycode=8)
    steps.run("first", keys=("US-010", "US-008"))
    groups = [steps.customers()[number]["CustomerGroupId"] for number in ("US-010", "US-008")]
    assert groups == ["30", steps.site.defaults("usmf", "accounts")["CustomerGroupId"]]


def test_a_field_of_an_address_is_written_with_it(customised: Customised) -> None:
    steps = customised("Add a field to an address")
    steps.change_account("US-010", address1_line2="17")
    assert customer(steps, "US-010")["AddressStreetNumber"] == "17"
    since = len(steps.writes())
    steps.change_account("US-010", address1_line2="18")
    steps.run("second", keys=("US-010",))
    assert "AddressStreetNumber" in steps.writes()[since]["changes"]


def test_a_row_that_left_is_acted_on(customised: Customised) -> None:
    steps = customised("Act on rows that left")
    customer(steps, "US-010")
    steps.change_account("US-010", statecode=1, statuscode=2)
    assert customer(steps, "US-010", "second")["OnHoldStatus"] == "All"


def test_the_fields_of_the_solution_are_read_by_their_other_names(customised: Customised) -> None:
    steps = customised("Names of the solution's fields")
    for flow in ("contacts", "contacts_to_customers"):
        assert "employeeid" in steps.site.applied_to(FLOWS[flow]).source_fields()


def test_a_second_run_changes_nothing_whatever_a_site_adds(customised: Customised) -> None:
    for heading in ("Add a field", "Compute a field", "Add a field to an address"):
        steps = customised(heading)
        steps.run(f"first {heading}", full=True)
        since = len(steps.writes())
        steps.run(f"second {heading}", full=True)
        assert steps.writes()[since:] == []


def test_a_flow_is_left_out(customised: Customised) -> None:
    steps = customised("Leave a flow out")
    assert not steps.site.flow_settings("contacts_to_customers").enabled


def test_every_section_with_an_example_has_a_test() -> None:
    tested = Path(__file__).read_text()
    examples = [heading for heading in SECTIONS if blocks(heading, "toml")]
    assert [heading for heading in examples if f'customised("{heading}")' not in tested] == []
