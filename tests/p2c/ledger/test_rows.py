from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fixtures.ledger import FINGERPRINT, Clock, record, row

from p2c.ledger import Ledger, Outcome, Reason, RowState


def test_a_state_is_read_back_with_all_that_was_recorded(ledger: Ledger, clock: Clock) -> None:
    reason = Reason("refused", "Customer group 99 does not exist.", "CustomerGroupId", "99")
    record(ledger, row("1", Outcome.FAILED, version=2**53 + 1, reasons=(reason,), request_id="abc", differences="d"))

    assert ledger.states("accounts", "USMF", ["1", "unknown"]) == {
        "1": RowState(
            flow="accounts",
            organization="USMF",
            source_id="1",
            integration_key="A-1",
            destination_key=None,
            version=2**53 + 1,
            outcome=Outcome.FAILED,
            reasons=(reason,),
            ours=False,
            attempts=1,
            due_at=datetime(2026, 3, 1, 2, 0, tzinfo=UTC) + timedelta(minutes=2),
            retry_requested=False,
            dismissed=False,
            differences="",
            times_differed=0,
            fingerprint=FINGERPRINT,
            request_id="abc",
            dag_id="accounts",
            run_id="run 1",
            updated_at=clock.now,
            waiting_since=clock.now,
        )
    }


def test_the_states_of_other_organizations_are_not_found(ledger: Ledger) -> None:
    record(ledger, row("1"))

    assert ledger.states("accounts", "DEMF", ["1"]) == {}


def test_a_key_is_found_whatever_its_case_and_blanks(ledger: Ledger) -> None:
    record(ledger, row("1", key="Größe-1 "))

    assert [state.source_id for state in ledger.holders("accounts", "USMF", ["GRÖSSE-1"])["grösse-1"]] == ["1"]


def test_a_key_is_held_by_who_has_it_in_the_source_and_who_wrote_it(ledger: Ledger) -> None:
    record(ledger, row("1", key="A-1", destination_key="A-1", ours=True))
    record(ledger, row("1", Outcome.REJECTED, key="A-9", version=2), row("2", Outcome.REJECTED, key="A-1"))

    holders = ledger.holders("accounts", "USMF", ["A-1", "A-9", "A-0"])

    assert {key: sorted(state.source_id for state in states) for key, states in holders.items()} == {
        "a-1": ["1", "2"],
        "a-9": ["1"],
    }


def test_a_holder_by_both_keys_is_named_once(ledger: Ledger) -> None:
    record(ledger, row("1", key="A-1", destination_key="A-1", ours=True))

    assert len(ledger.holders("accounts", "USMF", ["A-1", "a-1"])["a-1"]) == 1


def test_rows_without_a_key_hold_nothing(ledger: Ledger) -> None:
    record(ledger, row("1", Outcome.SKIPPED, key=" "))

    assert ledger.holders("accounts", "USMF", ["", " "]) == {}


def test_more_rows_than_one_statement_takes_are_found(ledger: Ledger) -> None:
    record(ledger, *(row(str(number)) for number in range(5000)))

    assert len(ledger.states("accounts", "USMF", [str(number) for number in range(6000)])) == 5000
    assert len(ledger.holders("accounts", "USMF", [f"a-{number}" for number in range(6000)])) == 5000


def test_a_key_is_contested_where_another_row_than_the_one_that_asks_holds_it(ledger: Ledger) -> None:
    record(ledger, row("1", key="A-1", ours=True), row("2", Outcome.REJECTED, key="A-1"), row("3", key="A-3"))
    record(ledger, row("4", key="A-4", destination_key="A-4", ours=True))
    record(ledger, row("4", Outcome.REJECTED, key="A-5", version=2))

    contested = ledger.contested(
        "accounts", "USMF", [("1", "a-1"), ("3", "A-3"), ("9", "A-4"), ("4", "A-5"), ("5", "")]
    )

    assert {key: sorted(state.source_id for state in states) for key, states in contested.items()} == {
        "a-1": ["1", "2"],
        "a-4": ["4"],
    }


def test_a_key_that_two_rows_ask_for_is_contested_by_the_one_that_holds_it(ledger: Ledger) -> None:
    record(ledger, row("1", key="A-1", ours=True))

    contested = ledger.contested("accounts", "USMF", [("2", "A-1"), ("1", "A-1 ")])

    assert [state.source_id for state in contested["a-1"]] == ["1"]


def test_rows_are_listed_by_outcome_and_key_the_latest_first(ledger: Ledger, clock: Clock) -> None:
    for source_id, outcome in (("1", Outcome.REJECTED), ("2", Outcome.CREATED), ("3", Outcome.REJECTED)):
        record(ledger, row(source_id, outcome))
        clock.advance(minutes=1)

    assert [state.source_id for state in ledger.rows(outcome=Outcome.REJECTED)] == ["3", "1"]
    assert [state.source_id for state in ledger.rows(flow="accounts", organization="USMF", key="a-2")] == ["2"]
    assert [state.source_id for state in ledger.rows(limit=1)] == ["3"]
    assert ledger.rows(flow="contacts") == []


@pytest.mark.parametrize("outcome", [Outcome.CREATED, Outcome.PARKED])
def test_rows_are_known_by_flow_and_organization_whatever_became_of_them(ledger: Ledger, outcome: Outcome) -> None:
    assert not ledger.knows_rows("accounts", "USMF")
    record(ledger, row("1", outcome))
    assert ledger.knows_rows("accounts", "USMF")
    assert not ledger.knows_rows("accounts", "DEMF")
    assert not ledger.knows_rows("contacts", "USMF")


def test_claimants_of_a_key_are_those_that_are_sent_under_it_and_the_rejected(ledger: Ledger) -> None:
    rejected = (Reason("duplicate_key", "Key 'A-1' is also used by another row."),)
    record(
        ledger,
        row("sent", key="A-1", destination_key="A-1", ours=True),
        row("renumbered", Outcome.REJECTED, key="A-9", destination_key="a-1", ours=True),
        row("twin", Outcome.REJECTED, key="A-1", reasons=rejected),
        row("gone", Outcome.LEFT, key="A-1"),
        row("other", key="A-2", destination_key="A-2", ours=True),
    )

    assert ledger.claimants("accounts", "USMF", ["a-1 ", ""]) == {"sent": "A-1", "renumbered": "A-9", "twin": "A-1"}
