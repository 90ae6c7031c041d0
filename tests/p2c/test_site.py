from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.steps import site_document

from p2c.errors import ConfigurationError
from p2c.flow import Choice, Condition, LengthPolicy, Lines, Numbering, Option, WritePolicy
from p2c.flows.accounts import ACCOUNTS
from p2c.flows.contacts import CONTACTS
from p2c.site import Site, load_site

SMALLEST = '[organizations.usmf]\nlegal_entity = "usmf"\n'


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "site.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def read(written):
    def load(text: str) -> Site:
        return load_site(written(text))

    return load


def test_an_organization_with_its_legal_entity_is_a_site(read) -> None:
    site = read(SMALLEST)
    assert site.organization("usmf").legal_entity == "usmf"
    assert site.organization("usmf").business_units == ()


def test_a_site_that_sets_nothing_has_the_defaults_of_the_documentation(read) -> None:
    site = read(SMALLEST)
    assert site.flow_settings("accounts").schedule == "0 0 * * *"
    assert (site.runs.overlap_minutes, site.runs.batch_size, site.runs.breaker_rows) == (10, 100, 20)
    assert site.defaults("usmf", "accounts") == {}


BAD_SETTINGS = [
    ("", "No organization: add a table [organizations.<name>] with its legal_entity."),
    ("[organizations]\n", "No organization: add a table [organizations.<name>]"),
    ("[organizations.usmf]\n", "organizations.usmf.legal_entity: the setting is missing."),
    (
        SMALLEST + 'legal_entty = "x"\n',
        "organizations.usmf: Unknown setting 'legal_entty'; did you mean 'legal_entity'?",
    ),
    (SMALLEST + "[run]\n", "top level: Unknown setting 'run'; did you mean 'runs'?"),
    (
        SMALLEST + "[alerts]\nfreshnes_hours = 1\n",
        "alerts: Unknown setting 'freshnes_hours'; did you mean 'freshness_hours'",
    ),
    (
        SMALLEST + '[[alerts.send]]\nnotifier = "slack"\nconection = "c"\n',
        "alerts.send.0: Unknown setting 'conection'; did you mean 'connection'?",
    ),
    (SMALLEST + "[runs]\npage_sise = 10\n", "runs: Unknown setting 'page_sise'; did you mean 'page_size'?"),
    (SMALLEST + "[runs]\npage_size = 0\n", "runs.page_size: Input should be greater than or equal to 1 (got 0)."),
    (
        SMALLEST + '[flows.accounts]\nshedule = "x"\n',
        "flows.accounts: Unknown setting 'shedule'; did you mean 'schedule'?",
    ),
    (SMALLEST + '[flows.accounts]\nschedule = "daily"\n', "flows.accounts.schedule: Value error, 'daily' is no cron"),
    (
        SMALLEST + '[flows.accounts.fields.Name]\nwrite = "seldom"\n',
        "flows.accounts.fields.Name.write: Input should be 'always', 'on_create', 'if_target_empty' or 'never' (got "
        "'seldom').",
    ),
    (
        SMALLEST + '[flows.accounts.fields.Name]\nlenght = "truncate"\n',
        "flows.accounts.fields.Name: Unknown setting 'lenght'; did you mean 'length'?",
    ),
    (
        SMALLEST + '[flows.accounts.fields.X]\nsource = "name"\nconstant = "1"\n',
        "flows.accounts.fields.X: Value error, source, constant and organization_default exclude one another; keep one",
    ),
    (
        SMALLEST + '[flows.accounts.fields.X]\nfunction = "contoso:x"\n',
        "flows.accounts.fields.X: Value error, function and type belong to a source; name the source field",
    ),
    (
        SMALLEST + '[flows.accounts.fields.X]\nsource = ["name", "fax"]\n',
        "several source fields need a function that makes one value of them",
    ),
    (SMALLEST + '[flows.accounts.fields.X]\nconstant = "1"\nvalue_map = "x"\n', "a constant is not translated"),
    (SMALLEST + '[flows.accounts.fields.X]\nsource = "name"\nfunction = "x"\n', "fields.X.function: String should"),
    (
        SMALLEST + '[flows.accounts.fields.X.reference]\nentityset = "x"\nfield = "y"\n',
        "flows.accounts.fields.X.reference: Unknown setting 'entityset'; did you mean 'entity_set'?",
    ),
    (SMALLEST + 'time_zone = "Vilnius"\n', "'Vilnius' is no IANA time zone such as 'Europe/Vilnius'"),
    ('[organizations.usmf]\nlegal_entity = "contoso"\n', "legal_entity: String should have at most 4 characters"),
    (
        SMALLEST + '[[organizations.usmf.select.accounts]]\nfield = "x"\nvalue = ["1"]\n',
        "Unknown setting 'value'; did you mean 'values'?",
    ),
    (SMALLEST + 'sales_solution = "none"\n', "organizations.usmf: Unknown setting 'sales_solution'"),
    ('sales_solution = "dual"\n' + SMALLEST, "sales_solution: Input should be 'msdynce' or 'none' (got 'dual')."),
]


@pytest.mark.parametrize(("text", "message"), BAD_SETTINGS)
def test_a_bad_setting_is_refused_in_words_that_tell_how_to_mend_it(read, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    assert message in str(caught.value)


def test_every_bad_setting_is_named_at_once(read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(SMALLEST + "[runs]\npage_size = 0\nbatch_size = 0\n")
    assert "runs.page_size" in str(caught.value)
    assert "runs.batch_size" in str(caught.value)


def test_a_setting_of_an_organization_that_is_called_like_a_table_is_known_by_its_place(read) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'time_zone'"):
        read('[organizations.runs]\nlegal_entity = "usmf"\ntime_zon = "UTC"\n')


def test_text_that_is_no_toml_is_refused_naming_the_line(read) -> None:
    with pytest.raises(ConfigurationError, match=r"site.toml is not readable as TOML: .*line 2"):
        read("[organizations.usmf]\nlegal_entity = usmf\n")


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(b'[organizations.usmf]\nlegal_entity = "\xff"\n')
    with pytest.raises(ConfigurationError, match="not readable as TOML"):
        load_site(path)


def test_a_missing_file_is_refused_naming_the_option_that_points_to_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"There is no .*site.toml.*\[prospect_to_cash\] site_file"):
        load_site(tmp_path / "site.toml")


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        load_site(tmp_path)


def test_an_unknown_organization_is_answered_with_the_nearest(read) -> None:
    with pytest.raises(ConfigurationError, match="Unknown organization 'usfm'; did you mean 'usmf'"):
        read(SMALLEST).organization("usfm")


def test_a_site_changes_the_policies_of_a_field(read) -> None:
    site = read(
        SMALLEST + '[flows.accounts.fields.OrganizationName]\nlength = "truncate"\nwrite = "on_create"\n'
        "[flows.accounts.fields.CreditLimit]\nenabled = true\n"
    )
    flow = site.applied_to(ACCOUNTS)
    assert flow.destination_pair("OrganizationName").length is LengthPolicy.TRUNCATE
    assert flow.destination_pair("OrganizationName").write is WritePolicy.ON_CREATE
    assert flow.destination_pair("OrganizationName").source == "Name"
    assert flow.destination_pair("CreditLimit").enabled


def test_a_change_to_an_unknown_field_is_refused_with_the_nearest(read) -> None:
    site = read(SMALLEST + "[flows.accounts.fields.CreditLimits]\nenabled = true\n")
    with pytest.raises(
        ConfigurationError, match="Unknown destination field 'CreditLimits'; did you mean 'CreditLimit'"
    ):
        site.applied_to(ACCOUNTS)


def test_a_site_sets_the_lanes_of_a_flow(read) -> None:
    assert read(SMALLEST + "[flows.accounts]\nlanes = 4\n").applied_to(ACCOUNTS).destination.lanes == 4


def test_the_fields_an_organization_selects_by_are_read(read) -> None:
    site = read(SMALLEST + '[[organizations.usmf.select.accounts]]\nfield = "customertypecode"\nvalues = ["3"]\n')
    assert "customertypecode" in site.applied_to(ACCOUNTS).source_fields()


def test_a_field_that_a_site_switches_off_falls_out_of_its_block(read) -> None:
    site = read(SMALLEST + "[flows.accounts.fields.AddressCounty]\nenabled = false\n")
    assert "AddressCounty" not in site.applied_to(ACCOUNTS).blocks[0].fields


CHANGES = {
    "default": '[organizations.usmf.defaults.accounts]\nSiteId = "2"\n',
    "value map": '[value_maps.country]\nuk = "GB"\n',
    "policy": '[flows.accounts.fields.SalesMemo]\nlength = "reject"\n',
    "added field": '[flows.accounts.fields.PaymentTerms]\nconstant = "Net30"\n',
    "selection": 'business_units = ["North"]\n',
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_fingerprint_changes_with_whatever_decides_about_a_row(read, change: str) -> None:
    before, after = read(SMALLEST), read(SMALLEST + change)
    assert before.fingerprint("usmf", ACCOUNTS) != after.fingerprint("usmf", ACCOUNTS)


def test_the_fingerprint_stays_when_another_organization_changes(read) -> None:
    other = '[organizations.demf]\nlegal_entity = "demf"\n'
    before, after = read(SMALLEST + other), read(SMALLEST + other + 'time_zone = "Europe/Berlin"\n')
    assert before.fingerprint("usmf", ACCOUNTS) == after.fingerprint("usmf", ACCOUNTS)


def test_the_fingerprint_does_not_depend_on_how_a_run_is_paged(read) -> None:
    before, after = read(SMALLEST), read(SMALLEST + "[runs]\npage_size = 10\n")
    assert before.fingerprint("usmf", ACCOUNTS) == after.fingerprint("usmf", ACCOUNTS)


def test_the_numbering_of_lines_counts_only_where_the_site_assigns_numbers() -> None:
    line_flow = replace(CONTACTS, destination=replace(CONTACTS.destination, key_with=("AssociatedContactNumber",)))
    lines = Lines(flow=line_flow, lookup="_accountid_value", numbering=Numbering(lambda lines, kept: kept))
    flow = replace(ACCOUNTS, lines=lines)
    assigning = {"contacts": {"line_numbers": "assign", "fields": {"FirstName": {"write": "on_create"}}}}
    applied = Site.model_validate(site_document(flows=assigning)).applied_to(flow).lines
    assert applied is not None
    assert applied.numbering == lines.numbering
    assert applied.flow.destination_pair("FirstName").write is WritePolicy.ON_CREATE
    rejecting = Site.model_validate(site_document()).applied_to(flow).lines
    assert rejecting is not None
    assert rejecting.numbering is None


def test_an_answer_of_the_site_decides_a_choice_of_the_flow(read) -> None:
    off = replace(ACCOUNTS.destination_pair("SalesMemo"), enabled=False)
    memo = Choice("memo", "Is the memo sent?", "yes", {"yes": Option(), "no": Option(cds_to_destination=(off,))})
    flow = replace(ACCOUNTS, choices=(memo,))
    chosen = read(SMALLEST + '[flows.accounts.choices]\nmemo = "no"\n').applied_to(flow)
    assert not chosen.destination_pair("SalesMemo").enabled
    assert read(SMALLEST).applied_to(flow).destination_pair("SalesMemo").enabled


@pytest.mark.parametrize(
    ("settings", "derived"),
    [
        ("", []),
        ('sales_solution = "none"\n', ["msdynce_isactivecustomer"]),
        ('sales_solution = "none"\n[solution_fields]\nmsdynce_isactivecustomer = "new_active"\n', []),
    ],
)
def test_a_field_is_derived_only_for_want_of_the_solution_and_of_a_column_of_the_sites(
    read, settings: str, derived: list[str]
) -> None:
    flow = read(settings + SMALLEST).applied_to(CONTACTS)
    assert [found.field for found in flow.source.derived] == derived
    assert ("new_active" in flow.source_fields()) is ("new_active" in settings)


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ("", ["msdynce_flag"]),
        ('sales_solution = "none"\n', []),
        ('sales_solution = "none"\n[solution_fields]\nmsdynce_flag = "new_flag"\n', ["new_flag"]),
    ],
)
def test_a_condition_of_the_solution_holds_where_something_stands_for_its_column(
    read, settings: str, fields: list[str]
) -> None:
    condition = Condition("msdynce_flag", "x", ("true",), only_with_solution=True)
    flow = read(settings + SMALLEST).applied_to(replace(ACCOUNTS, scope=(condition,)))
    assert [rule.field for rule in flow.scope] == fields


def test_organizations_that_are_not_named_own_after_those_that_are() -> None:
    organizations = {name: {"legal_entity": name} for name in ("usmf", "demf", "glco")}
    assert Site.model_validate({"organizations": organizations}).owning_order() == ["usmf", "demf", "glco"]
    named = Site.model_validate({"organizations": organizations, "owning_organizations": ["glco", "demf"]})
    assert named.owning_order() == ["glco", "demf", "usmf"]
