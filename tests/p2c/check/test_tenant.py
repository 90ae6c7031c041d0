from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from p2c.check import check_live
from p2c.flows.accounts import ACCOUNTS
from p2c.site import Site
from p2c_metadata import Model, Property, load, parse
from p2c_metadata.documents import document

Live = Callable[..., list[str]]


@pytest.fixture
def live(site: Callable[..., Site]) -> Live:
    """The findings on tenants whose customers have one field changed."""

    def run(changed: Property | None = None) -> list[str]:
        models = {"sales": load("sales"), "finance_operations": _with(load("finance_operations"), changed)}
        return [str(finding) for finding in check_live(site(), {"accounts": ACCOUNTS}, models)]

    return run


def _with(model: Model, changed: Property | None) -> Model:
    customers = model.entity_sets["CustomersV3"]
    properties = {**customers.properties, **({changed.name: changed} if changed else {})}
    return replace(model, entity_sets={**model.entity_sets, "CustomersV3": replace(customers, properties=properties)})


def customer(name: str) -> Property:
    return load("finance_operations").entity_set("CustomersV3").property(name)


def test_a_tenant_that_is_like_the_documents_brings_nothing_new(live: Live) -> None:
    assert not any("tenant" in finding for finding in live())


def test_another_length_is_a_warning_with_both(live: Live) -> None:
    assert (
        "warning: F&O CustomersV3.OrganizationName: It holds 60 characters in this tenant; validation goes by 100."
    ) in live(replace(customer("OrganizationName"), max_length=60))


def test_a_length_that_a_tenant_does_not_state_is_no_finding(live: Live) -> None:
    assert not any("tenant" in finding for finding in live(replace(customer("OrganizationName"), max_length=None)))


def test_another_type_is_an_error_with_both(live: Live) -> None:
    found = live(replace(customer("OrganizationName"), type="Edm.Int32", max_length=None))
    assert "error: F&O CustomersV3.OrganizationName: It is Edm.Int32 in this tenant; flows expect Edm.String." in found


def test_an_enumeration_in_another_namespace_is_the_same_type(live: Live) -> None:
    assert not any("tenant" in found for found in live(replace(customer("IsExternallyMaintained"), type="Other.NoYes")))


def test_a_member_that_the_tenant_lacks_is_reported(live: Live) -> None:
    ours = customer("IsExternallyMaintained")
    assert ours.enum is not None
    found = live(replace(ours, enum=replace(ours.enum, members={"No": 0})))
    assert "warning: F&O CustomersV3.IsExternallyMaintained: This tenant does not know the value Yes." in found
    assert any("Unknown value of IsExternallyMaintained 'Yes'; known: No." in finding for finding in found)


def test_a_document_without_our_annotations_brings_no_error(site: Callable[..., Site]) -> None:
    models = {
        "sales": parse(document("sales").replace(b'"P2C.', b'"Other.')),
        "finance_operations": parse(document("finance_operations").replace(b'"P2C.', b'"Other.')),
    }
    found = check_live(site(), {"accounts": ACCOUNTS}, models)
    assert [str(finding) for finding in found if finding.severity == "error"] == []


def test_a_field_that_the_tenant_newly_requires_may_be_one_it_fills_itself(live: Live) -> None:
    found = live(replace(customer("KnownAs"), required_for_import=True))
    assert any(
        line.startswith("warning") and "CustomersV3 requires KnownAs, which no pair fills. New rows are refused" in line
        for line in found
    )


def test_a_required_field_that_the_company_added_has_to_be_filled(live: Live) -> None:
    found = live(Property("ContosoSegment", "Edm.String", required_for_import=True))
    assert any(line.startswith("error") and "CustomersV3 requires ContosoSegment" in line for line in found)


def sales_with(entity_set: str, changed: Property) -> Model:
    model = load("sales")
    entity = model.entity_set(entity_set)
    properties = {**entity.properties, changed.name: changed}
    return replace(model, entity_sets={**model.entity_sets, entity_set: replace(entity, properties=properties)})


def test_a_field_that_is_read_as_another_type_is_an_error(site: Callable[..., Site]) -> None:
    changed = replace(load("sales").entity_set("accounts").property("creditlimit"), type="Edm.String")
    found = check_live(site(), {"accounts": ACCOUNTS}, {"sales": sales_with("accounts", changed)})
    expected = "error: Sales accounts.creditlimit: It is Edm.String in this tenant; flows expect Edm.Decimal."
    assert expected in [str(finding) for finding in found]


def test_a_lookup_that_leads_elsewhere_is_an_error(site: Callable[..., Site]) -> None:
    field = load("sales").entity_set("accounts").property("_owningbusinessunit_value")
    model = sales_with("accounts", replace(field, lookup_targets=("team",)))
    found = check_live(site(), {"accounts": ACCOUNTS}, {"sales": model})
    assert any("It leads to team in this tenant; flows expect businessunit." in str(finding) for finding in found)


def test_an_option_that_the_tenant_adds_to_a_field_that_is_read_is_a_warning(site: Callable[..., Site]) -> None:
    field = load("sales").entity_set("accounts").property("statecode")
    model = sales_with("accounts", replace(field, options={**field.options, 7: "Frozen"}))
    found = [str(finding) for finding in check_live(site(), {"accounts": ACCOUNTS}, {"sales": model})]
    assert any(line.startswith("warning") and "This tenant adds the value 7 (Frozen)" in line for line in found)


def test_a_system_without_metadata_of_its_own_goes_by_the_shipped_ones(site: Callable[..., Site]) -> None:
    found = check_live(site(), {"accounts": ACCOUNTS}, {})
    assert not any("tenant" in str(finding) for finding in found)
