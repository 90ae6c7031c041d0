from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from p2c_sandbox.generator.accounts import FAULTS, account, draw_account
from p2c_sandbox.generator.addresses import UNKNOWN_COUNTRY, UNKNOWN_STATE
from p2c_sandbox.generator.size import Size

HALF_BAD = Size(accounts=200, bad_share=Fraction(1, 2))


def bad(fault: str) -> list[dict[str, Any]]:
    """The accounts with that fault."""
    numbered = ((number, HALF_BAD.rank_of_bad(number)) for number in range(HALF_BAD.accounts))
    return [account(HALF_BAD, n) for n, rank in numbered if rank is not None and FAULTS[rank % len(FAULTS)] == fault]


def test_an_account_does_not_depend_on_how_many_there_are() -> None:
    assert account(Size(accounts=5), 3) == account(Size(accounts=500, seed=1), 3)
    assert account(Size(accounts=5), 3) != account(Size(accounts=5, seed=2), 3)


def test_good_accounts_have_numbers_of_their_own_that_fit_both_systems() -> None:
    numbers = [account(Size(accounts=500), number)["accountnumber"] for number in range(500)]
    assert len(set(numbers)) == 500
    assert len(account(Size(), 1_000_000)["accountnumber"]) <= 20


def test_other_rows_can_tell_an_account_s_id_and_company() -> None:
    for number in range(50):
        draw, made = draw_account(HALF_BAD, number), account(HALF_BAD, number)
        assert (draw.identifier, draw.company.business_unit) == (made["accountid"], made["_owningbusinessunit_value"])


def test_two_bad_accounts_of_one_business_unit_share_one_number() -> None:
    shared = bad("number twice")
    pairs = list(zip(shared[::2], shared[1::2], strict=True))
    assert pairs
    for one, other in pairs:
        assert one["accountnumber"] == other["accountnumber"]
        assert one["_owningbusinessunit_value"] == other["_owningbusinessunit_value"]
        assert one["accountid"] != other["accountid"]
    assert len({one["accountnumber"] for one, _ in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("fault", "column", "value"),
    [
        ("no number", "accountnumber", None),
        ("unknown country", "address1_country", UNKNOWN_COUNTRY),
        ("unknown state", "address1_stateorprovince", UNKNOWN_STATE),
    ],
)
def test_a_bad_account_has_its_fault(fault: str, column: str, value: Any) -> None:
    rows = bad(fault)
    assert rows
    assert {row[column] for row in rows} == {value}


def test_a_name_may_be_too_long_for_finance() -> None:
    assert {len(row["name"]) for row in bad("name too long")} == {160}
