from __future__ import annotations

from datetime import UTC, datetime

from p2c.ledger import Outcome, Reason, RowState, RunKey
from p2c.steps.absent import absent_rows
from p2c.validation.scope import ABSENT, GONE, OWNED_ELSEWHERE, TOO_MANY_ABSENT

NOW = RunKey("products", "now", "products", "usmf")
SHARE = 0.5


def state(source_id: str, code: str = "", run: str = "before", *, ours: bool = True) -> RowState:
    return RowState(
        flow="products",
        organization="usmf",
        source_id=source_id,
        integration_key=source_id,
        destination_key=source_id,
        version=1,
        outcome=Outcome.LEFT if code else Outcome.CREATED,
        reasons=(Reason(code, code),) if code else (),
        ours=ours,
        attempts=0,
        due_at=None,
        retry_requested=False,
        dismissed=False,
        differences="",
        times_differed=0,
        fingerprint="",
        request_id="",
        dag_id="products",
        run_id=run,
        updated_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def meanings(*held: RowState, share: float = SHARE) -> dict[str, str]:
    """What is said of each of ``held`` by a read that has A and B alone."""
    return {found.source_id: meaning for found, meaning in absent_rows(held, {"A", "B"}, NOW, share)}


def test_a_row_that_was_read_is_not_absent() -> None:
    assert meanings(state("A"), state("B")) == {}


def test_the_first_read_that_lacks_a_row_waits_for_the_second() -> None:
    assert meanings(state("A"), state("B"), state("C")) == {"C": ABSENT}
    assert meanings(state("A"), state("B"), state("C", ABSENT)) == {"C": GONE}


def test_a_run_that_reads_again_does_not_count_twice() -> None:
    assert meanings(state("A"), state("B"), state("C", ABSENT, run="now")) == {"C": ABSENT}
    assert meanings(state("A"), state("B"), state("C", GONE, run="now")) == {"C": GONE}


def test_none_counts_as_gone_where_too_many_are_absent() -> None:
    held = (state("A"), state("C", ABSENT), state("D", ABSENT))
    assert meanings(*held) == {"C": TOO_MANY_ABSENT, "D": TOO_MANY_ABSENT}


def test_the_share_itself_is_too_many() -> None:
    assert meanings(state("A"), state("C", ABSENT), share=0.5) == {"C": TOO_MANY_ABSENT}


def test_what_was_settled_before_is_not_said_again_and_counts_no_more() -> None:
    settled = [state(f"gone {number}", GONE) for number in range(9)]
    held = (*settled, state("E", OWNED_ELSEWHERE), state("A"), state("B"), state("C", TOO_MANY_ABSENT))
    assert meanings(*held) == {"C": GONE}


def test_a_row_that_never_landed_is_gone_at_once() -> None:
    assert meanings(state("A"), state("B"), state("C", ours=False)) == {"C": GONE}
