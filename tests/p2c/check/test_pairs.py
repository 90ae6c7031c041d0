from __future__ import annotations

from dataclasses import replace

import pytest

from p2c.flow import Computed, Constant, DateDefault, Flow, Join, LengthPolicy, Pair, SiteDefault, ValueMap
from p2c.flows.accounts import ACCOUNTS


def to_cds(*changed: Pair) -> Flow:
    targets = {pair.target for pair in changed}
    kept = [pair for pair in ACCOUNTS.source_to_cds if pair.target not in targets]
    return replace(ACCOUNTS, source_to_cds=(*kept, *changed))


def to_destination(*changed: Pair) -> Flow:
    targets = {pair.target for pair in changed}
    kept = [pair for pair in ACCOUNTS.cds_to_destination if pair.target not in targets]
    return replace(ACCOUNTS, cds_to_destination=(*kept, *changed))


WRONG = [
    (
        to_cds(Pair("nme", "Name")),
        "accounts.source_to_cds: nme > Name: Sales: Unknown field of accounts 'nme'; did you mean",
    ),
    (
        to_cds(Pair("name", "Nmae")),
        "accounts.source_to_cds: name > Nmae: CDS Account: Unknown field 'Nmae'; did you mean",
    ),
    (
        to_cds(Pair("name", "NumberOfEmployees")),
        "accounts.source_to_cds: name > NumberOfEmployees: name is text, NumberOfEmployees is integer; ",
    ),
    (
        to_cds(Pair("name", "Name", (SiteDefault(),))),
        "accounts.source_to_cds: name > Name: An organization's default belongs to the hop to the destination.",
    ),
    (
        to_destination(Pair("Nam", "OrganizationName")),
        "accounts.cds_to_destination: Nam > OrganizationName: CDS Account: Unknown field 'Nam'; did you mean 'Name'?",
    ),
    (
        to_destination(Pair("Name", "OrganisationName")),
        "accounts.cds_to_destination: Name > OrganisationName: F&O: Unknown field of CustomersV3 'OrganisationName'; ",
    ),
    (
        to_destination(Pair("Status", "OnHoldStatus")),
        "accounts.cds_to_destination: Status > OnHoldStatus: Status is integer, OnHoldStatus is enum; ",
    ),
    (
        to_destination(Pair("Name", "SalesMemo", (DateDefault("Delivery"),))),
        "accounts.cds_to_destination: Name > SalesMemo: A DateDefault counts from its second source field; name one.",
    ),
    (
        to_destination(Pair(("Name", "Phone"), "SalesMemo")),
        "accounts.cds_to_destination: Name + Phone > SalesMemo: Several source fields need one of Computed, "
        "DateDefault, FirstFilled, Join.",
    ),
    (
        to_destination(Pair("Name", "SalesMemo", (Join(), Computed(str)))),
        "accounts.cds_to_destination: Name > SalesMemo: A Computed reads the source fields themselves; state it first.",
    ),
    (
        to_destination(Pair(None, "SalesMemo")),
        "accounts.cds_to_destination: constant > SalesMemo: Without a source field it needs a Constant or a SiteD",
    ),
    (
        to_destination(Pair("Name", "SalesMemo", (Constant("x"),))),
        "accounts.cds_to_destination: Name > SalesMemo: A Constant hides its source field; state the source None.",
    ),
]


@pytest.mark.parametrize(("flow", "message"), WRONG)
def test_a_wrong_pair_is_reported_with_its_place(errors, flow: Flow, message: str) -> None:
    found = errors(flow)
    assert any(error.startswith(message) for error in found), found


def test_a_cds_field_that_is_read_but_never_filled_is_reported(errors) -> None:
    kept = tuple(pair for pair in ACCOUNTS.source_to_cds if pair.target != "Phone")
    assert errors(replace(ACCOUNTS, source_to_cds=kept)) == [
        "accounts.cds_to_destination: Phone > PrimaryContactPhone: No pair of source_to_cds fills CDS Phone."
    ]


def test_a_required_cds_field_that_nothing_fills_is_reported(errors) -> None:
    kept = tuple(pair for pair in ACCOUNTS.source_to_cds if pair.target != "Status")
    assert errors(replace(ACCOUNTS, source_to_cds=kept)) == [
        "accounts.source_to_cds: CDS Account requires Status, which no pair fills."
    ]


def test_a_read_only_destination_field_is_reported(errors) -> None:
    flow = replace(
        ACCOUNTS,
        destination=replace(ACCOUNTS.destination, system="sales", entity_set="accounts"),
        cds_to_destination=(*ACCOUNTS.cds_to_destination, Pair("CreditLimit", "creditlimit_base")),
    )
    assert any("creditlimit_base is read-only at the destination" in error for error in errors(flow))


def test_a_source_longer_than_its_target_is_a_warning_with_both_lengths(warnings) -> None:
    assert (
        "accounts.cds_to_destination: Name > OrganizationName: Up to 160 characters come, OrganizationName holds 100: "
        "longer values are rejected."
    ) in warnings()


def test_a_source_longer_than_its_cds_field_is_a_warning(warnings) -> None:
    fields = tuple(replace(field, length=50) if field.name == "Name" else field for field in ACCOUNTS.cds.fields)
    found = warnings(replace(ACCOUNTS, cds=replace(ACCOUNTS.cds, fields=fields)))
    assert any("name > Name: Up to 160 characters come, Name holds 50" in warning for warning in found)


def test_a_target_that_cuts_to_length_is_no_warning(warnings) -> None:
    cut = to_destination(Pair("Name", "OrganizationName", length=LengthPolicy.TRUNCATE))
    assert not any("OrganizationName" in warning for warning in warnings(cut))


def test_several_sources_are_measured_together(warnings) -> None:
    assert any("Up to 752 characters come, AddressStreet holds 250" in warning for warning in warnings())


def test_a_join_that_may_grow_without_limit_is_no_warning(warnings) -> None:
    fields = tuple(replace(f, length=None) if f.name.endswith("Line3") else f for f in ACCOUNTS.cds.fields)
    found = warnings(replace(ACCOUNTS, cds=replace(ACCOUNTS.cds, fields=fields)))
    assert not any("AddressStreet" in warning for warning in found if warning.startswith("accounts.cds_to_dest"))


def test_what_a_value_map_yields_has_to_fit_instead_of_its_source(errors) -> None:
    mapped = to_destination(Pair("Status", "OnHoldStatus", (ValueMap("country"),)))
    assert not any("is integer" in error for error in errors(mapped))


def test_a_join_of_texts_does_not_fit_a_number(errors) -> None:
    joined = to_destination(Pair(("Name", "Phone"), "OrganizationNumberOfEmployees", (Join(" "),)))
    assert any("Name + Phone is text, OrganizationNumberOfEmployees is integer" in error for error in errors(joined))


def test_a_computed_value_may_have_any_type_and_any_number_of_sources(errors) -> None:
    both = to_destination(Pair(("Name", "Phone"), "OrganizationNumberOfEmployees", (Computed(len),)))
    assert errors(both) == []
