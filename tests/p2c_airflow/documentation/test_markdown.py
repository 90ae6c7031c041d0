"""Markdown tables."""

from __future__ import annotations

from p2c_airflow.documentation.markdown import code, table


def test_a_table_has_a_header_a_rule_and_its_rows() -> None:
    assert table(("A", "B"), [("1", "2")]).splitlines() == ["| A | B |", "| --- | --- |", "| 1 | 2 |"]


def test_a_bar_or_a_line_break_does_not_end_a_cell() -> None:
    assert table(("A",), [("x|y\nz",)]).splitlines()[-1] == "| x\\|y z |"


def test_a_name_is_shown_as_code_and_nothing_as_nothing() -> None:
    assert (code("name"), code(""), code(None), code(0)) == ("`name`", "", "", "`0`")
