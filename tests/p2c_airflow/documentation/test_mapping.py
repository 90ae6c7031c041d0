"""The mappings."""

from __future__ import annotations

from fixtures.quotes import QUOTES

from p2c.flows import FLOWS
from p2c.flows.accounts import ACCOUNTS
from p2c.site import Site
from p2c_airflow.documentation.mapping import flow_page, mappings_page

PAGE = flow_page(ACCOUNTS)
MAPPINGS = mappings_page(FLOWS.values())


def test_every_pair_of_both_hops_has_its_row() -> None:
    for pair in (*ACCOUNTS.source_to_cds, *ACCOUNTS.cds_to_destination):
        assert f"| `{pair.target}`" in PAGE


def test_a_row_says_how_a_field_is_made_when_it_is_written_and_what_it_is_checked_against() -> None:
    row = next(line for line in PAGE.splitlines() if "| `CustomerGroupId` |" in line)
    assert "organization's default" in row
    assert "on_create" in row
    assert "`CustomerGroups.CustomerGroupId`" in row


def test_a_pair_that_is_off_says_so() -> None:
    assert "`CreditLimit` (off)" in PAGE


def test_the_page_of_a_site_shows_its_own_fields_without_importing_its_functions() -> None:
    fields = {"CreditRating": {"source": ["revenue", "fax"], "function": "nowhere_to_be_found:rating"}}
    site = {"organizations": {"usmf": {"legal_entity": "usmf"}}, "flows": {"accounts": {"fields": fields}}}
    page = flow_page(Site.model_validate(site).applied_to(ACCOUNTS))
    assert "| `revenue` + `fax` | `Custom_CreditRating` | computed by `nowhere_to_be_found:rating` |" in page


def test_the_page_says_which_rows_are_in_scope() -> None:
    assert "the account is inactive in Sales" in PAGE


def test_the_page_says_which_fields_are_written_together() -> None:
    assert "primary address: `AddressStreet`" in PAGE


def test_the_mappings_have_a_chapter_for_every_flow_below_one_title() -> None:
    lines = MAPPINGS.splitlines()
    assert {f"## {flow.title}" for flow in FLOWS.values()} <= set(lines)
    assert [line for line in lines if line.startswith("# ")] == ["# Mappings"]


def test_every_value_map_is_listed_with_the_fields_that_use_it_and_its_own_entries() -> None:
    rows = {line.split("`")[1]: line for line in MAPPINGS.splitlines() if line.startswith("| `")}
    assert "`accounts.AddressCountryRegionISOCode`" in rows["country"]
    assert "`0` to `No`, `1` to `Yes`" in rows["contact_inactive"]


def test_a_flow_with_lines_shows_how_they_are_read_and_written() -> None:
    page = flow_page(QUOTES)
    assert "| Kept for life | `ProductNumber`: a change deletes the line and creates it anew |" in page
    assert "| Money check | sum of CDS `LineAmount` = sum of `LineAmount` |" in page
    assert "| `statecode` | `1`; `2` if it was not sent before | the quote is not active |" in page
    assert "| Waits for | `ProductNumber` = `SellableReleasedProducts.ProductNumber` |" in page
