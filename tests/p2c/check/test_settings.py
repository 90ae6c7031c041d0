from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from p2c.check import check_offline
from p2c.flow import Condition
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.site import Site

WRONG = [
    (
        {"flows": {"account": {}}},
        "site.toml [flows.account]: Unknown flow 'account'; did you mean 'accounts'?",
    ),
    (
        {"organization": {"left": {"account": "hold"}}},
        "site.toml [organizations.usmf.left]: Unknown flow 'account'; did you mean 'accounts'?",
    ),
    (
        {"organization": {"left": {"accounts": "delete"}}},
        "site.toml [organizations.usmf.left]: accounts: Unknown action 'delete'; known: hold, report.",
    ),
    (
        {"organization": {"select": {"accounts": [{"field": "customertype", "values": ["3"]}]}}},
        "site.toml [organizations.usmf.select.accounts]: Sales: Unknown field of accounts 'customertype'; did you mean",
    ),
    (
        {"organization": {"select": {"accounts": [{"field": "statecode", "values": ["Active"]}]}}},
        "site.toml [organizations.usmf.select.accounts]: Unknown option of statecode 'Active'; did you mean '0",
    ),
    (
        {"organization": {"select": {"lead": [{"field": "statecode", "values": ["0"]}]}}},
        "site.toml [organizations.usmf.select]: Unknown flow 'lead'; known: accounts, ",
    ),
    (
        {"flows": {"accounts": {"choices": {"discounts": "split"}}}},
        "site.toml [flows.accounts.choices]: Unknown choice 'discounts'; known: none.",
    ),
    (
        {"flows": {"accounts": {"fields": {"OrganisationName": {"length": "truncate"}}}}},
        "site.toml [flows.accounts.fields.OrganisationName]: Flow accounts: Unknown destination field "
        "'OrganisationName'; did you mean 'Organization",
    ),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_an_unknown_name_in_the_settings_is_reported_with_the_nearest(
    errors, site, changes: dict[str, Any], message: str
) -> None:
    found = errors(settings=site(**changes))
    assert len(found) == 1
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("flows", "message"),
    [
        (
            {"quote_lines": {"dry_run": True, "key_ranges": 2, "line_numbers": "assign"}},
            "site.toml [flows.quote_lines]: The lines go with their quotes: state dry_run, key_ranges at "
            "[flows.quotes].",
        ),
        (
            {"accounts": {"line_numbers": "assign"}},
            "site.toml [flows.accounts]: line_numbers is for flows of lines: quote_lines.",
        ),
    ],
)
def test_a_setting_that_has_no_effect_where_it_stands_is_reported(
    errors, site, flows: dict[str, Any], message: str
) -> None:
    assert errors(settings=site(flows=flows)) == [message]


def test_settings_of_lines_and_of_their_header_are_sound_each_at_its_flow(errors, site) -> None:
    flows = {"quote_lines": {"line_numbers": "assign"}, "quotes": {"dry_run": True, "key_ranges": 2}}
    assert errors(settings=site(flows=flows)) == []


def test_every_unknown_field_of_a_flow_is_reported_at_once(errors, site) -> None:
    fields: dict[str, Any] = {"Nme": {}, "Fone": {}, "SalesMemo": {"length": "reject"}}
    assert len(errors(settings=site(flows={"accounts": {"fields": fields}}))) == 2


@pytest.mark.parametrize("action", ["report", "hold"])
def test_an_action_that_the_flow_declares_is_known(errors, site, action: str) -> None:
    assert errors(settings=site(organization={"left": {"accounts": action}})) == []


def test_a_value_map_that_no_flow_uses_is_a_warning(warnings, site) -> None:
    value_maps = {**site().value_maps, "contry": {"usa": "US"}}
    assert "site.toml [value_maps.contry]: No flow uses it. Unknown value map 'contry'; did you mean 'country'?" in (
        warnings(settings=site(value_maps=value_maps))
    )


def overlaps(*organizations: dict[str, Any]) -> bool:
    named = {f"org{number}": organization for number, organization in enumerate(organizations)}
    found = check_offline(Site.model_validate({"organizations": named}), {"accounts": ACCOUNTS})
    return any(finding.severity == "warning" and "share legal entity" in finding.message for finding in found)


@pytest.mark.parametrize(
    ("units", "others"), [([], []), ([], ["North"]), (["North"], []), (["North", "South"], ["north "])]
)
def test_two_organizations_of_one_legal_entity_with_common_business_units_are_a_warning(
    units: list[str], others: list[str]
) -> None:
    one, other = ({"legal_entity": entity, "business_units": u} for entity, u in (("usmf", units), ("USMF", others)))
    assert overlaps(one, other)


def test_two_organizations_of_one_legal_entity_with_their_own_business_units_are_none() -> None:
    one, other = ({"legal_entity": "usmf", "business_units": [unit]} for unit in ("North", "South"))
    assert not overlaps(one, other)


def test_two_organizations_of_two_legal_entities_are_none() -> None:
    assert not overlaps({"legal_entity": "usmf"}, {"legal_entity": "demf"})


def test_a_condition_that_falls_away_without_the_solution_needs_no_column(errors, site) -> None:
    condition = Condition("msdynce_flag", "x", ("true",), only_with_solution=True)
    found = errors(replace(ACCOUNTS, scope=(condition,)), site(sales_solution="none"))
    assert not any("msdynce_flag" in error for error in found)


def test_a_name_that_is_no_field_of_the_solution_is_reported_with_the_nearest(errors, site) -> None:
    found = errors(CONTACTS, site(solution_fields={"msdynce_contactnumbr": "employeeid"}))
    assert found[0].startswith("site.toml [solution_fields]: Unknown field of the solution 'msdynce_contactnumbr'; did")


def test_a_column_that_sales_does_not_have_is_reported(errors, site) -> None:
    found = errors(CONTACTS, site(solution_fields={"msdynce_contactnumber": "emploeeid"}))
    assert any("Sales: Unknown field of contacts 'emploeeid'; did you mean 'employeeid'" in error for error in found)


def test_without_the_solution_a_field_that_nothing_stands_for_has_to_be_named(errors, site) -> None:
    wanted = "Sales has no msdynce_contactnumber: name the column that holds it."
    without = {"sales_solution": "none"}
    assert any(wanted in error for error in errors(CONTACTS, site(**without)))
    named = site(**without, solution_fields={"msdynce_contactnumber": "employeeid"})
    assert not any(wanted in error for error in errors(CONTACTS, named))


def test_a_field_that_is_derived_without_the_solution_needs_no_column(errors, site) -> None:
    assert not any("isactivecustomer" in error for error in errors(CONTACTS, site(sales_solution="none")))


def test_an_owning_organization_that_does_not_exist_is_reported(site, errors) -> None:
    (found,) = errors(settings=site(owning_organizations=["usmff"]))
    assert found == "site.toml owning_organizations: Unknown organization 'usmff'; did you mean 'usmf'?"


def test_an_organization_that_a_flow_is_restricted_to_has_to_exist(site, errors) -> None:
    (found,) = errors(settings=site(flows={"accounts": {"organizations": ["usmff"]}}))
    assert found == "site.toml [flows.accounts] organizations: Unknown organization 'usmff'; did you mean 'usmf'?"
