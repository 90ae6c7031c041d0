from __future__ import annotations

from typing import Any

from fixtures.sandbox import Sandbox
from fixtures.steps import Steps

from p2c.check.preflight import Line, Status
from p2c.check.preflight.number_sequences import check_number_sequences

ACCOUNT = "Number sequences, CustAccount"


def line(lines: list[Line], organization: str) -> Line:
    return next(found for found in lines if found.title == ACCOUNT and found.organization == organization)


def test_a_sequence_that_issues_its_own_numbers_fails(examine: Any, steps: Steps, demo_sandbox: Sandbox) -> None:
    rows = [row for row in demo_sandbox.rows("finance_operations", "SequenceV2Tables") if row["ScopeValue"] == "usmf"]
    account = [row for row in rows if row["NumberSequenceCode"] == "AR_Cust"]
    steps.rewrite("finance_operations", "SequenceV2Tables", *account, Manual="No")
    found = examine(check_number_sequences)
    assert line(found, "usmf").status is Status.FAILED
    assert "Customer account (Accounts receivable parameters" in line(found, "usmf").text
    assert line(found, "demf").status is Status.PASSED


def test_a_sequence_that_f_and_o_does_not_show_is_looked_at_by_hand(examine: Any, demo_sandbox: Sandbox) -> None:
    demo_sandbox.delete_rows("finance_operations", "NumberSequencesV2References", ["DataArea", "usmf", "CustAccount"])
    assert line(examine(check_number_sequences), "usmf").status is Status.NOT_CHECKABLE
