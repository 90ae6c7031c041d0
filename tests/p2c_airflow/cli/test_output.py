"""What commands print."""

from __future__ import annotations

import json

import pytest

from p2c_airflow.cli.output import say, show

RECORDS = [{"key": "US-001", "reason": "[bold]not markup[/bold]"}, {"key": "US-002", "reason": None}]


def test_records_are_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    show(RECORDS, as_json=True, empty="None.")
    assert json.loads(capsys.readouterr().out) == RECORDS


def test_records_are_a_table_that_shows_text_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    show(RECORDS, as_json=False, empty="None.")
    shown = capsys.readouterr().out
    assert "US-001" in shown
    assert "[bold]not markup[/bold]" in shown


def test_no_record_is_said_in_words_or_as_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    show([], as_json=False, empty="No run yet.")
    show([], as_json=True, empty="No run yet.")
    assert capsys.readouterr().out.split("\n") == ["No run yet.", "[]", ""]


def test_a_sentence_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say("[flows.accounts] agrees.")
    assert capsys.readouterr().out == "[flows.accounts] agrees.\n"
