from __future__ import annotations

import pytest
from fixtures.steps import site_document

from p2c.errors import CircuitBreakerError, ConfigurationError
from p2c.ledger import Outcome
from p2c.site import Site


def rejection(steps, key: str):
    outcome = steps.outcome("first", key)
    assert outcome.outcome is Outcome.REJECTED
    return outcome.reasons[0]


def test_a_name_of_160_characters_is_rejected_naming_the_limit(steps):
    steps.run("first")
    reason = rejection(steps, "US-043")
    assert (reason.code, reason.field) == ("too_long", "name")
    assert "160 characters, F&O holds 100" in reason.text


def test_a_state_that_no_map_and_no_table_knows_is_rejected_naming_it(steps):
    steps.run("first")
    reason = rejection(steps, "US-041")
    assert (reason.code, reason.field) == ("reference", "address1_stateorprovince")
    assert "Calif." in reason.text


def test_a_county_that_its_state_does_not_have_is_rejected_naming_it(steps):
    steps.rewrite("sales", "accounts", steps.account("US-018"), address1_county="DALLAS")
    steps.run("first")
    reason = rejection(steps, "US-018")
    assert (reason.code, reason.field, reason.value) == ("reference", "address1_county", "DALLAS")
    assert "with AddressState 'MI'" in reason.text


def test_a_country_without_a_map_entry_is_rejected_naming_it(steps):
    steps.rewrite("sales", "accounts", steps.account("US-001"), address1_country="Atlantis")
    steps.run("first")
    reason = rejection(steps, "US-001")
    assert (reason.code, reason.field, reason.value) == ("value_map", "address1_country", "Atlantis")


def test_two_accounts_with_one_number_are_both_rejected_naming_each_other(steps):
    steps.run("first")
    rows = [row for row in steps.ledger.outcomes(steps.key("first")) if row.integration_key == "US-024"]
    assert [row.outcome for row in rows] == [Outcome.REJECTED] * 2
    assert rows[0].source_id in rows[1].reasons[0].text
    assert rows[1].source_id in rows[0].reasons[0].text
    assert "US-024" not in steps.customers()


def test_one_number_in_two_business_units_is_no_duplicate_within_an_organization(steps):
    steps.run("first")
    landed = [row for row in steps.ledger.outcomes(steps.key("first")) if row.integration_key == "US-027"]
    assert sorted(row.outcome for row in landed) == [Outcome.CREATED, Outcome.SKIPPED]


def test_a_duplicate_that_comes_alone_later_is_still_refused(steps):
    steps.run("first")
    steps.change_account("US-024", **{"telephone1": "555 0100"})
    steps.run("second")
    assert "US-024" not in steps.customers()


def test_a_duplicate_lands_once_the_other_one_has_its_own_number(steps):
    steps.run("first")
    steps.change_account("US-024", **{"accountnumber": "US-924"})
    steps.run("second")
    steps.run("third")
    assert {"US-024", "US-924"} <= set(steps.customers())


def test_an_account_without_a_number_is_skipped_with_that_reason(steps):
    steps.run("first")
    without = [row for row in steps.ledger.outcomes(steps.key("first")) if not row.integration_key]
    assert without
    assert {row.outcome for row in without} == {Outcome.SKIPPED}
    assert any("no account number" in row.reasons[0].text for row in without)


def test_an_address_that_is_a_country_alone_is_not_sent(steps):
    steps.run("first")
    customer = steps.customers()["US-040"]
    assert not customer.get("AddressCountryRegionISOCode")
    assert not customer.get("AddressDescription")


def test_an_organization_that_finance_does_not_know_is_a_configuration_error(steps):
    document = site_document()
    document["organizations"]["usmf"]["legal_entity"] = "usmg"
    steps.site = Site.model_validate(document)
    with pytest.raises(ConfigurationError, match="'usmg'; did you mean 'usmf'"):
        steps.run("first")


def test_a_customer_group_that_does_not_exist_is_a_configuration_error_before_any_write(steps):
    document = site_document()
    document["organizations"]["usmf"]["defaults"]["accounts"]["CustomerGroupId"] = "99"
    steps.site = Site.model_validate(document)
    with pytest.raises(ConfigurationError, match="CustomerGroupId: '99' is not in CustomerGroups"):
        steps.run("first")
    assert steps.writes() == []


def test_too_many_rejected_rows_open_the_circuit_breaker_before_any_write(steps):
    document = site_document(runs={"breaker_rows": 2, "breaker_share": 0.1})
    steps.site = Site.model_validate(document)
    with pytest.raises(CircuitBreakerError, match="nothing was written"):
        steps.run("first", full=True)
    assert steps.writes() == []


def test_an_initial_load_reports_many_rejected_rows_instead_of_stopping(steps):
    document = site_document(runs={"breaker_rows": 2, "breaker_share": 0.1})
    steps.site = Site.model_validate(document)
    assert steps.run("first")["created"] > 0
    assert any("Initial load goes on" in line for line in steps.lines)
