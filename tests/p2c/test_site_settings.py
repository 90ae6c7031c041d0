"""The tables of `site.toml`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from p2c.flow import Follow
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.site_settings import FlowSettings, Organization, RetentionSettings


def test_a_flow_is_on_unless_a_site_switches_it_off() -> None:
    assert FlowSettings().enabled
    assert not FlowSettings(enabled=False).enabled


def test_a_flow_selects_by_its_own_conditions_and_by_those_on_the_row_it_follows() -> None:
    by_type, by_state = ({"field": name, "values": ["3"]} for name in ("customertypecode", "statecode"))
    organization = Organization.model_validate(
        {"legal_entity": "usmf", "select": {"accounts": [by_type], "contacts": [by_state]}}
    )
    fields = [condition.field for condition in organization.selection(CONTACTS)]
    assert fields == ["statecode", "parentcustomerid_account.customertypecode"]


def test_a_row_that_may_follow_either_of_two_others_is_asked_only_by_the_one_it_has() -> None:
    by_type = {"field": "customertypecode", "values": ["3"]}
    organization = Organization.model_validate({"legal_entity": "usmf", "select": {"accounts": [by_type]}})
    follows = (
        Follow("accounts", "account", when="account.id"),
        Follow("accounts", "contact.account", when="contact.id"),
    )
    flow = replace(CONTACTS, source=replace(CONTACTS.source, follows=follows))
    first, second = organization.selection(flow)
    assert (first.field, first.when) == ("account.customertypecode", "account.id")
    assert (second.field, second.when) == ("contact.account.customertypecode", "contact.id")


@pytest.mark.parametrize("zone", ["Vilnius", "../etc/passwd", "/UTC"])
def test_a_zone_that_is_no_iana_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError, match="no IANA time zone such as"):
        Organization(legal_entity="usmf", time_zone=zone)


@pytest.mark.parametrize("schedule", ["daily", "* * *", "61 0 * * *"])
def test_a_schedule_that_is_no_cron_expression_is_refused(schedule: str) -> None:
    with pytest.raises(ValidationError, match="no cron expression such as"):
        FlowSettings(schedule=schedule)


def test_a_site_names_the_states_in_which_rows_are_changed_and_the_lanes() -> None:
    destination = replace(ACCOUNTS.destination, writable=("Status", ("Created",)))
    settings = FlowSettings(writable=("Created", "Sent"), lanes=7)
    changed = settings.applied_to(destination)
    assert (changed.writable, changed.lanes) == (("Status", ("Created", "Sent")), 7)
    assert settings.applied_to(ACCOUNTS.destination).writable is None


def test_what_others_need_is_kept_as_long_as_they_are() -> None:
    with pytest.raises(ValidationError, match="must not decrease"):
        RetentionSettings(staged_days=30, rows_days=20)
