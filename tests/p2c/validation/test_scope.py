from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from p2c.flow import Condition
from p2c.flows.accounts import ACCOUNTS
from p2c.ledger import Reason
from p2c.site_settings import Organization, SourceCondition
from p2c.validation.scope import ABSENT, DELETED, GONE, OWNED_ELSEWHERE, OWNER, TOO_MANY_ABSENT, Scope, failed

UNITS = {"unit-1": "Contoso USA", "unit-2": "Contoso Germany"}
COLUMNS = (DELETED, OWNER, "_owningbusinessunit_value", "statecode", "accountnumber", "customertypecode")
IN_SCOPE = {"_owningbusinessunit_value": "unit-1", "statecode": "0", "accountnumber": "US-001", "customertypecode": "3"}


def judged(*rows: dict[str, str | None], selected: list[str] | None = None, **settings: object) -> list[Reason | None]:
    organization = Organization(legal_entity="usmf", **settings)
    frame = {name: pd.array([row.get(name) for row in rows], pd.ArrowDtype(pa.string())) for name in COLUMNS}
    return Scope.of(ACCOUNTS, organization, UNITS, selected).judge(pd.DataFrame(frame))


def judgement(**changes: str | None) -> Reason | None:
    return judged({**IN_SCOPE, **changes}, selected=["unit-1"])[0]


def test_an_active_account_with_a_number_in_a_selected_unit_is_in_scope() -> None:
    assert judgement() is None


def test_an_inactive_account_is_out_of_scope_naming_its_state() -> None:
    assert judgement(statecode="1") == Reason(
        "out_of_scope", "Out of scope: the account is inactive in Sales.", "statecode", "1"
    )


@pytest.mark.parametrize("number", [None, "", "   "])
def test_an_account_without_a_number_is_out_of_scope(number: str | None) -> None:
    reason = judgement(accountnumber=number)
    assert reason is not None
    assert "no account number in Sales" in reason.text


def test_an_account_of_another_business_unit_is_not_selected_naming_the_unit() -> None:
    assert judgement(_owningbusinessunit_value="unit-2") == Reason(
        "not_selected", "It belongs to business unit 'Contoso Germany'.", "_owningbusinessunit_value", "Contoso Germany"
    )


def test_a_business_unit_that_is_not_known_is_named_by_its_id() -> None:
    reason = judgement(_owningbusinessunit_value="unit-9")
    assert reason is not None
    assert reason.value == "unit-9"


def test_without_selected_units_every_unit_is_in_scope() -> None:
    assert judged({**IN_SCOPE, "_owningbusinessunit_value": None}) == [None]


def test_a_row_that_the_source_no_longer_has_is_out_of_scope_whatever_it_held() -> None:
    reason = judged({DELETED: GONE}, selected=["unit-1"])[0]
    assert reason is not None
    assert reason.code == "deleted_in_source"


def test_an_organization_may_select_by_any_field() -> None:
    select = {"accounts": (SourceCondition(field="customertypecode", values=("3", "10")),)}
    other, chosen, blank = judged(
        {**IN_SCOPE, "customertypecode": "1"}, IN_SCOPE, IN_SCOPE | {"customertypecode": ""}, select=select
    )
    assert chosen is None
    assert other is not None
    assert (other.code, other.field, other.value, other.text) == (
        "not_selected",
        "customertypecode",
        "1",
        "Not selected: the organization selects 3 or 10.",
    )
    assert blank is not None


def test_a_selection_for_another_flow_does_not_count() -> None:
    assert judged(IN_SCOPE, select={"contacts": (SourceCondition(field="gendercode", values=("1",)),)}) == [None]


def test_a_condition_may_ask_only_rows_in_which_another_field_is_filled() -> None:
    condition = Condition("flag", "it is not set", values=("true",), when="customer")
    rows = ({"flag": None, "customer": None}, {"flag": "true", "customer": "x"}, {"flag": None, "customer": "x"})
    assert [failed((condition,), row) is None for row in rows] == [True, True, False]


def test_a_page_without_rows_has_no_judgements() -> None:
    assert judged() == []


def test_a_condition_may_take_a_blank_field_for_one_of_its_values() -> None:
    condition = Condition("flag", "it is set", values=("false", ""))
    assert [condition.holds(value) for value in ("false", "", "true")] == [True, True, False]


def test_a_row_that_another_organization_owns_names_it() -> None:
    reason = judged({OWNER: "demf"})[0]
    assert (reason.code, reason.value) == (OWNED_ELSEWHERE, "demf")


@pytest.mark.parametrize("code", [GONE, ABSENT, TOO_MANY_ABSENT])
def test_what_it_means_that_the_source_lacks_a_row_is_the_reason(code: str) -> None:
    assert judged({DELETED: code})[0].code == code
