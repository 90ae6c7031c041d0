from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.steps import site_document

from p2c.errors import CircuitBreakerError
from p2c.ledger import Outcome
from p2c.site import Site, load_site
from p2c.steps.breaker import exceeded

REFUSAL = {
    "match": {"system": "finance_operations", "entity_set": "CustomersV3", "operation": "any"},
    "action": {"status": 400, "body": {"error": {"code": "", "message": "Update has been canceled."}}},
}


@pytest.fixture
def strict_steps(steps):
    steps.site = Site.model_validate(site_document(runs={"breaker_rows": 2, "breaker_share": 0.1}))
    return steps


@pytest.mark.parametrize(("bad", "judged", "too_many"), [(1, 1, False), (2, 20, True), (2, 21, False), (3, 30, True)])
def test_a_number_and_a_share_of_bad_rows_are_too_many_together(strict_steps, bad, judged, too_many):
    assert exceeded(strict_steps.context("first"), bad, judged) is too_many


def test_an_ordinary_run_stops_for_its_rejected_rows(strict_steps):
    with pytest.raises(CircuitBreakerError, match="rows in scope are rejected for usmf; nothing was written"):
        strict_steps.run("first", full=True)


def test_an_initial_load_reports_refused_rows_once_and_goes_on(strict_steps):
    strict_steps.sandbox.plan_faults(REFUSAL)
    counts = strict_steps.run("first")
    assert counts["failed"] > 2
    assert (
        len([line for line in strict_steps.lines if line.startswith("Initial load goes on: ") and "refused" in line])
        == 1
    )


def test_a_dry_run_reports_rejected_rows_and_goes_on(strict_steps):
    assert strict_steps.run("first", full=True, dry_run=True)["rejected"] > 2
    assert any(line.startswith("Dry run goes on: ") for line in strict_steps.lines)


def landed(steps):
    """The numbers of the accounts that the first run landed."""
    outcomes = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
    return [number for outcome in outcomes for number in steps.outcomes("first", outcome)]


def spoil(steps, numbers):
    """Give accounts a state that no map knows."""
    rows = [steps.account(number) for number in numbers]
    steps.rewrite("sales", "accounts", *rows, address1_stateorprovince="Nowhere")


@pytest.fixture
def later_steps(steps):
    """After the initial load, with nothing read again for the overlap of windows."""
    document = site_document(runs={"overlap_minutes": 0})
    steps.site = Site.model_validate(document)
    steps.run("first")
    steps.let_pass(60)
    return steps


def test_below_twenty_bad_rows_get_their_outcome_though_they_are_all(later_steps):
    spoil(later_steps, landed(later_steps)[:19])
    counts = later_steps.run("second")
    assert counts["rejected"] == 19


def test_twenty_bad_rows_that_are_all_fail_the_step_and_nothing_moves(later_steps):
    watermark, written = later_steps.watermark(), len(later_steps.writes())
    spoiled = landed(later_steps)[:20]
    spoil(later_steps, spoiled)
    with pytest.raises(CircuitBreakerError, match="20 of 20 rows in scope are rejected for usmf"):
        later_steps.run("second")
    assert later_steps.watermark() == watermark
    assert len(later_steps.writes()) == written
    assert list(later_steps.ledger.outcomes(later_steps.key("second"))) == []
    ids = [later_steps.account(number)["accountid"] for number in spoiled]
    states = later_steps.ledger.states("accounts", "usmf", ids)
    assert Outcome.REJECTED not in {state.outcome for state in states.values()}


def test_a_later_run_stops_too_until_the_cause_is_mended(later_steps):
    spoil(later_steps, landed(later_steps)[:20])
    for run_id in ("second", "third"):
        with pytest.raises(CircuitBreakerError):
            later_steps.run(run_id)


def test_cleared_once_its_cause_is_mended_the_run_goes_on_and_the_watermark_moves(later_steps):
    watermark = later_steps.watermark()
    spoil(later_steps, landed(later_steps)[:20])
    with pytest.raises(CircuitBreakerError):
        later_steps.run("second")
    document = site_document(runs={"overlap_minutes": 0})
    document["value_maps"]["state"]["US"]["nowhere"] = "CA"
    later_steps.site = Site.model_validate(document)
    assert later_steps.run("second")["updated"] > 0
    assert later_steps.watermark() > watermark


def test_twenty_bad_rows_that_are_a_small_share_get_their_outcome(later_steps):
    document = site_document(runs={"breaker_share": 0.9})
    later_steps.site = Site.model_validate(document)
    spoil(later_steps, landed(later_steps)[:20])
    assert later_steps.run("second", full=True)["rejected"] >= 20


def test_rows_due_do_not_count_as_newly_read(later_steps):
    spoil(later_steps, landed(later_steps)[:19])
    later_steps.run("second")
    document = site_document(runs={"overlap_minutes": 0})
    document["value_maps"]["state"]["US"]["elsewhere"] = "CA"  # rejected rows are due again
    later_steps.site = Site.model_validate(document)
    later_steps.let_pass(60)
    spoil(later_steps, landed(later_steps)[19:20])
    assert later_steps.run("third")["rejected"] >= 20


def test_a_row_rejected_before_that_the_overlap_reads_again_is_not_newly_read(steps):
    steps.run("first")
    steps.let_pass(660)
    spoil(steps, landed(steps)[:19])
    steps.run("second")
    spoil(steps, landed(steps)[19:20])
    assert steps.run("third")["rejected"] >= 20


def test_rows_that_landed_before_the_breaker_opened_while_writing_are_kept_and_clearing_lands_the_rest(later_steps):
    watermark, before = later_steps.watermark(), len(later_steps.writes())
    changed = landed(later_steps)[:22]
    later_steps.rewrite("sales", "accounts", *map(later_steps.account, changed), telephone1="+1 555 0100")
    later_steps.sandbox.plan_faults({**REFUSAL, "match": {**REFUSAL["match"], "after": 2}})
    with pytest.raises(CircuitBreakerError, match="20 of 22 rows written for usmf were refused"):
        later_steps.run("second")
    assert later_steps.watermark() == watermark
    assert len(later_steps.outcomes("second", Outcome.UPDATED)) == 2
    later_steps.sandbox.clear_faults()
    assert later_steps.run("second")["updated"] == 22
    assert later_steps.watermark() > watermark
    written = later_steps.writes()[before:]
    assert len({effect["key"] for effect in written}) == len(written) == 22


def test_a_row_rejected_before_is_not_newly_read_by_the_next_whole_read(steps):
    site = load_site(Path(__file__).parents[3] / "include" / "site.toml")
    strict = site.runs.model_copy(update={"breaker_rows": 1, "breaker_share": 0.01})
    steps.use(site.model_copy(update={"runs": strict}))
    steps.flow = "products"
    rejected = steps.run("first")["rejected"]
    steps.let_pass(60)
    assert steps.run("second")["rejected"] == rejected > 0
