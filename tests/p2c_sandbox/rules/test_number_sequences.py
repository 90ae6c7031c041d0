from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from p2c_sandbox.rules import Context
from p2c_sandbox.rules.number_sequences import issued_number, next_number
from p2c_sandbox.rules.references import SYSTEM
from p2c_sandbox.store import Row, Store, key_text

REFERENCE = ("NumberSequencesV2References", key_text(["DataArea", "usmf", "CustAccount"]))
SEQUENCE = ("SequenceV2Tables", key_text(["AR", "DataArea", "usmf"]))


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    store = Store(tmp_path / "state")
    with store.transaction() as transaction:
        yield Context(transaction, "usmf")
    store.close()


def add_sequence(context: Context, **values: Any) -> Row:
    context.transaction.insert(SYSTEM, *REFERENCE, {"NumberSequenceCode": "AR"})
    return context.transaction.insert(SYSTEM, *SEQUENCE, {"Manual": "No", "Next": 1, "Format": "C-######"} | values)


def test_without_a_sequence_the_given_number_stands(context: Context) -> None:
    assert issued_number(context, "CustAccount", "X") == "X"


def test_a_manual_sequence_takes_the_given_number(context: Context) -> None:
    add_sequence(context, Manual="Yes")
    assert issued_number(context, "CustAccount", "X") == "X"


def test_a_sequence_that_is_not_manual_issues_its_own_number(context: Context) -> None:
    add_sequence(context)
    assert [issued_number(context, "CustAccount", "X") for _ in range(2)] == ["C-000001", "C-000002"]


@pytest.mark.parametrize("direction", ["ToAHigherNumber", "ToALowerNumber"])
def test_a_sequence_whose_numbers_users_may_change_takes_the_given_one(context: Context, direction: str) -> None:
    add_sequence(context, **{direction: "Yes"})
    assert [issued_number(context, "CustAccount", given) for given in ("X", "")] == ["X", "C-000001"]


def test_a_number_has_the_form_of_its_sequence(context: Context) -> None:
    assert next_number(context, add_sequence(context, Format="##/26", Next=345)) == "345/26"
