from __future__ import annotations

from dataclasses import replace

from p2c.check.finding import Report
from p2c.check.subject import DESTINATION_HOP, Subject
from p2c.flow import Flow, Pair
from p2c.flows.accounts import ACCOUNTS
from p2c.site import Site
from p2c_metadata import load


def subject(flow: Flow = ACCOUNTS) -> Subject:
    site = Site.model_validate({"organizations": {"usmf": {"legal_entity": "usmf"}}})
    models = {"sales": load("sales"), "finance_operations": load("finance_operations")}
    return Subject(flow, site, models, Report(flow.name))


def test_a_subject_holds_the_entities_of_both_systems() -> None:
    examined = subject()
    assert examined.source is not None
    assert examined.destination is not None
    assert (examined.source.name, examined.destination.name) == ("account", "CustomerV3")


def test_a_subject_without_its_entity_reports_that_once() -> None:
    examined = subject(replace(ACCOUNTS, source=replace(ACCOUNTS.source, entity_set="acounts")))
    assert (examined.source, examined.source) == (None, None)
    assert [finding.place for finding in examined.report.findings] == ["accounts.source.entity_set"]


def test_pairs_that_are_switched_off_are_not_examined() -> None:
    assert "CreditLimit" not in {pair.target for pair in subject().destination_pairs}


def test_the_place_of_a_pair_names_its_hop_and_fields() -> None:
    assert subject().place(DESTINATION_HOP, Pair(("a", "b"), "C")) == "accounts.cds_to_destination: a + b > C"
    assert subject().place(DESTINATION_HOP, Pair(None, "C")) == "accounts.cds_to_destination: constant > C"


def test_the_contracts_of_the_cds_are_those_of_its_columns() -> None:
    assert subject().cds["AccountId"].required
