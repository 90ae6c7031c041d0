from __future__ import annotations

from xml.etree.ElementTree import XML

import pytest

from p2c_metadata import EntityType, Model, System, document, load

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
SYSTEMS: tuple[System, ...] = ("sales", "finance_operations")


@pytest.fixture(scope="module")
def sales() -> Model:
    return load("sales")


@pytest.fixture(scope="module")
def finance_operations() -> Model:
    return load("finance_operations")


def entity_types(*systems: System) -> list[EntityType]:
    return [entity for system in systems for entity in load(system).entity_sets.values()]


def declared_names(system: System, kind: str) -> list[str]:
    return [element.attrib["Name"] for element in XML(document(system)).iter(f"{EDM}{kind}")]


def test_a_document_is_parsed_once_per_process() -> None:
    assert load("sales") is load("sales")


@pytest.mark.parametrize(
    ("system", "namespace"),
    [("sales", "Microsoft.Dynamics.CRM"), ("finance_operations", "Microsoft.Dynamics.DataEntities")],
)
def test_each_document_has_the_namespace_of_its_system(system: System, namespace: str) -> None:
    assert load(system).namespace == namespace


@pytest.mark.parametrize("system", SYSTEMS)
def test_entity_sets_stand_in_alphabetical_order(system: System) -> None:
    names = list(load(system).entity_sets)
    assert names == sorted(names)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_annotation_of_ours_is_declared_in_the_document(system: System) -> None:
    used = {element.attrib["Term"] for element in XML(document(system)).iter(f"{EDM}Annotation")}
    assert {term for term in used if term.startswith("P2C.")} == {f"P2C.{n}" for n in declared_names(system, "Term")}


@pytest.mark.parametrize("entity", entity_types(*SYSTEMS), ids=lambda entity: entity.entity_set)
def test_every_key_is_a_property_that_is_never_null(entity: EntityType) -> None:
    assert entity.key
    assert not any(entity.properties[name].nullable for name in entity.key)


@pytest.mark.parametrize("entity", entity_types("sales"), ids=lambda entity: entity.name)
def test_every_column_behind_a_navigation_property_is_a_lookup(entity: EntityType) -> None:
    for link in entity.navigation.values():
        assert entity.properties[link.property].type == "Edm.Guid"
        assert link.target in (*entity.properties[link.property].lookup_targets, "principal")


@pytest.mark.parametrize("entity", entity_types("sales"), ids=lambda entity: entity.name)
def test_every_navigation_property_leads_to_a_table_of_the_document(entity: EntityType, sales: Model) -> None:
    tables = {table.name for table in sales.entity_sets.values()} | {"principal"}
    assert {link.target for link in entity.navigation.values()} <= tables


def test_every_lookup_leads_to_a_table_of_the_document_but_those_to_opportunities(sales: Model) -> None:
    tables = {table.name for table in sales.entity_sets.values()}
    properties = [found for table in sales.entity_sets.values() for found in table.properties.values()]
    assert {target for found in properties for target in found.lookup_targets} - tables == {"opportunity"}


@pytest.mark.parametrize("entity", entity_types("sales"), ids=lambda entity: entity.name)
def test_every_table_carries_the_columns_that_tell_a_row_s_version(entity: EntityType) -> None:
    assert {"createdon", "modifiedon", "versionnumber"} <= entity.properties.keys()


@pytest.mark.parametrize("table", ["account", "contact", "quote", "salesorder", "invoice"])
def test_a_table_owned_by_users_or_teams_has_an_owner_and_its_business_unit(table: str, sales: Model) -> None:
    entity = sales.entity(table)
    assert entity.property("_ownerid_value").lookup_targets == ("systemuser", "team")
    assert entity.property("_owningbusinessunit_value").lookup_targets == ("businessunit",)


def test_a_product_belongs_to_the_whole_organization_and_has_no_owner(sales: Model) -> None:
    assert "_ownerid_value" not in sales.entity("product").properties


def test_no_table_has_an_alternate_key_out_of_the_box(sales: Model) -> None:
    assert not any(entity.alternate_keys for entity in sales.entity_sets.values())


def test_every_primary_name_is_a_text_column_of_its_table(sales: Model) -> None:
    named = [entity for entity in sales.entity_sets.values() if entity.primary_name]
    assert all(entity.property(str(entity.primary_name)).type == "Edm.String" for entity in named)
    assert sales.entity("contact").primary_name == "fullname"


def test_columns_of_the_prospect_to_cash_solution_are_marked(sales: Model) -> None:
    properties = [found for table in sales.entity_sets.values() for found in table.properties.values()]
    assert all((found.solution == "msdynce") == found.name.startswith("msdynce_") for found in properties)


def test_a_column_name_that_is_not_published_is_marked_unconfirmed(sales: Model) -> None:
    contact = sales.entity("contact")
    assert contact.property("msdynce_isactivecustomer").unconfirmed
    assert not contact.property("msdynce_contactnumber").unconfirmed


def test_each_status_reason_belongs_to_a_state_of_its_table(sales: Model) -> None:
    with_status = [e for e in sales.entity_sets.values() if "statuscode" in e.properties]
    for entity in with_status:
        assert set(entity.property("statuscode").states.values()) <= entity.property("statecode").options.keys()
        assert entity.property("statuscode").states.keys() == entity.property("statuscode").options.keys()


def test_a_default_status_reason_belongs_to_the_state_that_sets_it(sales: Model) -> None:
    for entity in (e for e in sales.entity_sets.values() if "statuscode" in e.properties):
        for state, status in entity.property("statecode").default_status.items():
            assert entity.property("statuscode").states[status] == state


def test_money_columns_are_exact_to_at_most_four_decimals(sales: Model) -> None:
    money = [found for table in sales.entity_sets.values() for found in table.properties.values() if found.money]
    assert money
    assert {found.type for found in money} == {"Edm.Decimal"}
    assert all(found.scale is not None and found.scale <= 4 for found in money)


def test_a_date_without_a_time_of_day_is_an_edm_date_and_an_instant_an_edm_datetimeoffset(sales: Model) -> None:
    properties = [found for table in sales.entity_sets.values() for found in table.properties.values()]
    types = {(found.type, found.date_behavior) for found in properties if found.date_behavior}
    assert types == {("Edm.Date", "DateOnly"), ("Edm.DateTimeOffset", "UserLocal")}


def test_a_customer_needs_its_group_and_currency_and_one_of_two_names(finance_operations: Model) -> None:
    customer = finance_operations.entity_set("CustomersV3")
    needed = {found.name for found in customer.properties.values() if found.required_for_import}
    assert needed == {"dataAreaId", "CustomerAccount", "CustomerGroupId", "SalesCurrencyCode"}
    assert customer.required_one_of == ("OrganizationName", "PersonLastName")


def test_names_required_of_a_create_are_properties_of_the_entity(finance_operations: Model) -> None:
    for entity in finance_operations.entity_sets.values():
        assert set(entity.required_one_of) <= entity.properties.keys()


def test_enum_properties_of_finance_and_operations_carry_their_members(finance_operations: Model) -> None:
    properties = [found for entity in finance_operations.entity_sets.values() for found in entity.properties.values()]
    typed = [found for found in properties if not found.type.startswith("Edm.")]
    assert typed
    assert all(found.enum and found.enum.members for found in typed)


def test_the_same_customer_field_has_one_length_in_both_customer_entities(finance_operations: Model) -> None:
    second, third = (finance_operations.entity_set(name).properties for name in ("CustomersV2", "CustomersV3"))
    shared = second.keys() & third.keys()
    assert {name: second[name].max_length for name in shared} == {name: third[name].max_length for name in shared}
