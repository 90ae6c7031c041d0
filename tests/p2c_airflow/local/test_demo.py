from __future__ import annotations

import pytest

from p2c_airflow.local.demo import flow_dags, run_demo
from p2c_airflow.local.stack import Stack


def test_the_dags_of_the_flows_run_in_the_order_of_their_rows(idle_stack: Stack) -> None:
    dags = flow_dags(idle_stack)
    assert dags.index("accounts") < dags.index("contacts")
    files = {path.stem for path in idle_stack.home.dags.glob("*.py")}
    assert files - {"alerts", "initial_load", "maintenance"} == set(dags)


@pytest.mark.airflow
def test_a_demo_whose_dags_load_nothing_does_not_hold(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert not run_demo(stack)
    printed = capsys.readouterr().out
    assert "WRONG: usmf has not run" in printed
    assert "WRONG: accounts usmf DEMO-00001 had to be written and was not" in printed
    assert "NOT all of it holds" in printed
