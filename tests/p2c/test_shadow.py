from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from p2c.ledger import Run, RunKey, Window
from p2c.shadow import CANNOT_LAND, FIELDS, PRESENT_BEFORE, Comparison, comparisons, in_step


def run(
    run_id: str,
    *,
    missing: int = 0,
    agree: int = 5,
    organization: str = "usmf",
    fields: dict[str, int] | None = None,
    **figures: int,
) -> Run:
    statistics: dict[str, Any] = {FIELDS: fields or {}, **figures}
    return Run(
        RunKey("accounts", run_id, "accounts", organization),
        Window(None, None, "full"),
        dry_run=True,
        adopt=False,
        state="success",
        started_at=datetime(2026, 3, 1, tzinfo=UTC),
        counts={"created": missing, "unchanged": agree},
        statistics=statistics,
    )


def comparison(*runs: Run) -> Comparison:
    (found,) = comparisons(runs)
    return found


def test_runs_are_arranged_by_flow_and_organization() -> None:
    found = list(comparisons([run("1"), run("1", organization="demf"), run("2")]))
    assert [(each.organization, [kept.key.run_id for kept in each.runs]) for each in found] == [
        ("demf", ["1"]),
        ("usmf", ["1", "2"]),
    ]


def test_runs_in_step_count_from_the_last_one_back() -> None:
    assert comparison(run("1"), run("2", fields={"Name": 1}), run("3"), run("4")).runs_in_step == 2
    assert comparison(run("1"), run("2", missing=1)).runs_in_step == 0


def test_each_field_that_ever_differed_has_its_rows_run_by_run() -> None:
    found = comparison(run("1", fields={"Name": 3, "City": 1}), run("2", fields={"Name": 2}), run("3", missing=4))
    assert found.fields() == {"Name": (3, 2, 0), "City": (1, 0, 0)}
    assert found.missing() == (0, 0, 4)


def test_the_field_that_differs_in_most_rows_stands_first() -> None:
    found = comparison(run("1", fields={"Zip": 9, "City": 1}), run("2", fields={"City": 2, "Name": 3, "Area": 2}))
    assert list(found.fields()) == ["Name", "Area", "City", "Zip"]
    assert "by field: Name 3, Area 2, City 2" in found.summary()


def test_runs_without_a_difference_are_said_plainly() -> None:
    assert comparison(run("1")).summary() == "no difference; rows that agree: 5."
    assert comparison(run("1"), run("2")).summary() == "no difference in the last 2 runs; rows that agree: 5."


def test_a_run_that_would_write_anything_is_not_in_step() -> None:
    agreeing = run("1")
    assert in_step(agreeing)
    assert not in_step(replace(agreeing, counts={"unchanged": 5, "updated": 1}))


def test_rows_that_cannot_land_are_said_beside_no_difference() -> None:
    found = comparison(run("1", **{CANNOT_LAND: 2}))
    assert found.summary() == "no difference; rows that agree: 5; rejected or parked: 2."


def test_the_summary_names_missing_rows_fields_and_agreeings() -> None:
    found = comparison(run("1", missing=4, fields={"Name": 3}, **{PRESENT_BEFORE: 2}))
    assert found.summary() == (
        "rows that agree: 5; missing at the destination: 4; rows that differ, by field: Name 3; "
        "there before us, to be adopted: 2."
    )
