from __future__ import annotations

from collections.abc import Callable

from p2c.check.uses import fields_used
from p2c.flow import System
from p2c.flows import FLOWS
from p2c.site import Site
from p2c_metadata import load


def used(site: Site, flow: str, system: System, *, own: bool = False) -> dict[str, frozenset[str]]:
    return dict(fields_used(site.applied_to(FLOWS[flow]), system, load(system), own=own))


def test_fields_read_through_a_lookup_belong_to_the_table_behind_it(site: Callable[..., Site]) -> None:
    fields = used(site(), "contacts", "sales")
    assert "_parentcustomerid_value" in fields["contacts"]
    assert "accountnumber" in fields["accounts"]


def test_lines_and_joined_entity_sets_are_among_them(site: Callable[..., Site]) -> None:
    assert "quantity" in used(site(), "quotes", "sales")["quotedetails"]
    assert "ItemNumber" in used(site(), "products", "finance_operations")["ReleasedProductsV2"]


def test_reference_data_and_parents_are_no_own_ones(site: Callable[..., Site]) -> None:
    assert used(site(), "quotes", "finance_operations", own=True).keys() == {
        "CDSSalesQuotationHeaders",
        "CDSSalesQuotationLines",
    }
    assert {"CustomersV3", "CDSSalesQuotationHeaders", "Warehouses"} <= used(
        site(), "quotes", "finance_operations"
    ).keys()


def test_every_field_that_a_flow_uses_is_in_the_metadata(site: Callable[..., Site]) -> None:
    systems: tuple[System, ...] = ("sales", "finance_operations")
    for flow in FLOWS:
        for system in systems:
            for entity_set, names in used(site(), flow, system).items():
                assert names <= load(system).entity_set(entity_set).properties.keys(), (flow, entity_set)
