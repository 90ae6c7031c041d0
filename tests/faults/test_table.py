from __future__ import annotations

from faults.scenario import load_scenarios
from faults.table import document, rows_of
from faults.trials import Result

ALL = load_scenarios()


def results(*problems: str) -> list[Result]:
    return [Result(each.id, 0, "accounts", "sqlite", 1.0, problems=list(problems)) for each in ALL]


def test_scenarios_that_were_not_played_stand_as_before_with_their_own_commit() -> None:
    before = document(rows_of(ALL, results("lost")), commit="1111111", earlier="")
    mended = [each for each in ALL if each.id == "A5"]
    after = document(rows_of(mended, results()), commit="2222222", earlier=before)
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert [(old.split(" | ")[-2:], new.split(" | ")[-2:]) for old, new in changed] == [
        (["1111111", "FAILED at seed 0 |"], ["2222222", "passed |"])
    ]


def test_a_scenario_that_is_no_more_leaves_the_table() -> None:
    page = document(
        rows_of(ALL, results()), commit="1111111", earlier="| Z1 | x | 1 | 0 | 0 | 0 | 0000000 | passed |\n"
    )
    gone = page.replace("| A5 |", "| A99 |")
    assert "A99" in gone
    assert "A99" not in document([], commit="1111111", earlier=gone)
    assert f"{len(ALL)} trials of {len(ALL)} scenarios" in page
