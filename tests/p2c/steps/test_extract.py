from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fixtures.steps import site_document

from p2c.errors import ConfigurationError, IntegrationError, RequestRefusedError
from p2c.site import Site

MARCH = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3, 4, 5)]


def rows_read(steps, run_id: str) -> dict[str, dict[str, str | None]]:
    parts = steps.context(run_id).staged("extract").read().parts("rows")
    return {row["accountid"]: row for part in parts for row in part.to_pylist()}


def pages_asked_for(steps) -> int:
    seen = steps.sandbox.requests_seen(system="sales", entity_set="accounts")
    return sum(not request["path"].endswith("$count") for request in seen)


def skip_a_row_of_page(steps, number: int) -> None:
    """The first row of a page is not in it, as where one before it was deleted and pages go by numbers."""
    rewrite = {"find": r'(?s)"value":\[\{.*?\},(?=\{"@odata\.etag")', "by": '"value":[', "count": 1}
    match = {"system": "sales", "entity_set": "accounts", "nth": number}
    steps.sandbox.plan_faults({"match": match, "action": {"rewrite": [rewrite]}})


def test_the_first_run_reads_every_row_and_the_next_only_what_changed_since(steps):
    assert steps.extract("first")["rows"] == len(steps.sandbox.rows("sales", "accounts"))
    steps.run("first")
    steps.site = Site.model_validate(site_document(runs={"overlap_minutes": 0}))
    assert steps.extract("second")["rows"] == 0


def test_windows_overlap_so_that_a_row_committed_late_is_read(steps):
    steps.run("first")
    late = steps.account("US-001")
    moment = steps.watermark() - timedelta(minutes=5)
    steps.rewrite("sales", "accounts", late, modifiedon=moment.isoformat())
    steps.extract("second")
    assert set(rows_read(steps, "second")) == {late["accountid"]}


@pytest.mark.parametrize("day", [0, 1, 2])
def test_a_backfill_reads_the_rows_of_its_own_half_open_interval_only(steps, day):
    start, end = MARCH[day], MARCH[day + 1]
    steps.extract("backfill", interval=(start, end))
    read = {row["modifiedon"] for row in rows_read(steps, "backfill").values()}
    assert read
    assert all(start <= datetime.fromisoformat(moment) < end for moment in read)


def test_the_days_of_a_backfill_together_read_each_row_once(steps):
    total = 0
    for day in range(3):
        total += steps.extract(f"day-{day}", interval=(MARCH[day], MARCH[day + 1]))["rows"]
    assert total == len(steps.sandbox.rows("sales", "accounts"))


def test_a_retry_reads_the_window_that_the_run_began_with(steps):
    steps.extract("first", start=MARCH[0], end=MARCH[1])
    steps.extract("first", full=True)
    window = steps.ledger.run(steps.key("first")).window
    assert (window.start, window.end) == (MARCH[0], MARCH[1])


def test_rows_are_staged_exactly_as_read(steps):
    steps.extract("first")
    stored = next(row for row in steps.sandbox.rows("sales", "accounts") if row.get("numberofemployees"))
    staged = rows_read(steps, "first")[stored["accountid"]]
    assert staged["numberofemployees"] == str(stored["numberofemployees"])
    assert staged["name"] == stored["name"]


def test_an_interrupted_read_goes_on_after_its_last_whole_part(steps):
    steps.site = Site.model_validate(site_document(runs={"page_size": 5}))
    steps.sandbox.plan_faults(
        {"match": {"system": "sales", "entity_set": "accounts", "after": 2}, "action": {"status": 403}}
    )
    with pytest.raises(IntegrationError):
        steps.extract("first")
    steps.sandbox.clear_faults()
    seen = pages_asked_for(steps)
    rows = steps.extract("first")["rows"]
    assert rows == len(steps.sandbox.rows("sales", "accounts"))
    assert pages_asked_for(steps) - seen == -(-rows // 5) - 2


def test_rows_that_a_read_of_several_pages_missed_are_read_after_all(steps):
    steps.site = Site.model_validate(site_document(runs={"page_size": 5}))
    skip_a_row_of_page(steps, 2)
    steps.extract("first")
    assert set(rows_read(steps, "first")) == {row["accountid"] for row in steps.sandbox.rows("sales", "accounts")}
    assert "The source counts 1 more rows than were read; they are read once more." in steps.lines


@pytest.mark.parametrize("status", [400, 410])
def test_a_link_that_expires_in_the_midst_of_a_read_begins_it_anew(steps, status):
    steps.site = Site.model_validate(site_document(runs={"page_size": 5}))
    match = {"system": "sales", "entity_set": "accounts", "nth": 3}
    steps.sandbox.plan_faults({"match": match, "action": {"status": status}})
    assert steps.extract("first")["rows"] == len(steps.sandbox.rows("sales", "accounts"))


def test_a_first_page_that_is_refused_is_not_asked_for_again(steps):
    match = {"system": "sales", "entity_set": "accounts"}
    steps.sandbox.plan_faults({"match": match, "action": {"status": 400}})
    with pytest.raises(RequestRefusedError):
        steps.extract("first")
    assert pages_asked_for(steps) == 1


def test_a_read_of_one_page_is_not_counted(steps):
    steps.extract("first")
    assert pages_asked_for(steps) == len(steps.sandbox.requests_seen(system="sales", entity_set="accounts")) == 1


def test_a_business_unit_that_sales_does_not_know_is_named_with_the_nearest(steps):
    document = site_document()
    document["organizations"]["usmf"]["business_units"] = ["Contoso US"]
    steps.site = Site.model_validate(document)
    with pytest.raises(ConfigurationError, match="'Contoso US'; did you mean 'Contoso USA'"):
        steps.extract("first")


def test_a_run_for_keys_reads_these_rows_only(steps):
    steps.extract("first", keys=("US-001", "US-003"))
    assert {row["accountnumber"] for row in rows_read(steps, "first").values()} == {"US-001", "US-003"}


def test_a_rejected_row_is_taken_up_again_when_the_settings_change(steps):
    document = site_document()
    steps.run("first")
    rejected = [row for row in steps.ledger.outcomes(steps.key("first")) if row.outcome == "rejected"]
    document["value_maps"]["state"]["US"]["calif."] = "CA"
    steps.site = Site.model_validate(document)
    steps.run("second")
    assert steps.outcome("second", "US-041").outcome == "created"
    assert {row.source_id for row in rejected} <= set(rows_read(steps, "second"))


def test_a_row_rejected_for_missing_reference_data_is_taken_up_again_a_day_later(steps):
    steps.run("first")
    state = steps.ledger.states("accounts", "usmf", [steps.outcome("first", "US-041").source_id])
    [due_at] = [row.due_at for row in state.values()]
    assert timedelta(hours=23) < due_at - datetime.now(UTC) < timedelta(hours=25)


def test_a_row_due_that_is_gone_from_sales_is_accounted_for(steps):
    steps.run("first")
    outcome = steps.outcome("first", "US-041")
    steps.sandbox.delete_rows("sales", "accounts", [outcome.source_id])
    steps.ledger.retry("accounts", "usmf", [outcome.source_id])
    steps.run("second")
    rows = {row.source_id: row for row in steps.ledger.outcomes(steps.key("second"))}
    assert rows[outcome.source_id].reasons[0].code == "deleted_in_source"
