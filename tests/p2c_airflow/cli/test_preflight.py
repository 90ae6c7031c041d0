"""`p2c preflight`."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from fixtures.sandbox import Sandbox

from p2c_airflow.cli.main import main


def preflight(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["preflight", *options])
    return int(ended.value.code or 0)


def keys_made(sandbox: Sandbox) -> int:
    posted = sandbox.requests_seen(system="sales", method="POST")
    return len([seen for seen in posted if seen["path"].endswith("/Keys")])


def test_a_failed_line_ends_it_with_1_and_nothing_is_written(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight() == 1
    shown = capsys.readouterr().out
    assert "failed: Product key: products has no active alternate key" in shown
    assert "passed: Customer groups (usmf): All 1 values" in shown
    assert (keys_made(demo_sandbox), demo_sandbox.effects()) == (0, [])


def test_with_apply_the_product_key_is_made_once_confirmed(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight("--apply") == 1
    assert "confirm it by --yes" in capsys.readouterr().err
    assert keys_made(demo_sandbox) == 0
    assert preflight("--apply", "--yes") == 0
    assert preflight("--apply") == 0
    assert (keys_made(demo_sandbox), demo_sandbox.effects()) == (1, [])


def test_a_person_who_says_no_keeps_sales_as_it_is(
    installation: Path, demo_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = io.StringIO("n\n")
    monkeypatch.setattr(answer, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", answer)
    assert preflight("--apply") == 1
    assert "The product key was not made." in capsys.readouterr().err
    assert keys_made(demo_sandbox) == 0


def test_programs_read_it_as_json(
    installation: Path, demo_sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert preflight("--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert {"title", "status", "text", "organization"} == set(document[0])
