from __future__ import annotations

from decimal import Decimal

from fixtures.ledger import Clock, record, row, run_key

from p2c.ledger import Ledger, Outcome, Reason
from p2c.ledger.pages import Cut
from p2c.ledger.row_lists import DueChoice

FLOWS = ("accounts",)


def due(ledger: Ledger, cut: Cut = Cut(), **filters: object) -> list[str]:  # noqa: B008 - frozen
    return [state.source_id for state in ledger.due_page(DueChoice(FLOWS, **filters), cut).rows]  # type: ignore[arg-type]


def fill(ledger: Ledger, clock: Clock) -> None:
    record(ledger, row("2", Outcome.PARKED), run_id="run 1")
    clock.advance(minutes=1)
    reasons = (Reason("length", "The name is 100% too_long."),)
    record(ledger, row("1", Outcome.REJECTED, reasons=reasons), row("3"), run_id="run 2")


def test_rows_due_stand_the_longest_waiting_first(ledger: Ledger, clock: Clock) -> None:
    fill(ledger, clock)
    assert due(ledger) == ["2", "1"]
    assert due(ledger, Cut(2, 1)) == ["1"]
    assert ledger.due_page(DueChoice(()), Cut()).total == 0


def test_rows_due_are_chosen_by_every_filter(ledger: Ledger, clock: Clock) -> None:
    fill(ledger, clock)
    assert due(ledger, outcome="parked") == ["2"]
    assert due(ledger, key="a-1") == ["1"]
    assert due(ledger, reason="100% TOO_") == ["1"]
    assert due(ledger, reason="1__%") == []
    assert due(ledger, organization="DEMF") == due(ledger, dismissed=True) == []
    ledger.dismiss("accounts", "USMF", ["1"], by="Ann", why="Old.")
    assert due(ledger, dismissed=True) == ["1"]


def test_waiting_rows_are_counted_by_place_and_outcome(ledger: Ledger, clock: Clock) -> None:
    fill(ledger, clock)
    assert sorted(ledger.waiting_counts(FLOWS)) == [
        ("accounts", "USMF", Outcome.PARKED, 1),
        ("accounts", "USMF", Outcome.REJECTED, 1),
    ]


def test_rows_of_a_run_are_paged_by_outcome_and_key(ledger: Ledger, clock: Clock) -> None:
    fill(ledger, clock)
    key = run_key("run 2")
    assert [each.source_id for each in ledger.outcome_page(key, Cut()).rows] == ["1", "3"]
    assert [each.source_id for each in ledger.outcome_page(key, Cut(), "created").rows] == ["3"]
    assert [each.source_id for each in ledger.outcome_page(key, Cut(), "", "a-1").rows] == ["1"]
    assert ledger.outcome_page(run_key("none"), Cut()).total == 0


def test_a_row_is_found_by_either_key_and_by_its_source_id(ledger: Ledger) -> None:
    record(ledger, row("id-1", key="US-1 ", destination_key="C-1", ours=True))
    for text in ("us-1", "c-1", "id-1"):
        assert [state.source_id for state in ledger.rows_named(text, FLOWS)] == ["id-1"]
    assert ledger.rows_named("us-1", ()) == ledger.rows_named(" ", FLOWS) == ledger.rows_named("US", FLOWS) == []


def test_rows_whose_sums_differ_are_found(ledger: Ledger) -> None:
    same, apart = (Decimal(5), Decimal(5)), (Decimal(5), Decimal("5.1"))
    record(ledger, row("1", amounts=same), row("2", amounts=apart), row("3"))
    page = ledger.amounts_apart(FLOWS, Cut())
    assert [(found.run, found.outcome.source_id, found.outcome.amounts) for found in page.rows] == [
        (run_key(), "2", apart)
    ]


def test_the_places_of_all_rows_due_are_those_that_every_filter_finds(ledger: Ledger, clock: Clock) -> None:
    fill(ledger, clock)
    assert ledger.due_places(DueChoice(FLOWS)) == {("accounts", "USMF"): ["1", "2"]}
    assert ledger.due_places(DueChoice(FLOWS, reason="100% too_")) == {("accounts", "USMF"): ["1"]}
    assert ledger.due_places(DueChoice(())) == {}
