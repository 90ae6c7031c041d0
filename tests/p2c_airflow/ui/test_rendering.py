from __future__ import annotations

from datetime import timedelta

import pytest

from p2c_airflow.ui.rendering import inline, link, span


def test_an_address_escapes_its_parts_and_leaves_out_what_is_empty() -> None:
    assert link("/base", "/dags/{}/runs/{}", "a/b", "c+d", flow="", page=2) == "/base/dags/a%2Fb/runs/c%2Bd?page=2"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.25, "0.2 s"), (59, "59 s"), (90, "1 min 30 s"), (3600, "1 h"), (200000, "2 d 7 h")],
)
def test_a_length_of_time_is_told_in_one_unit_or_two(seconds: float, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_names_between_backticks_become_code_and_all_is_escaped() -> None:
    assert inline("from `<a>` & on") == "from <code>&lt;a&gt;</code> &amp; on"
