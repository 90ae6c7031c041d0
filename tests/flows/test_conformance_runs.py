"""What holds for every declared flow in whole runs: the demo data, both systems over HTTP, a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fixtures.sandbox import Sandbox
from fixtures.trial import ORGANIZATIONS, Counts, Trial, trial_of

from p2c.errors import ConfigurationError
from p2c.flow import Flow
from p2c.flows import FLOWS
from p2c.keys import normalised
from p2c.ledger import Outcome
from p2c.ledger.records import LANDED

Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Landed:
    """A flow that was run dry, and then in earnest as `first`. Tests run it again, but write nothing."""

    trial: Trial
    empty: Kept
    foretold: Counts
    after_dry_run: Kept
    first: Counts


@pytest.fixture(scope="module", params=FLOWS.values(), ids=FLOWS.keys())
def landed(
    request: pytest.FixtureRequest, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Landed]:
    flow: Flow = request.param
    with trial_of(flow, sandbox_process, tmp_path_factory.mktemp(flow.name)) as trial:
        empty = kept(trial)
        foretold = trial.run("dry", dry_run=True)
        yield Landed(trial, empty, foretold, kept(trial), trial.run("first"))


def kept(trial: Trial) -> Kept:
    """What a run leaves behind."""
    return {
        "effects": len(trial.effects()),
        "watermarks": trial.watermarks(),
        "states": {name: trial.states(name) for name in ORGANIZATIONS},
        "accepted": {name: trial.accepted(name) for name in ORGANIZATIONS},
    }


def settled(trial: Trial, run_id: str, organizations: Iterable[str]) -> dict[str, dict[str, Outcome]]:
    """What became of each row, by organization and source id; landed is landed."""
    return {
        name: {
            row: Outcome.UNCHANGED if outcome.outcome in LANDED else outcome.outcome
            for row, outcome in trial.outcomes(run_id, name).items()
        }
        for name in organizations
    }


def run_again(trial: Trial, *organizations: str, **options: Any) -> tuple[str, Counts]:
    """Run once more; nothing may be written."""
    run_id, before = uuid4().hex, trial.effects()
    counts = trial.run(run_id, *organizations, **options)
    assert trial.effects() == before
    return run_id, counts


def assert_all_unchanged(landed: Landed, *organizations: str, **options: Any) -> None:
    """A run that reads every row finds all as the first one left it, down to single rows."""
    run_id, counts = run_again(landed.trial, *organizations, full=True, **options)
    assert {"created", "updated"}.isdisjoint(outcome for count in counts.values() for outcome in count)
    assert settled(landed.trial, run_id, counts) == settled(landed.trial, "first", counts)


def test_rows_of_the_demo_land(landed: Landed) -> None:
    counts = [count for counts in landed.first.values() for count in counts]
    assert {"created", "updated"} & set(counts)
    assert "failed" not in counts


def test_a_landed_row_is_at_the_destination_under_the_key_that_the_ledger_has(landed: Landed) -> None:
    destination = landed.trial.flow.destination
    for name in ORGANIZATIONS:
        held = landed.trial.held(name)
        ours = [row for row in landed.trial.outcomes("first", name).values() if row.ours]
        keys = {normalised(row.destination_key or "") for row in ours}
        assert len(keys) == len(ours)
        assert keys <= held.keys()
        if destination.maintained:
            field, mark = destination.maintained
            assert {str(held[key][field]).lower() for key in keys} <= {mark.lower()}


def test_a_dry_run_foretells_what_the_first_run_does(landed: Landed) -> None:
    assert landed.foretold == landed.first


def test_a_dry_run_leaves_destination_ledger_cds_and_watermark_as_they_were(landed: Landed) -> None:
    assert landed.after_dry_run == landed.empty


def test_a_second_run_writes_nothing(landed: Landed) -> None:
    run_again(landed.trial)


def test_a_full_run_after_it_finds_every_row_unchanged(landed: Landed) -> None:
    assert_all_unchanged(landed)


def test_organizations_in_another_order_change_nothing(landed: Landed) -> None:
    assert_all_unchanged(landed, *reversed(ORGANIZATIONS))


def test_another_day_changes_nothing(landed: Landed) -> None:
    landed.trial.let_pass(timedelta(days=1, hours=1))
    assert_all_unchanged(landed)


@pytest.mark.parametrize(
    ("organization", "night"), [("usmf", "03-14T07:30"), ("demf", "10-31T00:30")], ids=["New York", "Berlin"]
)
def test_a_night_on_which_clocks_change_changes_nothing(landed: Landed, organization: str, night: str) -> None:
    landed.trial.let_pass_until(night)
    assert_all_unchanged(landed, organization)


def test_small_pages_and_parts_change_nothing(landed: Landed) -> None:
    with landed.trial.configured(page_size=20, part_rows=15, batch_size=2):
        assert_all_unchanged(landed, "usmf")


@pytest.mark.parametrize("beyond", [0, 1], ids=["exactly a page", "a page and a row"])
def test_rows_that_just_fill_a_page_are_each_read_once(landed: Landed, beyond: int) -> None:
    with landed.trial.configured(page_size=len(landed.trial.source_ids()) - beyond):
        assert_all_unchanged(landed, "usmf")


def test_a_window_without_rows_is_a_run_without_rows_or_refused(landed: Landed) -> None:
    """A source whose rows carry no time has no windows."""
    window = {"start": datetime(1990, 1, 1, tzinfo=UTC), "end": datetime(1990, 1, 2, tzinfo=UTC)}
    if landed.trial.flow.source.modified:
        assert run_again(landed.trial, **window)[1] == {name: {} for name in ORGANIZATIONS}
    else:
        with pytest.raises(ConfigurationError, match="no dates can be asked for"):
            landed.trial.run("a window", **window)


def test_a_run_of_single_keys_reads_these_rows_and_no_others(landed: Landed) -> None:
    for name in ORGANIZATIONS:
        rows = landed.trial.outcomes("first", name).values()
        key = next((row.integration_key for row in rows if row.ours), "no such key")
        run_id, counts = run_again(landed.trial, name, keys=(key,))
        assert counts == {name: {"unchanged": 1}}
        assert [row.integration_key for row in landed.trial.outcomes(run_id, name).values()] == [key]


def test_only_runs_from_the_watermark_move_it(landed: Landed) -> None:
    before = landed.trial.watermarks()
    run_again(landed.trial, full=True)
    assert landed.trial.watermarks() == before
    landed.trial.let_pass(timedelta(minutes=1))
    run_again(landed.trial)
    assert all(moment > before[name] for name, moment in landed.trial.watermarks().items())
