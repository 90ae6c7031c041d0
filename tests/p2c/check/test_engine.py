from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from p2c.check import check_live, check_offline
from p2c.flow import Lines, Pair
from p2c.flows import FLOWS
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.site import Site
from p2c_metadata import load

MODELS = {"sales": load("sales"), "finance_operations": load("finance_operations")}


def test_the_declared_flows_have_no_errors(site: Callable[..., Site]) -> None:
    assert [str(found) for found in check_offline(site(), FLOWS) if found.severity == "error"] == []


def test_a_check_of_a_tenant_like_the_documents_finds_what_the_offline_check_finds(site: Callable[..., Site]) -> None:
    assert check_live(site(), FLOWS, MODELS) == check_offline(site(), FLOWS)


def test_every_organization_is_checked(site: Callable[..., Site]) -> None:
    whole = site()
    both = whole.model_copy(
        update={
            "organizations": whole.organizations
            | {"demf": whole.organizations["usmf"].model_copy(update={"legal_entity": "demf", "defaults": {}})}
        }
    )
    places = {found.place for found in check_offline(both, FLOWS) if found.severity == "error"}
    assert places == {
        f"site.toml [organizations.demf.defaults.{part.name}]" for flow in FLOWS.values() for part in flow.parts
    }


def test_every_flow_is_checked_and_named(site: Callable[..., Site]) -> None:
    wrong = replace(ACCOUNTS, name="again", source_to_cds=(*ACCOUNTS.source_to_cds, Pair("nme", "Nme")))
    found = check_offline(site(), {"accounts": ACCOUNTS, "again": wrong})
    assert {finding.flow for finding in found if finding.severity == "error"} == {"again"}


def test_lines_are_checked_with_their_header_and_the_changes_that_a_site_makes_to_them(
    site: Callable[..., Site],
) -> None:
    destination = replace(CONTACTS.destination, key_with=("AssociatedContactNumber",))
    wrong = replace(
        CONTACTS,
        name="lines",
        destination=destination,
        source_to_cds=(*CONTACTS.source_to_cds, Pair("nme", "Nme")),
    )
    flow = replace(ACCOUNTS, lines=Lines(flow=wrong, lookup="_parentcustomerid_value"))
    settings = site(flows={"lines": {"fields": {"Nowhere": {"length": "truncate"}}}})
    found = [finding for finding in check_offline(settings, {"accounts": flow}) if finding.severity == "error"]
    assert any(finding.place == "site.toml [flows.lines.fields.Nowhere]" for finding in found)
    assert any(finding.place == "lines.source_to_cds: nme > Nme" for finding in found)


def test_the_changes_of_a_site_are_checked_with_the_flow(site: Callable[..., Site]) -> None:
    settings = site(flows={"accounts": {"fields": {"OrganizationName": {"length": "truncate"}}}})
    assert not any("OrganizationName" in found.message for found in check_offline(settings, FLOWS))


def test_an_unknown_field_of_a_site_does_not_hide_what_else_is_wrong(site: Callable[..., Site]) -> None:
    fields = {"Nowhere": {"length": "truncate"}, "CustomerAccount": {"enabled": False}}
    found = check_offline(site(flows={"accounts": {"fields": fields}}), FLOWS)
    messages = " ".join(finding.message for finding in found)
    assert "Unknown destination field 'Nowhere'" in messages
    assert "No pair takes the key AccountId to CustomerAccount" in messages
