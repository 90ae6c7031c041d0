"""A flow split by key range: the same rows as in one piece, loaded by several workers at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from fixtures.demo_quotes import DemoQuotes
from fixtures.steps import Steps, site_document

from p2c.errors import CircuitBreakerError, LeaseHeldError, StagingError
from p2c.key_range import KeyRange
from p2c.ledger import Outcome
from p2c.site import Site


def split(steps: Steps, ranges: int, **flow: Any) -> list[KeyRange]:
    """Split the accounts flow."""
    steps.site = Site.model_validate(site_document(flows={"accounts": {"key_ranges": ranges, **flow}}))
    return list(KeyRange(of=ranges).all)


def judged(steps: Steps, run_id: str, ranges: list[KeyRange], **options: Any) -> list[Mapping[str, Any]]:
    """All steps before the loads."""
    extracted = steps.extract(run_id, **options)
    return [steps.judged_rows(run_id, extracted, key_range=each) for each in ranges]


def loaded_at_once(steps: Steps, run_id: str, validated: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Load every range in a thread of its own, with clients of its own."""
    with ThreadPoolExecutor(len(validated)) as pool:
        loads = [
            pool.submit(steps.load, run_id, reference, key_range=KeyRange(number, len(validated)))
            for number, reference in enumerate(validated, 1)
        ]
        return [load.result(timeout=120) for load in loads]


def journalled(steps: Steps) -> Counter[tuple[str, str]]:
    return Counter((effect["kind"], effect["key"]) for effect in steps.writes())


@pytest.mark.parametrize("database", ["steps", "postgres_steps"])
def test_ranges_loaded_at_once_land_what_one_piece_lands(database: str, request: pytest.FixtureRequest) -> None:
    steps: Steps = request.getfixturevalue(database)
    validated = judged(steps, "first", split(steps, 3))
    counts = steps.finish("first", loaded_at_once(steps, "first", validated))["counts"]
    assert counts == dict(steps.ledger.counts(steps.key("first")))
    assert sum(counts.values()) == len(steps.sandbox.rows("sales", "accounts"))
    assert max(journalled(steps).values()) == 1
    landed = {key for (kind, key) in journalled(steps) if kind == "created"}
    assert len(landed) == counts["created"] > 10
    # one piece finds nothing to do
    before = len(steps.writes())
    split(steps, 1)
    assert set(steps.run("second", full=True)) <= {"unchanged", "skipped", "rejected"}
    assert len(steps.writes()) == before


def test_a_range_that_is_loaded_again_changes_nothing(steps: Steps) -> None:
    validated = judged(steps, "first", split(steps, 2))
    loaded = [steps.load("first", each, key_range=KeyRange(number, 2)) for number, each in enumerate(validated, 1)]
    before = len(steps.writes())
    again = steps.load("first", validated[1], key_range=KeyRange(2, 2))
    assert len(steps.writes()) == before
    counts = steps.finish("first", [loaded[0], again])["counts"]
    assert counts["created"] == sum(effect["kind"] == "created" for effect in steps.writes())


def test_a_changed_row_is_written_by_the_run_that_follows(steps: Steps) -> None:
    split(steps, 4)
    steps.run("first")
    since = len(steps.writes())
    steps.change_account("US-001", telephone1="555 0199")
    assert steps.run("second")["updated"] == 1
    assert [set(effect["changes"]) for effect in steps.writes()[since:]] == [{"PrimaryContactPhone"}]


def test_rows_that_share_a_key_are_rejected_whichever_their_ranges(steps: Steps) -> None:
    split(steps, 8)
    steps.change_account("US-002", accountnumber="us-001 ")
    steps.run("first")
    shared = {row.integration_key: row for row in steps.ledger.outcomes(steps.key("first"), Outcome.REJECTED)}
    assert {shared[key].reasons[0].code for key in ("US-001", "us-001")} == {"duplicate_key"}
    assert not [effect for effect in steps.writes() if "US-001" in effect["key"].upper()]


def test_of_a_row_that_was_renumbered_while_it_was_read_the_newest_copy_counts(steps: Steps) -> None:
    ranges = split(steps, 8)
    extracted = steps.extract("first")
    staged = steps.context("first").staged("extract")
    before = staged.read()
    tables = [(part, place.key_range) for part, place in zip(before.parts("rows"), before.manifest.parts, strict=True)]
    copy = next(part.slice(row, 1) for part, _ in tables for row in range(len(part)) if number(part, row) == "US-001")
    older = changed(copy, accountnumber="US-901", versionnumber="1")
    writer = staged.writer({"rows": copy.schema}, attempt="copies")
    for part, key_range in [*tables, (older, 1)]:
        writer.write({"rows": part}, key_range=key_range)
    writer.commit(before.metadata)
    validated = [steps.judged_rows("first", extracted, key_range=each) for each in ranges]
    loaded = [steps.load("first", reference, key_range=each) for reference, each in zip(validated, ranges, strict=True)]
    steps.finish("first", loaded)
    assert "US-001" in steps.customers()
    assert "US-901" not in steps.customers()


def test_a_read_that_is_killed_between_two_parts_of_a_page_goes_on_there(steps: Steps) -> None:
    ranges = split(steps, 2)
    extracted = steps.extract("first")
    folder = steps.context("first").staged("extract").folder
    (attempt,) = [entry for entry in folder.iterdir() if entry.is_dir()]
    for file in (folder / "manifest.json", *sorted(attempt.glob("*.json"))[1:]):
        file.unlink()
    again = steps.extract("first")
    parts = steps.context("first").staged("extract").read().manifest.parts
    assert [file.path.split("/")[0] == attempt.name for part in parts for file in part.files.values()].count(True) == 1
    validated = [steps.judged_rows("first", again, key_range=each) for each in ranges]
    loaded = [steps.load("first", reference, key_range=each) for reference, each in zip(validated, ranges, strict=True)]
    counts = steps.finish("first", loaded)["counts"]
    assert sum(counts.values()) == extracted["rows"] == len(steps.sandbox.rows("sales", "accounts"))


def test_while_a_run_loads_one_range_no_other_run_loads_another(steps: Steps) -> None:
    ranges = split(steps, 2)
    judged(steps, "first", ranges)
    later = judged(steps, "second", ranges, full=True)
    lease = steps.ledger.lease("accounts", "usmf", "accounts/first", timedelta(minutes=5), 1)
    with lease, pytest.raises(LeaseHeldError, match="being loaded by accounts/first"):
        steps.load("second", later[1], key_range=ranges[1])


def test_too_many_bad_rows_in_all_ranges_together_stop_the_run_before_any_of_them_writes(steps: Steps) -> None:
    ranges = split(steps, 8)
    validated = judged(steps, "first", ranges, full=True)
    rejected = sum(reference["counts"].get("rejected", 0) for reference in validated)
    assert max(reference["counts"].get("rejected", 0) for reference in validated) < rejected
    runs = steps.site.runs.model_copy(update={"breaker_rows": rejected, "breaker_share": 0.01})
    steps.site = steps.site.model_copy(update={"runs": runs})
    for reference, each in zip(validated, ranges, strict=True):
        with pytest.raises(CircuitBreakerError, match=f"{rejected} of .* nothing was written"):
            steps.load("first", reference, key_range=each)
    assert steps.writes() == []


def test_a_run_keeps_the_division_that_it_was_read_in(steps: Steps) -> None:
    split(steps, 2)
    extracted = steps.extract("first")
    with pytest.raises(StagingError, match=r"staged in 2 key ranges, and there are 3 now: clear extract"):
        steps.map("first", extracted, key_range=KeyRange(1, 3))


def test_a_dry_run_in_ranges_finds_what_one_in_one_piece_finds(steps: Steps) -> None:
    steps.run("before")
    steps.change_account("US-001", telephone1="555 0199")
    customer = "CustomersV3(dataAreaId='usmf',CustomerAccount='US-002')?cross-company=true"
    steps.sandbox.finance_operations.patch(customer, json={"OrganizationName": "Fabrikam"}).raise_for_status()
    steps.run("whole", dry_run=True, full=True)
    split(steps, 3)
    steps.run("split", dry_run=True, full=True)
    whole, parts = (steps.ledger.run(steps.key(name)) for name in ("whole", "split"))
    assert whole is not None
    assert parts is not None
    assert parts.counts == whole.counts
    for name in ("fields", "present_before", "cannot_land"):
        assert parts.statistics[name] == whole.statistics[name]
    for field in ("PrimaryContactPhone", "OrganizationName", ""):
        found = [steps.ledger.differences(steps.key(name), field, 100) for name in ("whole", "split")]
        assert found[0] == found[1]


def test_quotes_land_in_ranges_with_their_lines(demo_quotes: DemoQuotes) -> None:
    demo_quotes.customers("usmf")
    demo_quotes.settings(key_ranges=3)
    counts = demo_quotes.run("first")
    assert counts["created"] > 10
    assert {number: line["ProductNumber"] for number, line in demo_quotes.lines("QUO-01000").items()} == {
        1: "D0001",
        2: "D0002",
    }
    before = len(demo_quotes.steps.sandbox.effects(system="finance_operations"))
    demo_quotes.settings(key_ranges=1)
    assert not {"created", "updated"} & set(demo_quotes.run("second", full=True))
    assert len(demo_quotes.steps.sandbox.effects(system="finance_operations")) == before


def number(rows: pa.Table, row: int) -> str:
    return str(rows["accountnumber"][row].as_py() or "").strip()


def changed(rows: pa.Table, **values: str) -> pa.Table:
    for name, value in values.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array([value], pa.string()))
    return rows
