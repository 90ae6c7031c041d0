from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.references import SYSTEM, Reference, broken, not_found, referenced
from p2c_sandbox.store import Store, key_text

GROUP = Reference("CustomerGroupId", "Customer group", "CustomerGroups", "Customer groups")
LANGUAGE = Reference("LanguageId", "Language", "LanguageCodes", "Language codes", shared=True)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        transaction.insert(SYSTEM, "CustomerGroups", key_text(["usmf", "10"]), {"CustomerGroupId": "10"})
        transaction.insert(SYSTEM, "LanguageCodes", key_text(["en-us"]), {"LanguageCodeId": "en-us"})
        yield Context(transaction, "usmf")
    store.close()


def test_a_value_with_its_row_is_fine(context: Context) -> None:
    assert GROUP.finding(context, {"CustomerGroupId": "10"}) is None
    assert LANGUAGE.finding(context, {"LanguageId": "EN-US"}) is None


@pytest.mark.parametrize("values", [{}, {"CustomerGroupId": ""}])
def test_a_blank_value_refers_to_nothing(context: Context, values: dict[str, str]) -> None:
    assert GROUP.finding(context, values) is None


def test_a_value_without_its_row_is_told_in_the_system_s_words(context: Context) -> None:
    finding = GROUP.finding(context, {"CustomerGroupId": "Local"})
    assert finding is not None
    assert finding.text == (
        "The value 'Local' in field 'Customer group' is not found in the related table 'Customer groups'."
    )
    assert finding.field == "CustomerGroupId"


def test_a_row_of_another_company_does_not_count(context: Context) -> None:
    elsewhere = Context(context.transaction, "demf")
    assert GROUP.finding(elsewhere, {"CustomerGroupId": "10"}) is not None
    assert LANGUAGE.finding(elsewhere, {"LanguageId": "en-us"}) is None


def test_every_broken_reference_is_told(context: Context) -> None:
    values = {"CustomerGroupId": "99", "LanguageId": "xx"}
    assert [finding.field for finding in broken([GROUP, LANGUAGE], context, values)] == [
        "CustomerGroupId",
        "LanguageId",
    ]


def test_a_referenced_row_is_found_by_its_key(context: Context) -> None:
    row = referenced(context, "CustomerGroups", "10")
    assert row is not None
    assert row.values == {"CustomerGroupId": "10"}


def test_a_finding_can_be_made_for_any_field() -> None:
    assert not_found("x", "County", "County", "AddressCounty").field == "AddressCounty"
