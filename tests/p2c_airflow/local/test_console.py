from __future__ import annotations

import pytest

from p2c_airflow.local.console import step


def test_a_step_says_that_it_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Starting the sandbox"):
        pass
    assert capsys.readouterr().out == "  Starting the sandbox ... done in 0 s\n"


def test_a_step_that_raises_says_that_it_was_not_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="refused"), step("Starting the sandbox"):
        raise ValueError("refused")
    assert capsys.readouterr().out == "  Starting the sandbox ... not done\n"
