from __future__ import annotations

from typing import Any

import pytest
from fixtures.sandbox import Sandbox

from p2c.check.preflight import Line, Status
from p2c.check.preflight.reference_values import OTHERS, TITLES, reference_check, title_of

#: For each line: a row of the demo that goes missing, and what the line then says.
BROKEN = {
    "Units": ("finance_operations", "UnitsOfMeasure", ["box"], "'box' is not in UnitsOfMeasure.UnitSymbol"),
    "Customer groups": ("finance_operations", "CustomerGroups", ["usmf", "10"], "'10' is not in CustomerGroups"),
    "Sites": ("finance_operations", "OperationalSites", ["usmf", "1"], "'1' is not in OperationalSites.SiteId"),
    "Warehouses": ("finance_operations", "Warehouses", ["usmf", "13"], "'13' is not in Warehouses.WarehouseId"),
    "Languages": ("finance_operations", "LanguageCodes", ["en-us"], "'en-us' is not in LanguageCodes"),
    "Currencies": ("finance_operations", "Currencies", ["USD"], "'USD' is not in Currencies.CurrencyCode"),
    "Country ISO codes": ("finance_operations", "AddressCountryRegions", ["USA"], "'US' is not in AddressCountry"),
    "States": ("finance_operations", "AddressStates", ["USA", "WA"], "'WA' is not in AddressStates.State"),
}


def of_usmf(lines: list[Line]) -> Line:
    return next(line for line in lines if line.organization == "usmf")


@pytest.mark.parametrize("title", TITLES)
def test_values_that_exist_pass(examine: Any, title: str) -> None:
    assert of_usmf(examine(reference_check(title))).status is Status.PASSED


@pytest.mark.parametrize("title", TITLES)
def test_a_value_that_went_missing_fails_with_the_remedy(examine: Any, demo_sandbox: Sandbox, title: str) -> None:
    system, entity_set, key, said = BROKEN[title]
    demo_sandbox.delete_rows(system, entity_set, key)  # type: ignore[arg-type]
    line = of_usmf(examine(reference_check(title)))
    assert line.status is Status.FAILED
    assert said in line.text
    assert "Create it there, or map the value in site.toml." in line.text


def test_reference_data_of_a_sites_own_has_a_line(examine: Any) -> None:
    own = {"constant": "Net99", "reference": {"entity_set": "PaymentTerms", "field": "Name"}}
    line = of_usmf(examine(reference_check(OTHERS), flows={"accounts": {"fields": {"PaymentTerms": own}}}))
    assert (line.title, line.status) == (OTHERS, Status.FAILED)
    assert "'Net99' is not in PaymentTerms.Name" in line.text
    assert title_of("PaymentTerms") == OTHERS


def test_a_flow_that_is_off_names_no_values(examine: Any) -> None:
    off = {name: {"enabled": False} for name in ("accounts", "contacts_to_customers")}
    assert of_usmf(examine(reference_check("Customer groups"), flows=off)).text == "site.toml names none."
