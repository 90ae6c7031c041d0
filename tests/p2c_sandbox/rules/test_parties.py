from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.parties import PARTIES, check_party, keep_party, party_number
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.store import Store, key_text


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        yield Context(transaction, "usmf")
    store.close()


def add_sequence(context: Context, **values: Any) -> None:
    reference = {"NumberSequenceCode": "Dir"}
    key = key_text(["DataArea", "usmf", "DirPartyNumber"])
    context.transaction.insert(SYSTEM, "NumberSequencesV2References", key, reference)
    sequence = {"Manual": "No", "Next": 1, "Format": "P####"} | values
    context.transaction.insert(SYSTEM, "SequenceV2Tables", key_text(["Dir", "DataArea", "usmf"]), sequence)


def parties(context: Context) -> list[dict[str, Any]]:
    return [row.values for row in context.transaction.find(SYSTEM, PARTIES)]


def test_a_sequence_that_is_not_manual_numbers_a_new_party(context: Context) -> None:
    add_sequence(context)
    assert [party_number(context, given) for given in ("CON-1", "")] == ["P0001", "P0002"]


def test_a_sequence_that_takes_changes_takes_the_given_number(context: Context) -> None:
    add_sequence(context, ToAHigherNumber="Yes")
    assert [party_number(context, given) for given in ("CON-1", "")] == ["CON-1", "P0001"]


def test_a_known_party_is_reused_whatever_the_sequence(context: Context) -> None:
    add_sequence(context)
    keep_party(context, "CON-1", "Person", {"PersonLastName": "McKay"})
    assert party_number(context, "con-1") == "con-1"


def test_a_party_is_kept_once_and_bears_the_last_name_given(context: Context) -> None:
    keep_party(context, "CON-1", "Person", {"PersonLastName": "McKay"})
    keep_party(context, "con-1", "Person", {"PersonLastName": "MacKay"})
    assert parties(context) == [{"PartyNumber": "CON-1", "PartyType": "Person", "PersonLastName": "MacKay"}]


def test_a_row_without_a_number_has_no_party(context: Context) -> None:
    keep_party(context, "", "Person", {})
    assert parties(context) == []


def test_a_person_cannot_take_the_party_of_an_organization(context: Context) -> None:
    keep_party(context, "7", "Organization", {})
    (finding,) = check_party(context, "7", "Person", "PartyNumber")
    assert (finding.text, finding.field) == ("Party '7' is of type 'Organization', not 'Person'.", "PartyNumber")
    assert list(check_party(context, "7", "Organization", "PartyNumber")) == []
